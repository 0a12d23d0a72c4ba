//! 25: a message of which a part is written when its peer goes.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys::*;

use crate::case::{Plain, case, ready, try_recv, turn};
use crate::support::zmq::*;

static FREED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn freed(_data: *mut c_void, _hint: *mut c_void) {
    FREED.fetch_add(1, Ordering::SeqCst);
}

/// Sends the first frame of a message, and libzmq is to give it back.
fn begin(socket: *mut c_void) {
    static DATA: [u8; 64] = [7; 64];
    let mut message = MaybeUninit::<zmq_msg_t>::uninit();
    ok!(zmq_msg_init_data(
        message.as_mut_ptr(),
        DATA.as_ptr().cast_mut().cast(),
        DATA.len(),
        Some(freed),
        std::ptr::null_mut(),
    ));
    ok!(zmq_msg_send(message.as_mut_ptr(), socket, ZMQ_SNDMORE));
}

fn first_frame_is_freed(test: &str, ours: c_int, theirs: c_int) {
    case(test, Plain::Prints("not freed"), || {
        let context = context();
        let (socket_, peer) = (socket(context, ours), socket(context, theirs));
        let name = bind(socket_, c"inproc://half");
        if theirs == ZMQ_SUB {
            set_bytes(peer, ZMQ_SUBSCRIBE, b"");
        }
        connect(peer, &name);
        turn(socket_);
        // A whole one shows that the two are connected.
        send(socket_, b"whole", 0);
        assert_eq!(try_recv(peer).unwrap(), b"whole");
        begin(socket_);
        ready();
        ok!(zmq_disconnect(peer, name.as_ptr()));
        turn(socket_);
        close(peer);
        close(socket_);
        term(context);
        assert_eq!(FREED.load(Ordering::SeqCst), 1, "not freed");
    });
}

#[test]
fn frame_of_a_push_is_freed() {
    first_frame_is_freed("half_written::frame_of_a_push_is_freed", ZMQ_PUSH, ZMQ_PULL);
}

#[test]
fn frame_of_a_pub_is_freed() {
    first_frame_is_freed("half_written::frame_of_a_pub_is_freed", ZMQ_PUB, ZMQ_SUB);
}
