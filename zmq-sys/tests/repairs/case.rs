//! How a case is run, and what is expected of it.

use std::ffi::{c_int, c_void};
use std::time::{Duration, Instant};

use zmq_sys::*;

use crate::support::DEADLINE;
use crate::support::child::{Ending, try_in_child};
use crate::support::zmq::*;

/// What a libzmq without the repairs does in a case.
pub(crate) enum Plain {
    /// It fails, and what it prints holds this.
    Prints(&'static str),
    /// It crashes, or hangs, without a word.
    Fails,
    /// It fails now and then, or so that only a sanitizer sees it.
    MayFail,
}

/// Runs `body` in a process of its own. It calls [`ready`] once what the fault
/// needs is there, so that a case that cannot be made is no fault; and before another thread may meet the fault, which ends the process.
pub(crate) fn case(test: &str, plain: Plain, body: impl FnOnce()) {
    if !cfg!(zmq_vendored) {
        println!("skipped: the repairs are in the vendored libzmq only");
        return;
    }
    let Some(Ending { status, output }) = try_in_child(test, DEADLINE, body) else {
        return;
    };
    let passed = status.is_some_and(|status| status.success());
    if has(c"repaired") {
        assert!(passed, "the child of {test} ended with {status:?}:\n{output}");
        return;
    }
    assert!(
        output.contains(READY),
        "{test} could not make its case ({status:?}):\n{output}"
    );
    let as_expected = match plain {
        Plain::Prints(words) => !passed && output.contains(words),
        Plain::Fails => !passed,
        Plain::MayFail => true,
    };
    assert!(as_expected, "{test} does not show its fault ({status:?}):\n{output}");
}

const READY: &str = "what the fault needs is there";

/// See [`case`].
pub(crate) fn ready() {
    println!("{READY}");
}

/// Has a socket do what others asked of it.
pub(crate) fn turn(socket: *mut c_void) {
    get(socket, ZMQ_EVENTS);
}

/// Several turns of several sockets, until what they have for each other is done.
pub(crate) fn turns(sockets: &[*mut c_void]) {
    for _ in 0..3 {
        sockets.iter().for_each(|socket| turn(*socket));
    }
}

/// One frame of at most 256 bytes, if there is one.
pub(crate) fn try_recv(socket: *mut c_void) -> Option<Vec<u8>> {
    let mut buffer = vec![0_u8; 256];
    let len = sys!(zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), ZMQ_DONTWAIT));
    let len = usize::try_from(len).ok()?;
    buffer.truncate(len.min(256));
    Some(buffer)
}

/// Whether more frames of the message follow.
pub(crate) fn more(socket: *mut c_void) -> bool {
    get(socket, ZMQ_RCVMORE) != 0
}

/// How many messages of one frame come before nothing comes for `pause`.
pub(crate) fn count(socket: *mut c_void, pause: Duration) -> usize {
    set(socket, ZMQ_RCVTIMEO, pause.as_millis() as c_int);
    let mut buffer = vec![0_u8; 4096];
    let mut received = 0;
    while sys!(zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), 0)) >= 0 {
        received += 1;
    }
    received
}

/// Waits until `condition`, for at most ten seconds.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A sleep where there is nothing that could be awaited: libzmq says nothing of
/// what it does in its threads. A case that it is too short for does not fail.
pub(crate) fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
