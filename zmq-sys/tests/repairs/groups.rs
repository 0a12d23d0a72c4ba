//! 18: groups of RADIO and DISH.

use std::ffi::{CStr, c_int, c_void};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::peer::{Peer, command, port};
use crate::support::zmq::*;

/// Sends to a group.
pub(crate) fn radio(socket: *mut c_void, group: &CStr, body: &[u8]) -> c_int {
    let mut message = unset();
    ok!(zmq_msg_init_size(&mut message, body.len()));
    let data = sys!(zmq_msg_data(&mut message)).cast();
    // SAFETY: the message is as long as the body.
    unsafe { std::ptr::copy_nonoverlapping(body.as_ptr(), data, body.len()) };
    ok!(zmq_msg_set_group(&mut message, group.as_ptr()));
    ok!(zmq_msg_send(&mut message, socket, 0))
}

#[test]
fn long_group_reaches_two_receivers() {
    case("groups::long_group_reaches_two_receivers", Plain::Fails, || {
        let group = c"a-group-of-20-letters";
        let context = context();
        let sender = socket(context, ZMQ_RADIO);
        bind(sender, c"inproc://r");
        let dishes = [0, 1].map(|_| {
            let dish = socket(context, ZMQ_DISH);
            connect(dish, c"inproc://r");
            ok!(zmq_join(dish, group.as_ptr()));
            dish
        });
        ready();
        for round in 0..40 {
            let body = vec![b'b'; if round % 2 == 0 { 5 } else { 100 }];
            radio(sender, group, &body);
            for dish in dishes {
                let mut message = unset();
                ok!(zmq_msg_init(&mut message));
                assert_eq!(ok!(zmq_msg_recv(&mut message, dish, 0)) as usize, body.len());
                assert_eq!(&*text(sys!(zmq_msg_group(&mut message))), group);
                ok!(zmq_msg_close(&mut message));
            }
        }
        dishes.into_iter().for_each(close);
        close(sender);
        term(context);
    });
}

#[test]
fn join_that_is_too_long_is_refused() {
    case(
        "groups::join_that_is_too_long_is_refused",
        Plain::Prints("radio.cpp:216"),
        || {
            let context = context();
            let sender = socket(context, ZMQ_RADIO);
            let mut peer = Peer::greeted(port(&bind(sender, c"tcp://127.0.0.1:*")), "DISH", b"");
            ready();
            peer.write(&command("JOIN", &[b'j'; 300]));
            assert!(peer.ends_within(Duration::from_secs(5)));
            close(sender);
            term(context);
        },
    );
}
