//! [`SignalMask`], and polls during which it holds.

use std::ffi::c_int;
use std::fmt;
use std::time::Duration;

use super::handle::SocketHandle;
use super::polled::Polled;
use super::poller::Poller;
use super::wait;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::ppoll::SignalMask as RawMask;

/// A set of signals that a thread blocks, for [`Poller::poll_with_mask`].
///
/// Signals are the system's numbers, as in `libc::SIGTERM`.
///
/// ```
/// use zmq4::SignalMask;
/// let usr1 = 10; // libc::SIGUSR1 on Linux
/// let mask = SignalMask::empty().with(usr1)?;
/// assert!(mask.contains(usr1));
/// assert!(!mask.without(usr1)?.contains(usr1));
/// assert!(mask.with(-1).is_err());
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "sigset_t")]
pub struct SignalMask(RawMask);

impl SignalMask {
    /// No signal.
    pub fn empty() -> SignalMask {
        SignalMask(RawMask::empty())
    }

    /// The signals that this thread blocks.
    #[doc(alias = "pthread_sigmask")]
    pub fn current() -> SignalMask {
        SignalMask(RawMask::current())
    }

    /// These signals and `signal`.
    ///
    /// # Errors
    /// `EINVAL` if the system has no such signal.
    pub fn with(mut self, signal: c_int) -> Result<SignalMask> {
        self.0.add(signal).map_err(failed)?;
        Ok(self)
    }

    /// These signals without `signal`.
    ///
    /// # Errors
    /// `EINVAL` if the system has no such signal.
    pub fn without(mut self, signal: c_int) -> Result<SignalMask> {
        self.0.remove(signal).map_err(failed)?;
        Ok(self)
    }

    /// Whether `signal` is in the set.
    pub fn contains(&self, signal: c_int) -> bool {
        self.0.contains(signal)
    }

    /// Blocks these signals in this thread, in addition to those that it blocks already, and returns the previous set. Threads that it
    /// starts later, those of a [`Context`](crate::Context) included, inherit what it blocks.
    #[doc(alias = "pthread_sigmask")]
    pub fn block(&self) -> SignalMask {
        SignalMask(self.0.block())
    }

    /// Blocks these signals in this thread and no others, and returns the previous set.
    #[doc(alias = "pthread_sigmask")]
    pub fn replace(&self) -> SignalMask {
        SignalMask(self.0.replace())
    }
}

fn failed(errno: Errno) -> Error {
    Error::new(Call::Poll, errno).because("the system has no such signal")
}

impl<'s, H: SocketHandle<'s>> Poller<'s, H> {
    /// Waits like [`poll`](Poller::poll), and this thread blocks the signals of `mask` during the wait, and no others (as [`zmq_ppoll`]).
    ///
    /// So a program blocks a signal everywhere and lets it in here: it cannot come between the look at a flag that its handler sets and the
    /// wait. After a signal the wait ends with `EINTR`, whatever
    /// [`set_retry_after_eintr`](crate::Context::set_retry_after_eintr) says. If something is ready, that comes first.
    ///
    /// It calls `ppoll` itself, since `zmq_ppoll` takes no descriptors from 1024 up. It works with every libzmq, on Linux, Android and FreeBSD.
    ///
    /// # Errors
    /// Those of [`poll`](Poller::poll); `EINTR` after a signal; `ENOTSUP` if an item is a thread-safe DRAFT socket.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{POLLIN, Poller, SignalMask, Socket};
    /// let pull = Socket::new(zmq4::PULL)?;
    /// let mut poller = Poller::new();
    /// poller.add(&pull, POLLIN)?;
    /// let term = 15;
    /// let before = SignalMask::empty().with(term)?.block();
    /// // Here the program looks whether it is to end. From now on SIGTERM ends the wait.
    /// let ready = poller.poll_with_mask(Some(Duration::from_millis(1)), &before)?;
    /// assert!(ready.is_empty());
    /// before.replace();
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_ppoll`]: https://libzmq.readthedocs.io/en/latest/zmq_ppoll.html
    #[doc(alias = "zmq_ppoll")]
    pub fn poll_with_mask(
        &mut self,
        timeout: impl Into<Option<Duration>>,
        mask: &SignalMask,
    ) -> Result<&[Polled<'s, H>]> {
        let ready = match self.poll_prefetched() {
            0 => self.wait_with_mask(timeout.into(), mask)?,
            ready => ready,
        };
        Ok(self.collect(ready))
    }

    fn wait_with_mask(&mut self, timeout: Option<Duration>, mask: &SignalMask) -> Result<usize> {
        self.check_process()?;
        if self.wakers == 0 && timeout.is_none() {
            wait::idle(timeout, false)?;
        }
        let waited = wait::wait(timeout, false, |ms| self.items.ppoll(ms, &mask.0), || false);
        waited.map_err(|error| {
            if error == Errno::ENOTSUP {
                return error.because("a thread-safe socket has no descriptor to wait for");
            }
            error
        })
    }
}

impl fmt::Debug for SignalMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries((1..=64).filter(|signal| self.contains(*signal)))
            .finish()
    }
}
