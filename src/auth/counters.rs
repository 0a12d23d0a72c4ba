//! [`Counters`]: how many requests got each status.

use std::sync::atomic::{AtomicU64, Ordering};

use super::reply::Status;

/// How many requests got each status.
#[derive(Default)]
pub(super) struct Counters {
    ok: AtomicU64,
    try_again: AtomicU64,
    no_access: AtomicU64,
    internal_error: AtomicU64,
}

impl Counters {
    fn counter(&self, status: Status) -> &AtomicU64 {
        match status {
            Status::Ok => &self.ok,
            Status::TryAgain => &self.try_again,
            Status::NoAccess => &self.no_access,
            Status::InternalError => &self.internal_error,
        }
    }

    pub(super) fn count(&self, status: Status) {
        self.counter(status).fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn of(&self, status: Status) -> u64 {
        self.counter(status).load(Ordering::Relaxed)
    }
}
