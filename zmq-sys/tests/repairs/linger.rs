//! 24: a socket that is closed while its connection has no room for the last messages.

use std::ffi::c_int;
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, count, pause, ready};
use crate::support::zmq::*;

/// A PULL that takes in one message and reads no more, and a PUSH in a context of its own that has sent `count` messages to it.
fn blocked(linger: c_int, len: usize, count: usize) -> [Handle; 4] {
    let (receives, sends) = (context(), context());
    let (pull, push) = (socket(receives, ZMQ_PULL), socket(sends, ZMQ_PUSH));
    set(pull, ZMQ_RCVHWM, 1);
    set(pull, ZMQ_RCVBUF, 4096);
    set(push, ZMQ_SNDHWM, 0);
    set(push, ZMQ_SNDBUF, 4096);
    set(push, ZMQ_LINGER, linger);
    connect(push, &bind(pull, c"tcp://127.0.0.1:*"));
    for _ in 0..count {
        send(push, &vec![b'x'; len], 0);
    }
    // Until the connection is full.
    pause(200);
    [receives, pull, sends, push].map(Handle::new)
}

#[test]
fn the_last_messages_are_sent() {
    case("linger::the_last_messages_are_sent", Plain::Fails, || {
        ready();
        for (len, sent) in [(100, 300), (1000, 30), (1000, 300), (100, 3000), (6000, 30)] {
            let [receives, pull, sends, push] = blocked(-1, len, sent);
            close(push.ptr());
            let ending = std::thread::spawn(move || term(sends.ptr()));
            pause(200);
            assert_eq!(count(pull.ptr(), Duration::from_secs(2)), sent, "{len} bytes");
            ending.join().unwrap();
            close(pull.ptr());
            term(receives.ptr());
        }
    });
}

#[test]
fn a_linger_that_is_over_ends_the_wait() {
    case("linger::a_linger_that_is_over_ends_the_wait", Plain::MayFail, || {
        ready();
        for linger in [0, 100] {
            let [receives, pull, sends, push] = blocked(linger, 1000, 30);
            close(push.ptr());
            term(sends.ptr());
            close(pull.ptr());
            term(receives.ptr());
        }
    });
}

#[test]
fn a_peer_that_goes_ends_the_wait() {
    case("linger::a_peer_that_goes_ends_the_wait", Plain::MayFail, || {
        ready();
        let [receives, pull, sends, push] = blocked(1000, 1000, 30);
        close(push.ptr());
        let ending = std::thread::spawn(move || term(sends.ptr()));
        pause(100);
        close(pull.ptr());
        term(receives.ptr());
        ending.join().unwrap();
    });
}
