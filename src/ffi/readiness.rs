//! [`Readiness`]: the descriptor of a thread-safe socket, which has no `ZMQ_FD`.

use std::ffi::c_void;
use std::os::fd::{AsFd, BorrowedFd, RawFd};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use zmq_sys as sys;

use super::errno::Errno;
use super::fork::ProcessId;
use super::ret;
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
    poller: NonNull<c_void>,
    fd: RawFd,
    process: ProcessId,
    /// Keeps the socket open until after the drop of the poller.
    owner: Arc<SharedHandle<S>>,
}

// SAFETY: the poller is used by `new` and `drop` only, on any thread.
unsafe impl<S: Send> Send for Readiness<S> {}

// SAFETY: a shared one gives its descriptor and the socket, which is thread-safe.
unsafe impl<S: Send> Sync for Readiness<S> {}

impl<S> Readiness<S> {
    /// `EMFILE` if the process has no descriptor left, `EINTR` in a forked child.
    pub(crate) fn new(owner: Arc<SharedHandle<S>>) -> Result<Readiness<S>, Errno> {
        let socket = owner.live_ptr()?;
        // SAFETY: has no precondition.
        let poller = ret::pointer(unsafe { sys::zmq_poller_new() })?;
        // From here on it is destroyed also after an error.
        let mut readiness = Readiness {
            poller,
            fd: -1,
            process: ProcessId::current(),
            owner,
        };
        // SAFETY: the poller and the socket are open, and libzmq does not look at the null.
        ret::status(unsafe { sys::zmq_poller_add(poller.as_ptr(), socket, ptr::null_mut(), sys::ZMQ_POLLIN) })?;
        // SAFETY: the poller is open, and the number is live.
        ret::status(unsafe { sys::zmq_poller_fd(poller.as_ptr(), &raw mut readiness.fd) })?;
        Ok(readiness)
    }

    /// Takes the signals, so that the descriptor is readable after the next change only, and returns the events for which the socket is
    /// ready. `ETERM` once the context has ended; the descriptor becomes readable then.
    pub(crate) fn events(&self) -> Result<State, Errno> {
        if self.process.is_stale() {
            return Err(Errno::EINTR);
        }
        // Before the look: a change after this makes it readable again.
        let mut signals = [0_u8; 64];
        loop {
            // SAFETY: the descriptor is open and does not block, and the bytes are live.
            let taken = unsafe { libc::read(self.fd, signals.as_mut_ptr().cast(), signals.len()) };
            if usize::try_from(taken) != Ok(signals.len()) {
                break;
            }
        }
        self.owner.events()
    }
}

impl<S> AsFd for Readiness<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: it is the poller's, which lives as long as this.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}

impl<S> Drop for Readiness<S> {
    fn drop(&mut self) {
        // A forked child must not wait for the socket's lock, which a thread of the parent may have.
        if !self.process.is_stale() {
            let mut poller = self.poller.as_ptr();
            // SAFETY: the poller is open, and its socket as well, which it leaves.
            unsafe { sys::zmq_poller_destroy(&raw mut poller) };
        }
    }
}
