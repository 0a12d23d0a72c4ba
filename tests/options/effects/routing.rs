//! How ROUTER, REQ and STREAM treat their peers.

use std::io::Write;
use std::net::TcpStream;

use zmq4::{DONTWAIT, EVENT_DISCONNECTED, Errno, Flags, Socket};

use crate::effects::{QUIET, sockets};
use crate::support::{LONG, bind_tcp, eventually, inproc_name};

fn frames(socket: &Socket) -> Vec<Vec<u8>> {
    let message = socket.recv_message(Flags::NONE).unwrap();
    message.iter().map(|frame| frame.to_vec()).collect()
}

#[test]
fn mandatory_tells_of_unknown_peers() {
    let [router] = sockets([zmq4::ROUTER]);
    router.bind(&inproc_name()).unwrap();
    router.send_message(("nobody", "dropped")).unwrap();
    router.set_router_mandatory(true).unwrap();
    let error = router.send_message(("nobody", "refused")).unwrap_err();
    assert_eq!(error, Errno::EHOSTUNREACH);
}

#[test]
fn handover_gives_an_id_to_the_newcomer() {
    for handover in [false, true] {
        let [router, old, new] = sockets([zmq4::ROUTER, zmq4::DEALER, zmq4::DEALER]);
        router.set_router_handover(handover).unwrap();
        let endpoint = bind_tcp(&router);
        for dealer in [&old, &new] {
            dealer.set_routing_id("same").unwrap();
            dealer.set_reconnect_ivl(None).unwrap();
        }
        old.connect(&endpoint).unwrap();
        old.send("old", Flags::NONE).unwrap();
        assert_eq!(frames(&router), [b"same", b"old".as_slice()]);
        new.connect(&endpoint).unwrap();
        new.send("new", Flags::NONE).unwrap();
        if handover {
            assert_eq!(frames(&router), [b"same", b"new".as_slice()]);
            router.send_message(("same", "for the new")).unwrap();
            assert_eq!(new.recv_string(Flags::NONE).unwrap(), "for the new");
        } else {
            router.set_rcvtimeo(QUIET).unwrap();
            assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            router.send_message(("same", "for the old")).unwrap();
            assert_eq!(old.recv_string(Flags::NONE).unwrap(), "for the old");
        }
    }
}

/// Neither is disconnected, in either case: the one that lost the id is not notified, and nothing of it arrives.
#[test]
fn loser_of_a_routing_id_is_ignored_until_reconnect() {
    for handover in [false, true] {
        let [router, old, new] = sockets([zmq4::ROUTER, zmq4::DEALER, zmq4::DEALER]);
        router.set_router_handover(handover).unwrap();
        let endpoint = bind_tcp(&router);
        let mut monitors = Vec::new();
        for dealer in [&old, &new] {
            dealer.set_routing_id("same").unwrap();
            monitors.push(dealer.monitor(EVENT_DISCONNECTED).unwrap());
            dealer.connect(&endpoint).unwrap();
            dealer.send("hello", Flags::NONE).unwrap();
            if handover || monitors.len() == 1 {
                assert_eq!(frames(&router), [b"same", b"hello".as_slice()]);
            }
        }
        router.set_rcvtimeo(QUIET).unwrap();
        let (loser, winner) = if handover { (old, new) } else { (new, old) };
        assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        loser.send("ignored", DONTWAIT).unwrap();
        assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        drop(winner);
        loser.send("ignored too", DONTWAIT).unwrap();
        assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        let monitor = &monitors[usize::from(!handover)];
        assert_eq!(monitor.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN, "{handover}");

        let back = eventually(LONG, || {
            loser.disconnect(&endpoint).unwrap();
            loser.connect(&endpoint).unwrap();
            loser.send("back", DONTWAIT).unwrap();
            router.recv_message(Flags::NONE).ok()
        });
        assert_eq!(back, ["same", "back"], "{handover}");
    }
}

#[test]
fn a_probe_announces_the_peer() {
    let [router, dealer] = sockets([zmq4::ROUTER, zmq4::DEALER]);
    let endpoint = bind_tcp(&router);
    dealer.set_probe_router(true).unwrap();
    dealer.set_routing_id("prober").unwrap();
    dealer.connect(&endpoint).unwrap();
    assert_eq!(frames(&router), [b"prober".as_slice(), b""]);
}

#[test]
fn a_connect_routing_id_names_the_peer() {
    let [router, dealer] = sockets([zmq4::ROUTER, zmq4::DEALER]);
    let endpoint = bind_tcp(&dealer);
    router.set_connect_routing_id("called so").unwrap();
    router.connect(&endpoint).unwrap();
    router.send_message(("called so", "hello")).unwrap();
    assert_eq!(dealer.recv_string(Flags::NONE).unwrap(), "hello");
}

#[test]
fn correlated_relaxed_requests_get_their_replies() {
    let [strict] = sockets([zmq4::REQ]);
    strict.connect("tcp://127.0.0.1:9").unwrap();
    strict.send("1", Flags::NONE).unwrap();
    assert_eq!(strict.send("2", Flags::NONE).unwrap_err(), Errno::EFSM);
    assert_eq!(
        strict.recv(DONTWAIT).unwrap_err(),
        Errno::EAGAIN,
        "the reply may still come"
    );

    let [req, one, two] = sockets([zmq4::REQ, zmq4::ROUTER, zmq4::ROUTER]);
    req.set_req_relaxed(true).unwrap();
    req.set_req_correlate(true).unwrap();
    let endpoint = bind_tcp(&req);
    one.connect(&endpoint).unwrap();
    two.connect(&endpoint).unwrap();
    let receive = || {
        eventually(LONG, || {
            [&one, &two].into_iter().find_map(|router| {
                let message = router.recv_message(DONTWAIT).ok()?;
                let frames: Vec<_> = message.iter().map(|frame| frame.to_vec()).collect();
                Some((router, frames))
            })
        })
    };
    req.send("first", Flags::NONE).unwrap();
    let (first_router, mut first) = receive();
    assert_eq!(first.len(), 4, "peer, number, delimiter, request: {first:?}");
    assert_eq!(first[1].len(), 4);
    req.send("second", Flags::NONE).unwrap();
    let (second_router, mut second) = receive();
    assert_ne!(first[1], second[1], "each request has its number");
    first[3] = b"late".to_vec();
    let _ = first_router.send_message(first);
    second[3] = b"in time".to_vec();
    second_router.send_message(second).unwrap();
    assert_eq!(req.recv_string(Flags::NONE).unwrap(), "in time");
}

#[test]
fn stream_notify_tells_who_comes_and_goes() {
    for notify in [true, false] {
        let [stream] = sockets([zmq4::STREAM]);
        stream.set_stream_notify(notify).unwrap();
        let endpoint = bind_tcp(&stream);
        let mut peer = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
        peer.write_all(b"x").unwrap();
        if notify {
            assert_eq!(frames(&stream)[1], b"");
        }
        assert_eq!(frames(&stream)[1], b"x");
        drop(peer);
        if notify {
            assert_eq!(frames(&stream)[1], b"");
        } else {
            stream.set_rcvtimeo(QUIET).unwrap();
            assert_eq!(stream.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        }
    }
}
