//! How far a sender is ahead of its receiver.

use std::ffi::{CString, c_int};

use zmq_sys::*;

use crate::LONG;
use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::zmq::*;

/// The length from which messages are large ones.
const LARGE: usize = 16_384;

/// Sends until there is no room, and returns how many that were.
fn fill(socket: *mut std::ffi::c_void, len: usize) -> usize {
    let body = vec![7; len];
    // What the receiver has reported is seen.
    get(socket, ZMQ_EVENTS);
    for count in 0.. {
        // SAFETY: the socket is open, and the body has that length.
        if unsafe { zmq_send(socket, body.as_ptr().cast(), len, ZMQ_DONTWAIT) } == -1 {
            return count;
        }
    }
    unreachable!()
}

fn receive(socket: *mut std::ffi::c_void, count: usize) {
    let mut frame = unset();
    ok!(zmq_msg_init(&mut frame));
    for _ in 0..count {
        ok!(zmq_msg_recv(&mut frame, socket, 0));
    }
    ok!(zmq_msg_close(&mut frame));
}

/// The whole mark is there for a sender that is not always ahead, and for short messages.
#[test]
fn a_sender_that_is_ahead_keeps_a_tenth_of_the_mark() {
    in_child("flow::a_sender_that_is_ahead_keeps_a_tenth_of_the_mark", LONG, || {
        let lowers = cfg!(zmq_vendored) && has(c"repaired") && option_env!("LIBZMQ_SKIP_EDITS").is_none();
        for len in [10, LARGE - 1, LARGE] {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            for socket in [pull, push] {
                set(socket, ZMQ_SNDHWM, 1000);
                set(socket, ZMQ_RCVHWM, 1000);
                set(socket, ZMQ_RCVTIMEO, DEADLINE.as_millis() as c_int);
            }
            connect(push, &bind(pull, c"inproc://flow"));
            // Both marks count over inproc.
            assert_eq!(fill(push, len), 2000);
            receive(pull, 1000);
            let more = fill(push, len);
            let lowered = lowers && len == LARGE;
            // The first shows how long they are.
            assert_eq!(more, if lowered { 1 } else { 1000 }, "after half, {len} bytes");
            receive(pull, 850 + more);
            let more = fill(push, len);
            // Fewer than the mark are not reported if they are short.
            assert_eq!(more, if lowered { 49 } else { 1000 }, "of the last 150, {len} bytes");
            receive(pull, 150 + more);
            assert_eq!(fill(push, len), 2000, "when all was read, {len} bytes");
            set(push, ZMQ_LINGER, 0);
            close(push);
            close(pull);
            term(context);
        }
    });
}

/// Of whatever marks and lengths.
#[test]
fn no_mark_holds_messages_back_for_good() {
    in_child("flow::no_mark_holds_messages_back_for_good", LONG, || {
        for endpoint in [
            c"inproc://marks".to_owned(),
            c"tcp://127.0.0.1:*".to_owned(),
            unused_ipc(),
        ] {
            for (sends, receives) in [
                (1, 1),
                (2, 1000),
                (49, 51),
                (99, 1),
                (101, 100),
                (150, 60),
                (1000, 1000),
                (1200, 3),
            ] {
                stream(&endpoint, sends, receives);
            }
        }
    });
}

fn stream(endpoint: &CString, sends: c_int, receives: c_int) {
    const COUNT: usize = 3_000;
    let len = |number: usize| match number % 100 {
        // Mostly large ones, mostly short ones, and both by turns.
        0..40 => LARGE + number % 3,
        40..80 => 40,
        _ => [20, LARGE][number % 2],
    };
    let context = context();
    let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    set(push, ZMQ_SNDHWM, sends);
    set(pull, ZMQ_RCVHWM, receives);
    set(pull, ZMQ_RCVTIMEO, DEADLINE.as_millis() as c_int);
    set(push, ZMQ_SNDTIMEO, DEADLINE.as_millis() as c_int);
    connect(push, &bind(pull, endpoint));
    let sender = Handle::new(push);
    let sending = std::thread::spawn(move || {
        for number in 0..COUNT {
            send(sender.ptr(), &vec![number as u8; len(number)], 0);
        }
    });
    for number in 0..COUNT {
        let mut frame = unset();
        ok!(zmq_msg_init(&mut frame));
        ok!(zmq_msg_recv(&mut frame, pull, 0));
        assert_eq!(sys!(zmq_msg_size(&frame)), len(number), "message {number}");
        ok!(zmq_msg_close(&mut frame));
    }
    sending.join().unwrap();
    close(push);
    close(pull);
    term(context);
}
