//! 12: another peer goes in the middle of a message.

use zmq_sys::*;

use crate::case::{Plain, case, ready, try_recv, turns};
use crate::support::zmq::*;

const NAMES: [&std::ffi::CStr; 3] = [c"inproc://p0", c"inproc://p1", c"inproc://p2"];

#[test]
fn message_half_read_is_of_one_peer() {
    case(
        "queues::message_half_read_is_of_one_peer",
        Plain::Prints("left: "),
        || {
            let context = context();
            let dealer = socket(context, ZMQ_DEALER);
            let peers = NAMES.map(|name| {
                let peer = socket(context, ZMQ_DEALER);
                bind(peer, name);
                connect(dealer, name);
                peer
            });
            for (number, peer) in peers.iter().enumerate() {
                for _ in 0..3 {
                    send(*peer, format!("{number}a").as_bytes(), ZMQ_SNDMORE);
                    send(*peer, format!("{number}b").as_bytes(), 0);
                }
            }
            // Until half a message of the last one is in hand.
            while recv(dealer) != b"2a" {
                recv(dealer);
            }
            ready();
            ok!(zmq_disconnect(dealer, NAMES[1].as_ptr()));
            for peer in peers {
                turns(&[peer, dealer]);
            }
            assert_eq!(try_recv(dealer).as_deref(), Some(&b"2b"[..]));
            peers.into_iter().for_each(close);
            close(dealer);
            term(context);
        },
    );
}

#[test]
fn message_half_sent_is_to_one_peer() {
    case(
        "queues::message_half_sent_is_to_one_peer",
        Plain::Prints("left: "),
        || {
            let context = context();
            let push = socket(context, ZMQ_PUSH);
            let peers = NAMES.map(|name| {
                let peer = socket(context, ZMQ_PULL);
                bind(peer, name);
                connect(push, name);
                peer
            });
            // The next one goes to the third.
            send(push, b"0", 0);
            send(push, b"1", 0);
            assert_eq!(recv(peers[1]), b"1");
            send(push, b"2a", ZMQ_SNDMORE);
            ready();
            ok!(zmq_disconnect(push, NAMES[1].as_ptr()));
            for _ in 0..3 {
                for peer in peers {
                    turns(&[peer, push]);
                }
            }
            send(push, b"2b", 0);
            let got: Vec<Vec<u8>> = std::iter::from_fn(|| try_recv(peers[2])).collect();
            assert_eq!(got, [b"2a", b"2b"]);
            peers.into_iter().for_each(close);
            close(push);
            term(context);
        },
    );
}
