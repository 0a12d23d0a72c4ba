//! 14: what goes out.

use std::ffi::c_void;

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::peer::{Peer, command, greeting, listen, property};
use crate::support::zmq::*;

#[test]
fn topic_of_255_bytes_reaches_an_old_publisher() {
    case(
        "encoders::topic_of_255_bytes_reaches_an_old_publisher",
        Plain::Prints("panicked"),
        || {
            for len in [254, 255, 256] {
                let (listener, endpoint) = listen();
                let context = context();
                let sub = socket(context, ZMQ_SUB);
                let topic = vec![b't'; len];
                set_bytes(sub, ZMQ_SUBSCRIBE, &topic);
                connect(sub, &endpoint);
                let mut peer = Peer::accept(&listener);
                let mut old = greeting("NULL");
                // ZMTP 3.0
                old[11] = 0;
                peer.write(&old);
                peer.read(64);
                peer.write(&command("READY", &property("Socket-Type", b"PUB")));
                peer.frame();
                ready();
                let (_, subscription) = peer.frame();
                assert_eq!(subscription, [&[1], &topic[..]].concat());
                close(sub);
                term(context);
            }
        },
    );
}

unsafe extern "C" fn nothing(_data: *mut c_void, _hint: *mut c_void) {}

#[test]
fn ws_client_leaves_the_programs_bytes_alone() {
    case(
        "encoders::ws_client_leaves_the_programs_bytes_alone",
        Plain::Prints("changed"),
        || {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            connect(push, &bind(pull, c"ws://127.0.0.1:*"));
            let mut bytes = vec![7_u8; 200];
            let mut message = unset();
            ok!(zmq_msg_init_data(
                &mut message,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                Some(nothing),
                std::ptr::null_mut()
            ));
            ready();
            ok!(zmq_msg_send(&mut message, push, 0));
            assert_eq!(recv(pull), [7; 200]);
            assert_eq!(bytes, [7; 200], "changed");
            close(pull);
            close(push);
            term(context);
        },
    );
}
