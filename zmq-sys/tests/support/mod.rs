//! What the tests of this package share.
// Each test binary uses a part of it.
#![allow(dead_code, unused_macros, unused_imports)]

#[macro_use]
pub(crate) mod zmq;
pub(crate) mod child;
pub(crate) mod monitor;

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// For everything that may block: long enough for a loaded machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Runs `work` on a dedicated thread; what it returns can be awaited with a
/// deadline, as a join cannot.
pub(crate) fn background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (done, result) = channel();
    thread::spawn(move || done.send(work()));
    result
}
