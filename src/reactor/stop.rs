//! [`StopHandle`]: ends the run of a reactor from any thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Call, Error, Result};
use crate::ffi::waker::Waker;
use crate::flags::State;
use crate::poll::ItemId;
use crate::refusal::Refusal;

/// Ends the run of a [`Reactor`](crate::Reactor) from any thread: [`Reactor::stop_handle`](crate::Reactor::stop_handle).
///
/// Any number of threads may have one, and it may outlive the reactor.
#[derive(Clone, Debug)]
pub struct StopHandle {
    shared: Arc<Shared>,
    /// The waker in the reactor's poller.
    item: ItemId,
}

#[derive(Debug)]
struct Shared {
    requested: AtomicBool,
    waker: Arc<Waker>,
}

impl StopHandle {
    /// `add` puts the waker into a poller.
    pub(super) fn new(add: impl FnOnce(Arc<Waker>) -> Result<ItemId>) -> Result<StopHandle> {
        let waker = Waker::new().map_err(|errno| Error::refused(Call::Reactor, Refusal::of_system(errno)))?;
        let waker = Arc::new(waker);
        let item = add(Arc::clone(&waker))?;
        let requested = AtomicBool::new(false);
        let shared = Arc::new(Shared { requested, waker });
        Ok(StopHandle { shared, item })
    }

    /// Ends [`Reactor::run`](crate::Reactor::run) after the handler that is being called, if there is one; an idle reactor
    /// wakes at once.
    ///
    /// Like [`Reactor::stop`](crate::Reactor::stop) otherwise: a request is kept until a run has ended by it.
    pub fn stop(&self) {
        // Before the wake-up: a reactor that is woken sees it.
        self.shared.requested.store(true, Ordering::Release);
        self.shared.waker.wake();
    }

    pub(super) fn is_requested(&self) -> bool {
        self.shared.requested.load(Ordering::Acquire)
    }

    /// Resets the waker if the poll found it readable.
    pub(super) fn drain(&self, ready: &[(ItemId, State)]) {
        if ready.iter().any(|(id, _)| *id == self.item) {
            self.shared.waker.reset();
        }
    }

    /// The requests so far are met.
    pub(super) fn clear(&self) {
        self.shared.waker.reset();
        self.shared.requested.store(false, Ordering::Release);
    }
}
