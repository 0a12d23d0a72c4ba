//! [`Wake`]: keeps a descriptor readable while a channel has something to tell its receiver.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ffi::bell::Bell;
use crate::ffi::errno::Errno;

/// The bell of a channel, and a flag that spares the ring where the bell is known to ring already.
///
/// No wake-up is lost. A sender puts its value in and then sets the flag; a receiver silences the bell, clears the flag,
/// and then looks for values. The two changes of the flag have an order:
/// - The sender's came first: the receiver's read it, so the look that follows sees the value, and the receiver rings.
/// - The receiver's came first: the sender finds the flag clear and rings, after the bell was silenced, or finds it set
///   by another that came after the receiver, which rings.
///
/// What may happen is a ring too many, when a value is taken between its sender's setting of the flag and the ring.
#[derive(Debug)]
pub(super) struct Wake {
    bell: Arc<Bell>,
    rung: AtomicBool,
    ended: AtomicBool,
}

impl Wake {
    pub(super) fn new() -> Result<Wake, Errno> {
        Ok(Wake {
            bell: Arc::new(Bell::new()?),
            rung: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        })
    }

    pub(super) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    /// Called after a value was put in.
    pub(super) fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.bell.ring();
        }
    }

    /// Called after the channel was found empty; rings again if it `has_values` by now, or will never have any.
    pub(super) fn quiet(&self, has_values: impl FnOnce() -> bool) {
        self.bell.silence();
        self.rung.swap(false, Ordering::AcqRel);
        if has_values() || self.has_ended() {
            self.ring();
        }
    }

    /// Called when no value will be put in any more: rings for ever.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.ring();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}
