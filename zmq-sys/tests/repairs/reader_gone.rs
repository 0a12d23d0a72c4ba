//! 32: a connection that is over, but for what a full receiver has not taken, and the receiver closes.

use std::ffi::{c_int, c_void};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, try_recv, turn, until};
use crate::faults::descriptors;
use crate::peer::{MORE, Peer, frame, listen, port};
use crate::support::background;
use crate::support::zmq::*;

/// What a case prints whose context hangs.
const HANGS: Plain = Plain::Prints("the context does not end");

/// Long, but where the time is over in any case.
fn patience() -> Duration {
    Duration::from_secs(if has(c"repaired") { 10 } else { 3 })
}

/// Ends the context, whose sockets are closed.
fn ends(context: *mut c_void) {
    let context = Handle::new(context);
    let ended = background(move || term(context.ptr()));
    let in_time = ended.recv_timeout(patience()).is_ok();
    assert!(in_time, "the context does not end");
}

/// A socket whose mark is 2, and which waits for all that it sends.
fn receiver(context: *mut c_void, kind: c_int) -> *mut c_void {
    let socket = socket(context, kind);
    set(socket, ZMQ_RCVHWM, 2);
    set(socket, ZMQ_SNDHWM, 0);
    set(socket, ZMQ_LINGER, -1);
    socket
}

/// Many more than the mark of a [`receiver`].
fn beyond_the_mark() -> Vec<u8> {
    [frame(b"", MORE), frame(b"x", 0)].concat().repeat(50)
}

/// A peer of `socket`, bound, that has sent beyond the mark, and does not read.
fn full(socket: *mut c_void, kind: &str, id: &[u8]) -> Peer {
    let endpoint = bind(socket, c"tcp://127.0.0.1:*");
    let mut peer = Peer::greeted(port(&endpoint), kind, id);
    peer.write(&beyond_the_mark());
    pause(100);
    turn(socket);
    peer
}

/// More than the connection to a peer that does not read has room for.
fn send_much(socket: *mut c_void) {
    for _ in 0..100 {
        send(socket, &[b'x'; 200_000], 0);
    }
    pause(100);
}

/// The peer goes, and the I/O thread sees it.
fn goes(peer: Peer) {
    peer.reset();
    pause(200);
}

#[test]
fn ipc_peer_has_gone() {
    case("reader_gone::ipc_peer_has_gone", HANGS, || {
        let (receives, sends) = (context(), context());
        let (pull, push) = (receiver(receives, ZMQ_PULL), socket(sends, ZMQ_PUSH));
        set(push, ZMQ_LINGER, -1);
        connect(push, &bind(pull, &unused_ipc()));
        for _ in 0..50 {
            send(push, b"x", 0);
        }
        close(push);
        term(sends);
        pause(200);
        ready();
        recv(pull);
        close(pull);
        ends(receives);
    });
}

#[test]
fn tcp_peer_has_gone() {
    case("reader_gone::tcp_peer_has_gone", HANGS, || {
        ready();
        for (kind, peer) in [
            (ZMQ_PULL, "PUSH"),
            (ZMQ_PAIR, "PAIR"),
            (ZMQ_DEALER, "DEALER"),
            (ZMQ_ROUTER, "DEALER"),
            (ZMQ_REP, "REQ"),
            (ZMQ_XPUB, "SUB"),
        ] {
            let context = context();
            let socket = receiver(context, kind);
            goes(full(socket, peer, b""));
            try_recv(socket);
            close(socket);
            ends(context);
        }
    });
}

#[test]
fn stream_peer_has_gone() {
    case("reader_gone::stream_peer_has_gone", HANGS, || {
        let context = context();
        let stream = receiver(context, ZMQ_STREAM);
        let endpoint = bind(stream, c"tcp://127.0.0.1:*");
        let mut peer = Peer::connect(port(&endpoint));
        peer.write(&vec![b'x'; 1 << 20]);
        pause(100);
        turn(stream);
        ready();
        goes(peer);
        close(stream);
        ends(context);
    });
}

#[test]
fn messages_wait_before_the_end() {
    case("reader_gone::messages_wait_before_the_end", HANGS, || {
        let context = context();
        let dealer = receiver(context, ZMQ_DEALER);
        let peer = full(dealer, "DEALER", b"");
        send_much(dealer);
        ready();
        goes(peer);
        close(dealer);
        ends(context);
    });
}

#[test]
fn peer_goes_after_the_close() {
    case("reader_gone::peer_goes_after_the_close", HANGS, || {
        let context = context();
        let dealer = receiver(context, ZMQ_DEALER);
        let peer = full(dealer, "DEALER", b"");
        send_much(dealer);
        ready();
        close(dealer);
        pause(100);
        goes(peer);
        ends(context);
    });
}

#[test]
fn peer_comes_back() {
    case("reader_gone::peer_comes_back", Plain::Prints("no connection"), || {
        let (listener, endpoint) = listen();
        let context = context();
        let dealer = receiver(context, ZMQ_DEALER);
        set(dealer, ZMQ_RECONNECT_IVL, 20);
        connect(dealer, &endpoint);
        let mut peer = Peer::accept(&listener);
        peer.handshake("DEALER", b"");
        peer.write(&beyond_the_mark());
        pause(100);
        // So that the last ones are not yet written, whenever it is seen that the peer has gone.
        send_much(dealer);
        for message in [b"a", b"b", b"c"] {
            send(dealer, message, 0);
        }
        goes(peer);
        ready();
        close(dealer);
        let accepted = background(move || Peer::accept(&listener));
        let mut peer = accepted.recv_timeout(patience()).expect("no connection");
        peer.handshake("DEALER", b"");
        while peer.frame() != (0, b"a".to_vec()) {}
        for message in [b"b", b"c"] {
            assert_eq!(peer.frame(), (0, message.to_vec()));
        }
        ends(context);
    });
}

