//! 30: `ZMQ_IMMEDIATE`, taken back while a connection that has it is there.

use zmq_sys::*;

use crate::case::{Plain, case, ready, turn, until};
use crate::peer::{Peer, frame, listen};
use crate::support::zmq::*;

#[test]
fn connection_made_at_once_breaks_and_comes_back() {
    case(
        "hiccup::connection_made_at_once_breaks_and_comes_back",
        Plain::Prints("socket_base.cpp:"),
        || {
            for (kind, other) in [(ZMQ_PUSH, "PULL"), (ZMQ_PAIR, "PAIR"), (ZMQ_REQ, "REP")] {
                let context = context();
                let socket = socket(context, kind);
                let (listener, endpoint) = listen();
                set(socket, ZMQ_IMMEDIATE, 1);
                connect(socket, &endpoint);
                let mut peer = Peer::accept(&listener);
                peer.handshake(other, b"");
                until("the socket has a peer", || {
                    get(socket, ZMQ_EVENTS) & ZMQ_POLLOUT as i32 != 0
                });
                set(socket, ZMQ_IMMEDIATE, 0);
                ready();
                drop(peer);
                // The connection is still one that has the option: without a peer there is nowhere to send to.
                until("the peer has gone", || {
                    get(socket, ZMQ_EVENTS) & ZMQ_POLLOUT as i32 == 0
                });
                let mut peer = Peer::accept(&listener);
                peer.handshake(other, b"");
                until("the socket has a peer", || {
                    get(socket, ZMQ_EVENTS) & ZMQ_POLLOUT as i32 != 0
                });
                send(socket, b"hello", 0);
                if kind == ZMQ_REQ {
                    assert_eq!(peer.frame(), (1, Vec::new()));
                }
                assert_eq!(peer.frame(), (0, b"hello".to_vec()));
                close(socket);
                term(context);
            }
        },
    );
}

#[test]
fn subscriptions_come_again() {
    case(
        "hiccup::subscriptions_come_again",
        Plain::Prints("in vain: the subscription comes"),
        || {
            for (before, after) in [(1, 0), (0, 1), (1, 1), (0, 0)] {
                let context = context();
                let sub = socket(context, ZMQ_SUB);
                let (listener, endpoint) = listen();
                set(sub, ZMQ_IMMEDIATE, before);
                set_bytes(sub, ZMQ_SUBSCRIBE, b"topic");
                connect(sub, &endpoint);
                ready();
                for _ in 0..3 {
                    let mut peer = Peer::accept(&listener);
                    peer.handshake("XPUB", b"");
                    // The socket sends it when it is used next.
                    until("the subscription comes", || {
                        turn(sub);
                        peer.0.set_nonblocking(true).unwrap();
                        let there = peer.0.peek(&mut [0]);
                        peer.0.set_nonblocking(false).unwrap();
                        there.is_ok_and(|len| len > 0)
                    });
                    assert_eq!(peer.frame().1, b"\x09SUBSCRIBEtopic");
                    set(sub, ZMQ_IMMEDIATE, after);
                    peer.write(&frame(b"topic", 0));
                    assert_eq!(recv(sub), b"topic");
                    drop(peer);
                    turn(sub);
                }
                close(sub);
                term(context);
            }
        },
    );
}
