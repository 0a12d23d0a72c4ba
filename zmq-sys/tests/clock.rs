//! The clock of libzmq is monotonic: its timeouts, heartbeats and timers do
//! not follow the wall clock when that is set.
//!
//! Setting the wall clock takes root and disturbs the machine. Instead this
//! binary defines the two functions that ask for the time, so that libzmq calls
//! these, and looks which clock it reads. It must be seen to read one: were our
//! functions not called, the test would fail.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[macro_use]
mod support;

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

thread_local! {
    /// How often this thread asked the monotonic clock, and any other.
    static ASKED: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

fn count(monotonic: bool) {
    let (steady, other) = ASKED.get();
    ASKED.set((steady + u32::from(monotonic), other + u32::from(!monotonic)));
}

#[unsafe(no_mangle)]
extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> c_int {
    count(clock == libc::CLOCK_MONOTONIC);
    // SAFETY: the arguments are those of the call that this one stands for.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) as c_int }
}

#[unsafe(no_mangle)]
extern "C" fn gettimeofday(time: *mut libc::timeval, zone: *mut c_void) -> c_int {
    count(false);
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_gettimeofday, time, zone) as c_int }
}

/// What `work` asked.
fn asked(work: impl FnOnce()) -> (u32, u32) {
    ASKED.set((0, 0));
    work();
    ASKED.get()
}

#[test]
fn stopwatch_asks_the_monotonic_clock() {
    let mut watch = null_mut();
    assert_eq!(asked(|| watch = sys!(zmq_stopwatch_start())), (1, 0));
    assert_eq!(asked(|| _ = sys!(zmq_stopwatch_stop(watch))), (1, 0));
}

#[test]
fn time_outs_ask_the_monotonic_clock() {
    let context = support::zmq::context();
    let socket = support::zmq::socket(context, zmq_sys::ZMQ_PULL);
    support::zmq::set(socket, zmq_sys::ZMQ_RCVTIMEO, 5);
    let (steady, other) = asked(|| {
        let mut byte = 0_u8;
        assert_eq!(sys!(zmq_recv(socket, (&raw mut byte).cast(), 1, 0)), -1);
        assert_eq!(sys!(zmq_errno()), libc::EAGAIN);
    });
    assert!(
        steady > 0 && other == 0,
        "asked the monotonic clock {steady} times, another {other}"
    );
    support::zmq::close(socket);
    support::zmq::term(context);
}
