//! The locks and atomics of the wake-up protocol, which its model replaces.

pub(super) use std::sync::Mutex;
pub(super) use std::sync::atomic::AtomicUsize;

pub(super) use crate::sync::lock;
