//! 13: subscribers that go, and what comes up from an XSUB.

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, turn, turns};
use crate::peer::{Peer, frame, port};
use crate::support::zmq::*;

#[test]
fn manual_subscriber_has_left_before_it_is_read() {
    case(
        "xpub::manual_subscriber_has_left_before_it_is_read",
        Plain::MayFail,
        || {
            let context = context();
            let xpub = socket(context, ZMQ_XPUB);
            set(xpub, ZMQ_XPUB_MANUAL, 1);
            set(xpub, ZMQ_RCVTIMEO, 500);
            let mut peer = Peer::greeted(port(&bind(xpub, c"tcp://127.0.0.1:*")), "SUB", b"");
            peer.write(&frame(b"\x01A", 0));
            pause(100);
            turn(xpub);
            ready();
            drop(peer);
            for _ in 0..4 {
                pause(50);
                turn(xpub);
            }
            let mut buffer = [0_u8; 8];
            while sys!(zmq_recv(xpub, buffer.as_mut_ptr().cast(), buffer.len(), 0)) >= 0 {
                set_bytes(xpub, ZMQ_SUBSCRIBE, b"A");
            }
            send(xpub, b"Ax", 0);
            close(xpub);
            term(context);
        },
    );
}

#[test]
fn shared_message_of_an_xsub_is_copied() {
    case("xpub::shared_message_of_an_xsub_is_copied", Plain::Fails, || {
        let context = context();
        let (xpub, xsub) = (socket(context, ZMQ_XPUB), socket(context, ZMQ_XSUB));
        bind(xpub, c"inproc://u");
        connect(xsub, c"inproc://u");
        let mut message = unset();
        ok!(zmq_msg_init_size(&mut message, 100));
        let data = sys!(zmq_msg_data(&mut message)).cast::<u8>();
        // SAFETY: the message is 100 bytes long.
        unsafe { std::ptr::write_bytes(data, 7, 100) };
        let mut shares = unset();
        ok!(zmq_msg_init(&mut shares));
        ok!(zmq_msg_copy(&mut shares, &mut message));
        ready();
        for _ in 0..20 {
            let mut sent = unset();
            ok!(zmq_msg_init(&mut sent));
            ok!(zmq_msg_copy(&mut sent, &mut message));
            ok!(zmq_msg_send(&mut sent, xsub, 0));
            let mut received = unset();
            ok!(zmq_msg_init(&mut received));
            ok!(zmq_msg_recv(&mut received, xpub, 0));
            let mut copy = unset();
            ok!(zmq_msg_init(&mut copy));
            ok!(zmq_msg_copy(&mut copy, &mut received));
            ok!(zmq_msg_close(&mut copy));
            let data = sys!(zmq_msg_data(&mut received)).cast::<u8>();
            // SAFETY: the message is 100 bytes long.
            let bytes = unsafe { std::slice::from_raw_parts(data, 100) };
            assert_eq!(bytes, [7; 100]);
            ok!(zmq_msg_close(&mut received));
        }
        ok!(zmq_msg_close(&mut shares));
        ok!(zmq_msg_close(&mut message));
        close(xpub);
        close(xsub);
        term(context);
    });
}

#[test]
fn welcome_to_one_that_has_left_is_dropped() {
    case(
        "xpub::welcome_to_one_that_has_left_is_dropped",
        Plain::Prints("xpub.cpp:63"),
        || {
            let context = context();
            let sub = socket(context, ZMQ_SUB);
            connect(sub, c"inproc://x");
            ok!(zmq_disconnect(sub, c"inproc://x".as_ptr()));
            turn(sub);
            let xpub = socket(context, ZMQ_XPUB);
            set_bytes(xpub, ZMQ_XPUB_WELCOME_MSG, b"W");
            ready();
            bind(xpub, c"inproc://x");
            turns(&[xpub, sub]);
            close(sub);
            close(xpub);
            term(context);
        },
    );
}
