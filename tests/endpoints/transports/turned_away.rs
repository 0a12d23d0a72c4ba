//! Peers that are turned away without a word: what `SocketType` and `set_router_handover` say of them.

use std::time::Duration;

use zmq4::{Context, DONTWAIT, Errno, Event, Flags, Socket, SocketType};

use crate::support::{LONG, deadline, eventually, inproc_name};
use crate::transports::open_with;

/// How long to look for what must not come.
const QUIET: Option<Duration> = Some(Duration::from_millis(150));

#[cfg(unix)]
const CONNECTED: [&str; 2] = ["tcp://127.0.0.1:*", "ipc://*"];
#[cfg(not(unix))]
const CONNECTED: [&str; 1] = ["tcp://127.0.0.1:*"];

fn bind(context: &Context, ty: SocketType, endpoint: &str) -> (Socket, String) {
    let socket = open_with(context, ty, false);
    socket.bind(endpoint).unwrap();
    let endpoint = socket.last_endpoint().unwrap();
    (socket, endpoint)
}

#[test]
fn a_second_peer_of_a_pair_is_ignored() {
    for endpoint in CONNECTED {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let (pair, endpoint) = bind(&context, zmq4::PAIR, endpoint);
            let [first, second] = [(); 2].map(|()| open_with(&context, zmq4::PAIR, false));
            first.connect(&endpoint).unwrap();
            first.send("first", Flags::NONE).unwrap();
            assert_eq!(pair.recv(Flags::NONE).unwrap(), "first");
            let monitor = second.monitor(zmq4::EVENT_ALL).unwrap();
            second.connect(&endpoint).unwrap();
            while monitor.recv_timeout(LONG).unwrap().event != Event::HANDSHAKE_SUCCEEDED {}
            second.send("second", DONTWAIT).unwrap();
            pair.set_rcvtimeo(QUIET).unwrap();
            assert_eq!(pair.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            drop(first);
            second.send("now?", DONTWAIT).unwrap();
            assert_eq!(pair.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            assert_eq!(
                monitor.recv(DONTWAIT).unwrap_err(),
                Errno::EAGAIN,
                "no event of its end"
            );
            // One that comes now is the peer.
            let third = open_with(&context, zmq4::PAIR, false);
            third.connect(&endpoint).unwrap();
            third.send("third", Flags::NONE).unwrap();
            pair.set_rcvtimeo(Some(LONG)).unwrap();
            assert_eq!(pair.recv(Flags::NONE).unwrap(), "third");
        });
    }
}

#[test]
fn a_second_peer_of_a_pair_over_inproc_waits() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pair, endpoint) = bind(&context, zmq4::PAIR, &inproc_name());
        let [first, second] = [(); 2].map(|()| open_with(&context, zmq4::PAIR, false));
        first.connect(&endpoint).unwrap();
        second.connect(&endpoint).unwrap();
        // The one that is bound sees them in its calls.
        pair.events().unwrap();
        assert_eq!(second.send("second", DONTWAIT).unwrap_err(), Errno::EAGAIN);
        first.send("first", DONTWAIT).unwrap();
        assert_eq!(pair.recv(Flags::NONE).unwrap(), "first");
    });
}

#[test]
fn types_that_do_not_go_together_end_in_silence() {
    for endpoint in CONNECTED {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            for (binds, connects) in [
                (zmq4::ROUTER, zmq4::PUSH),
                (zmq4::REP, zmq4::REP),
                (zmq4::PUB, zmq4::PULL),
            ] {
                let (_bound, endpoint) = bind(&context, binds, endpoint);
                let socket = open_with(&context, connects, false);
                socket.set_reconnect_ivl(Some(Duration::from_millis(1))).unwrap();
                let monitor = socket.monitor(Event::CONNECTED | Event::DISCONNECTED).unwrap();
                socket.connect(&endpoint).unwrap();
                for event in [Event::CONNECTED, Event::DISCONNECTED] {
                    assert_eq!(
                        monitor.recv_timeout(LONG).unwrap().event,
                        event,
                        "{binds} and {connects}"
                    );
                }
                let again = monitor.recv_timeout(Duration::from_millis(150));
                assert_eq!(again.unwrap_err(), Errno::EAGAIN, "{binds} and {connects}");
            }
        });
    }
}

#[test]
fn types_are_not_compared_over_inproc() {
    let context = Context::new().unwrap();
    let (pull, endpoint) = bind(&context, zmq4::PULL, &inproc_name());
    let dealer = open_with(&context, zmq4::DEALER, false);
    dealer.connect(&endpoint).unwrap();
    dealer.send("taken", Flags::NONE).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap(), "taken");
}

/// Whoever has lost a routing id stays connected, is not notified, and reaches no peer, until it connects anew.
#[test]
fn peer_that_loses_its_routing_id_stays_connected() {
    for handover in [true, false] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let router = open_with(&context, zmq4::ROUTER, false);
            router.set_router_handover(handover).unwrap();
            router.bind("tcp://127.0.0.1:*").unwrap();
            let endpoint = router.last_endpoint().unwrap();
            let come = || {
                let dealer = open_with(&context, zmq4::DEALER, false);
                dealer.set_routing_id("same").unwrap();
                let monitor = dealer
                    .monitor(Event::HANDSHAKE_SUCCEEDED | Event::DISCONNECTED)
                    .unwrap();
                dealer.connect(&endpoint).unwrap();
                assert_eq!(monitor.recv_timeout(LONG).unwrap().event, Event::HANDSHAKE_SUCCEEDED);
                dealer.send("hello", Flags::NONE).unwrap();
                (dealer, monitor)
            };
            let heard = || router.recv_message(DONTWAIT).ok();
            let first = come();
            eventually(LONG, heard);
            let second = come();
            if handover {
                eventually(LONG, heard);
            }
            let (loser, winner) = if handover { (first, second) } else { (second, first) };
            for _ in 0..10 {
                loser.0.send("unheard", DONTWAIT).unwrap();
            }
            drop(winner);
            router.set_rcvtimeo(QUIET).unwrap();
            assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            loser.0.send("still unheard", DONTWAIT).unwrap();
            assert_eq!(router.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            assert_eq!(
                loser.1.recv(DONTWAIT).unwrap_err(),
                Errno::EAGAIN,
                "no event of its end"
            );
            loser.0.disconnect(&endpoint).unwrap();
            loser.0.connect(&endpoint).unwrap();
            loser.0.send("back", Flags::NONE).unwrap();
            router.set_rcvtimeo(Some(LONG)).unwrap();
            let message = router.recv_message(Flags::NONE).unwrap();
            assert_eq!(
                (&message[0][..], &message[1][..]),
                (b"same".as_slice(), b"back".as_slice())
            );
        });
    }
}
