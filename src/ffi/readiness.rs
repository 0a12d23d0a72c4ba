//! [`Readiness`], [`Observed`]: the descriptor of a thread-safe socket, which has no `ZMQ_FD`.

use std::ffi::c_void;
#[cfg(any(feature = "tokio", feature = "async-io"))]
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use zmq_sys as sys;

use super::errno::Errno;
use super::fd::{self, BorrowedFd, RawFd};
use super::fork::ProcessId;
use super::ret;
#[cfg(any(feature = "tokio", feature = "async-io"))]
use super::shared::OwnsRawSocket;
use super::shared::SharedHandle;
use crate::flags::State;

/// A descriptor that becomes readable when the state of a thread-safe socket may have changed, as `ZMQ_FD` does for other sockets.
///
/// It is that of a `zmq_poller_t` with this one socket, which is never waited for: libzmq's wait takes one signal at a time, and signals pile
/// up while other threads use the socket. Each observer has its own, because [`events`](Readiness::events) takes the signals.
///
/// Like `ZMQ_FD`, it says nothing about messages that are there already: ask for the events first, and wait only if there are none.
/// Without eventfd (outside of Linux and FreeBSD) libzmq aborts when some thousand signals were not taken: there it may live as long as
/// someone waits for it, and no longer.
pub(crate) struct Readiness<S> {
    signals: Signals,
    /// Keeps the socket open until after the drop of the poller.
    owner: Arc<SharedHandle<S>>,
}

/// The poller of one socket, and its descriptor.
struct Signals {
    poller: NonNull<c_void>,
    fd: RawFd,
    process: ProcessId,
}

// SAFETY: the poller is used by `new` and `drop` only, on any thread.
unsafe impl Send for Signals {}

// SAFETY: a shared one gives its descriptor only.
unsafe impl Sync for Signals {}

impl<S> Readiness<S> {
    /// `EMFILE` if the process has no descriptor left, `EINTR` in a forked child.
    pub(crate) fn new(owner: Arc<SharedHandle<S>>) -> Result<Readiness<S>, Errno> {
        let socket = owner.live_ptr()?;
        // SAFETY: the owner keeps the socket open, and is dropped later.
        let signals = unsafe { Signals::new(socket) }?;
        Ok(Readiness { signals, owner })
    }

    /// Takes the signals, so that the descriptor is readable after the next change only, and returns the events for which the socket is
    /// ready. `ETERM` once the context has ended; the descriptor becomes readable then.
    pub(crate) fn events(&self) -> Result<State, Errno> {
        // Before the look: a change after this makes it readable again.
        self.signals.take()?;
        self.owner.events()
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.signals.fd()
    }
}

impl Signals {
    /// # Safety
    /// `socket` is open and thread-safe, and stays open longer than this.
    unsafe fn new(socket: *mut c_void) -> Result<Signals, Errno> {
        // SAFETY: has no precondition.
        let poller = ret::pointer(unsafe { sys::zmq_poller_new() })?;
        // From here on it is destroyed also after an error.
        let mut signals = Signals {
            poller,
            fd: !0,
            process: ProcessId::current(),
        };
        // SAFETY: the poller and the socket are open, and libzmq does not look at the null.
        ret::status(unsafe { sys::zmq_poller_add(poller.as_ptr(), socket, ptr::null_mut(), sys::ZMQ_POLLIN) })?;
        // SAFETY: the poller is open, and the number is live.
        ret::status(unsafe { sys::zmq_poller_fd(poller.as_ptr(), &raw mut signals.fd) })?;
        Ok(signals)
    }

    fn take(&self) -> Result<(), Errno> {
        if self.process.is_stale() {
            return Err(Errno::EINTR);
        }
        let mut signals = [0_u8; 64];
        loop {
            if fd::read(self.fd(), &mut signals) < signals.len() {
                return Ok(());
            }
        }
    }

    fn fd(&self) -> BorrowedFd<'_> {
        // SAFETY: it is the poller's, which lives as long as this.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // A forked child must not wait for the socket's lock, which a thread of the parent may have.
        if !self.process.is_stale() {
            let mut poller = self.poller.as_ptr();
            // SAFETY: the poller is open, and its socket as well, which it leaves.
            unsafe { sys::zmq_poller_destroy(&raw mut poller) };
        }
    }
}

/// What owns a socket, with the descriptor of a thread-safe one. It is not replaced.
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub(crate) struct Observed<S> {
    /// Declared before the owner, which keeps the socket open.
    signals: Option<Signals>,
    owner: S,
}

#[cfg(any(feature = "tokio", feature = "async-io"))]
impl<S: OwnsRawSocket> Observed<S> {
    pub(crate) fn new(owner: S) -> Result<Observed<S>, Errno> {
        let raw = owner.raw_socket();
        let signals = if raw.get_int(sys::ZMQ_THREAD_SAFE) == Ok(1) {
            let socket = raw.live_ptr()?;
            // SAFETY: the owner keeps the socket open, and is dropped later.
            Some(unsafe { Signals::new(socket) }?)
        } else {
            None
        };
        Ok(Observed { signals, owner })
    }

    /// The descriptor of a thread-safe socket; `None` for the other types, which have `ZMQ_FD`.
    pub(crate) fn signals_fd(&self) -> Option<BorrowedFd<'_>> {
        self.signals.as_ref().map(Signals::fd)
    }

    /// Takes the signals, before the events are asked for.
    pub(crate) fn take_signals(&self) -> Result<(), Errno> {
        self.signals.as_ref().map_or(Ok(()), Signals::take)
    }

    pub(crate) fn into_owner(self) -> S {
        self.owner
    }
}

#[cfg(any(feature = "tokio", feature = "async-io"))]
impl<S> Deref for Observed<S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        &self.owner
    }
}
