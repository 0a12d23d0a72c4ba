//! [`Readiness`]: keeps a descriptor readable while a channel has a value, or has ended.

use std::sync::Arc;

use crate::ffi::errno::Errno;
use crate::ffi::waker::Waker;
use crate::sync::{AtomicBool, Ordering};

/// The waker of a channel, and a flag that saves the wake if the waker is known to be awake already.
///
/// No wake-up is lost. A sender puts its value in and then sets the flag; a receiver resets the waker, clears the flag,
/// and then looks for values. The two changes of the flag have an order:
/// - The sender's came first: the receiver's read it, so the look that follows sees the value, and the receiver wakes.
/// - The receiver's came first: the sender finds the flag clear and wakes, after the waker was reset, or finds it set
///   by another that came after the receiver, which wakes.
///
/// A spurious wake-up is possible if a value is taken between its sender's setting of the flag and the wake.
#[derive(Debug)]
pub(super) struct Readiness {
    waker: Arc<Waker>,
    notified: AtomicBool,
    ended: AtomicBool,
}

impl Readiness {
    pub(super) fn new() -> Result<Readiness, Errno> {
        Ok(Readiness {
            waker: Arc::new(Waker::new()?),
            notified: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        })
    }

    pub(super) fn waker(&self) -> &Arc<Waker> {
        &self.waker
    }

    /// Called after a value was put in.
    pub(super) fn notify(&self) {
        if !self.notified.swap(true, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    /// Called after the channel was found empty; notifies again if it `has_values` by now, or will never have any.
    pub(super) fn rearm(&self, has_values: impl FnOnce() -> bool) {
        self.waker.reset();
        self.notified.swap(false, Ordering::AcqRel);
        if has_values() || self.has_ended() {
            self.notify();
        }
    }

    /// Called when no value will be put in any more: the descriptor stays readable.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.notify();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}