/// A ROUTER gives the routing id of the peer to another.
fn handed_over(router: *mut c_void, first: &Peer) -> Peer {
    let port = first.0.peer_addr().unwrap().port();
    let mut second = Peer::greeted(port, "DEALER", b"A");
    second.write(&frame(b"second", 0));
    until("the second peer's message", || {
        try_recv(router).is_some_and(|frame| frame == b"second")
    });
    second
}

#[test]
fn peer_was_replaced_and_goes() {
    case("reader_gone::peer_was_replaced_and_goes", HANGS, || {
        let context = context();
        let router = receiver(context, ZMQ_ROUTER);
        set(router, ZMQ_ROUTER_HANDOVER, 1);
        let endpoint = bind(router, c"tcp://127.0.0.1:*");
        let mut first = Peer::greeted(port(&endpoint), "DEALER", b"A");
        first.write(&frame(b"first", 0));
        until("the first peer's message", || {
            try_recv(router).is_some_and(|frame| frame == b"first")
        });
        for _ in 0..100 {
            send(router, b"A", ZMQ_SNDMORE);
            send(router, &[b'x'; 200_000], 0);
        }
        let _second = handed_over(router, &first);
        ready();
        goes(first);
        close(router);
        ends(context);
    });
}

/// Another [`turn`], which takes no message in.
fn send_to_no_peer(router: *mut c_void) {
    send(router, b"no peer", ZMQ_SNDMORE);
    send(router, b"", 0);
}

#[test]
fn peer_goes_and_is_replaced() {
    case(
        "reader_gone::peer_goes_and_is_replaced",
        Plain::Prints("in vain"),
        || {
            let context = context();
            let router = receiver(context, ZMQ_ROUTER);
            set(router, ZMQ_ROUTER_HANDOVER, 1);
            let endpoint = bind(router, c"tcp://127.0.0.1:*");
            let before = descriptors();
            let mut first = Peer::greeted(port(&endpoint), "DEALER", b"A");
            first.write(&beyond_the_mark());
            pause(100);
            send_to_no_peer(router);
            ready();
            goes(first);
            let second = Peer::greeted(port(&endpoint), "DEALER", b"A");
            // What is left is the second one's, at both ends.
            until("the first connection is closed", || {
                send_to_no_peer(router);
                descriptors() == before + 2
            });
            drop(second);
            close(router);
            ends(context);
        },
    );
}

#[test]
fn peer_of_a_pair_in_use_goes() {
    case(
        "reader_gone::peer_of_a_pair_in_use_goes",
        Plain::Prints("in vain"),
        || {
            let context = context();
            let pair = receiver(context, ZMQ_PAIR);
            let endpoint = bind(pair, c"tcp://127.0.0.1:*");
            let _first = Peer::greeted(port(&endpoint), "PAIR", b"");
            pause(100);
            turn(pair);
            let before = descriptors();
            let mut second = Peer::greeted(port(&endpoint), "PAIR", b"");
            pause(100);
            turn(pair);
            second.write(&beyond_the_mark());
            pause(100);
            ready();
            goes(second);
            until("the second connection is closed", || {
                turn(pair);
                descriptors() == before
            });
            close(pair);
            ends(context);
        },
    );
}

/// A PUSH that connects once, and has more to send than its connection has room for.
fn connected_once(context: *mut c_void) -> (*mut c_void, Peer) {
    let (listener, endpoint) = listen();
    let push = receiver(context, ZMQ_PUSH);
    set(push, ZMQ_RECONNECT_IVL, -1);
    connect(push, &endpoint);
    let mut peer = Peer::accept(&listener);
    peer.handshake("PULL", b"");
    send_much(push);
    (push, peer)
}

#[test]
fn nothing_connects_again() {
    case("reader_gone::nothing_connects_again", HANGS, || {
        let context = context();
        let (push, peer) = connected_once(context);
        ready();
        goes(peer);
        turn(push);
        close(push);
        ends(context);
    });
}

#[test]
fn nothing_connects_again_after_the_close() {
    case("reader_gone::nothing_connects_again_after_the_close", HANGS, || {
        let context = context();
        let (push, peer) = connected_once(context);
        ready();
        close(push);
        pause(100);
        goes(peer);
        ends(context);
    });
}

/// With `ZMQ_RECONNECT_STOP`, which `zmq.h` declares in its DRAFT part.
#[cfg(feature = "draft")]
#[test]
fn refused_connect_is_not_tried_again() {
    case("reader_gone::refused_connect_is_not_tried_again", HANGS, || {
        let (listener, endpoint) = listen();
        let context = context();
        let push = receiver(context, ZMQ_PUSH);
        set(push, ZMQ_RECONNECT_STOP, ZMQ_RECONNECT_STOP_CONN_REFUSED);
        set(push, ZMQ_RECONNECT_IVL, 20);
        connect(push, &endpoint);
        let peer = Peer::accept(&listener);
        send(push, b"x", 0);
        drop(listener);
        ready();
        goes(peer);
        turn(push);
        close(push);
        ends(context);
    });
}
