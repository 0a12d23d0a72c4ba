//! [`Stopper`]: ends the run of a reactor from any thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Reactor;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::waker::Waker;
use crate::flags::State;
use crate::poll::ItemId;

/// Ends the run of a [`Reactor`] from any thread: [`Reactor::stopper`].
///
/// Any number of threads may have one, and it may live longer than the reactor.
#[derive(Clone, Debug)]
pub struct Stopper {
    shared: Arc<Shared>,
    /// The waker in the reactor's poller.
    item: ItemId,
}

#[derive(Debug)]
struct Shared {
    asked: AtomicBool,
    waker: Arc<Waker>,
}

impl Stopper {
    /// Ends [`Reactor::run`] after the handler that is being called, if there is one; an idle reactor wakes at once.
    ///
    /// As [`Reactor::stop`] otherwise: a request is kept until a run has ended by it.
    pub fn stop(&self) {
        // Before the wake-up: the reactor then sees the request.
        self.shared.asked.store(true, Ordering::Release);
        self.shared.waker.wake();
    }
}

impl<E> Reactor<'_, E> {
    /// Ends [`run`](Reactor::run), with `Ok`, after the handler that is being called.
    ///
    /// The others of that pass are not called: what they were ready for is still there in the next run. A request is kept
    /// until a run has ended by it: where none goes on, or this one ends with an error, it ends the next one at once.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// What ends [`run`](Reactor::run) from any thread, at any time.
    ///
    /// The first one takes a descriptor of the process (two on Unix systems other than Linux).
    ///
    /// # Errors
    /// `EMFILE` where the process has no descriptor left; `EINVAL` as [`add_channel`](Reactor::add_channel).
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_timer_once(Duration::from_secs(3600), |_| Err("too late".into()));
    /// let stopper = reactor.stopper()?;
    /// std::thread::spawn(move || stopper.stop());
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stopper(&mut self) -> Result<Stopper> {
        if let Some(stopper) = &self.stopper {
            return Ok(stopper.clone());
        }
        let waker = Waker::new().map_err(|errno: Errno| Error::new(Call::Reactor, errno))?;
        let waker = Arc::new(waker);
        let item = self.items.add_waker(waker.clone())?;
        let shared = Arc::new(Shared {
            asked: AtomicBool::new(false),
            waker,
        });
        let stopper = Stopper { shared, item };
        Ok(self.stopper.insert(stopper).clone())
    }

    /// Whether the run is to end.
    pub(super) fn stops(&self) -> bool {
        self.stopping
            || self
                .stopper
                .as_ref()
                .is_some_and(|stopper| stopper.shared.asked.load(Ordering::Acquire))
    }

    /// Resets the waker if it was woken, before the request is looked for.
    pub(super) fn hear(&self, ready: &[(ItemId, State)]) {
        if let Some(stopper) = &self.stopper {
            if ready.iter().any(|(id, _)| *id == stopper.item) {
                stopper.shared.waker.reset();
            }
        }
    }

    /// The requests until now are met.
    pub(super) fn stopped(&mut self) {
        self.stopping = false;
        if let Some(stopper) = &self.stopper {
            stopper.shared.waker.reset();
            stopper.shared.asked.store(false, Ordering::Release);
        }
    }
}
