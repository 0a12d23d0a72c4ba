//! 09: routing ids that are taken.

use std::ffi::c_int;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, try_recv, turn, turns};
use crate::peer::{MORE, Peer, frame, listen, port};
use crate::support::zmq::*;

/// `connect()` with the id that a peer has already.
fn taken(test: &str, kind: c_int, plain: &'static str) {
    case(test, Plain::Prints(plain), || {
        let context = context();
        let server = socket(context, kind);
        let endpoint = bind(server, c"tcp://127.0.0.1:*");
        let mut peer = Peer::connect(port(&endpoint));
        if kind == ZMQ_ROUTER {
            peer.handshake("DEALER", b"PEER");
            peer.write(&frame(b"hi", 0));
        }
        let id = recv(server);
        recv(server);
        let (_listener, elsewhere) = listen();
        set_bytes(server, ZMQ_CONNECT_ROUTING_ID, &id);
        ready();
        assert_eq!(sys!(zmq_connect(server, elsewhere.as_ptr())), -1);
        assert_eq!(sys!(zmq_errno()), libc::EADDRINUSE);
        // The one that has it is served still.
        send(server, &id, ZMQ_SNDMORE);
        send(server, b"yo", 0);
        if kind == ZMQ_ROUTER {
            assert_eq!(peer.frame(), (0, b"yo".to_vec()));
        } else {
            assert_eq!(peer.read(2), b"yo");
        }
        close(server);
        term(context);
    });
}

#[test]
fn routers_id_that_a_peer_has_is_an_error() {
    taken(
        "routing_ids::routers_id_that_a_peer_has_is_an_error",
        ZMQ_ROUTER,
        "router.cpp:438",
    );
}

#[test]
fn streams_id_that_a_peer_has_is_an_error() {
    taken(
        "routing_ids::streams_id_that_a_peer_has_is_an_error",
        ZMQ_STREAM,
        "stream.cpp:254",
    );
}

#[test]
fn id_that_comes_next_may_be_a_peers() {
    case(
        "routing_ids::id_that_comes_next_may_be_a_peers",
        Plain::Prints("socket_base.cpp:"),
        || {
            let context = context();
            let router = socket(context, ZMQ_ROUTER);
            let port = port(&bind(router, c"tcp://127.0.0.1:*"));
            let next_peer = |id: &[u8]| {
                let mut peer = Peer::greeted(port, "DEALER", id);
                peer.write(&frame(b"hi", 0));
                let id = recv(router);
                recv(router);
                (peer, id)
            };
            let (_first, id) = next_peer(b"");
            let number = u32::from_be_bytes(id[1..].try_into().unwrap());
            let guessed = [&[0], &(number + 1).to_be_bytes()[..]].concat();
            let (_second, told) = next_peer(&guessed);
            assert_eq!(told, guessed);
            ready();
            let (_third, made_up) = next_peer(b"");
            assert!(made_up != guessed && made_up != id && made_up.len() == 5, "{made_up:?}");
            close(router);
            term(context);
        },
    );
}

#[test]
fn full_pipe_in_use_is_handed_over() {
    case(
        "routing_ids::full_pipe_in_use_is_handed_over",
        Plain::Prints("socket_base.cpp:"),
        || {
            let context = context();
            let router = socket(context, ZMQ_ROUTER);
            set(router, ZMQ_SNDHWM, 2);
            set(router, ZMQ_SNDBUF, 4096);
            set(router, ZMQ_ROUTER_MANDATORY, 1);
            set(router, ZMQ_ROUTER_HANDOVER, 1);
            let port = port(&bind(router, c"tcp://127.0.0.1:*"));
            let mut old = Peer::greeted(port, "DEALER", b"ID");
            old.write(&[frame(b"one", MORE), frame(b"two", 0)].concat());
            // The message is half read.
            assert_eq!(recv(router), b"ID");
            let big = vec![b'x'; 100_000];
            let mut full = 0;
            while full < 20 {
                turn(router);
                if sys!(zmq_send(router, c"ID".as_ptr().cast(), 2, ZMQ_SNDMORE | ZMQ_DONTWAIT)) < 0 {
                    full += 1;
                    pause(10);
                } else {
                    send(router, &big, 0);
                }
            }
            let mut new = Peer::greeted(port, "DEALER", b"ID");
            pause(100);
            turn(router);
            ready();
            // Room for what was sent to the old one.
            old.0
                .set_read_timeout(Some(std::time::Duration::from_millis(300)))
                .unwrap();
            let mut bytes = vec![0; 200_000];
            while std::io::Read::read(&mut old.0, &mut bytes).is_ok_and(|len| len > 0) {}
            turn(router);
            turn(router);
            // The half message, if its peer is there still.
            while try_recv(router).is_some() {}
            new.write(&frame(b"new", 0));
            assert_eq!(recv(router), b"ID");
            assert_eq!(recv(router), b"new");
            close(router);
            term(context);
        },
    );
}

#[test]
fn handover_put_off_and_the_pipe_has_gone() {
    case(
        "routing_ids::handover_put_off_and_the_pipe_has_gone",
        Plain::MayFail,
        || {
            let context = context();
            let router = socket(context, ZMQ_ROUTER);
            set(router, ZMQ_ROUTER_HANDOVER, 1);
            let names = [c"inproc://p0", c"inproc://p1"];
            let dealers = names.map(|name| {
                let dealer = socket(context, ZMQ_DEALER);
                set_bytes(dealer, ZMQ_ROUTING_ID, b"ID");
                bind(dealer, name);
                dealer
            });
            connect(router, names[0]);
            turn(dealers[0]);
            send(dealers[0], b"a0", ZMQ_SNDMORE);
            send(dealers[0], b"a1", 0);
            assert_eq!(recv(router), b"ID");
            assert_eq!(recv(router), b"a0");
            ready();
            connect(router, names[1]);
            turn(dealers[1]);
            turn(router);
            ok!(zmq_disconnect(router, names[0].as_ptr()));
            turns(&[dealers[0], router]);
            send(dealers[1], b"b0", ZMQ_SNDMORE);
            send(dealers[1], b"b1", 0);
            turn(router);
            let mut frames = Vec::new();
            frames.extend(std::iter::from_fn(|| try_recv(router)));
            send(dealers[1], b"c", 0);
            turn(router);
            frames.extend(std::iter::from_fn(|| try_recv(router)));
            assert_eq!(frames, [&b"ID"[..], b"b0", b"b1", b"ID", b"c"]);
            dealers.into_iter().for_each(close);
            close(router);
            term(context);
        },
    );
}
