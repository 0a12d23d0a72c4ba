//! [`Shared`]: a value that several threads use in turn, and whose descriptor others may wait on.

#[cfg(all(unix, feature = "tokio"))]
use std::io;
use std::ops::Deref;
use std::sync::Arc;

use super::defer::DeferDrops;
use super::fd::{self, BorrowedFd, RawFd};
use super::lock::{Lock, LockGuard};

/// A value that owns a descriptor. Nothing replaces the value while it is shared.
pub(crate) struct Shared<S>(Lock<S>);

/// The value, locked. It gives no `&mut`, with which the value could be replaced and its descriptor closed.
pub(crate) struct Locked<'s, S> {
    value: LockGuard<'s, S>,
    /// Declared after the lock: owners of sent bytes, whose drops may lock the value, are dropped when it is unlocked.
    _hold: DeferDrops,
}

/// The descriptor of a shared value, open as long as this.
pub(crate) struct Descriptor<S> {
    fd: RawFd,
    _owner: Arc<Shared<S>>,
}

impl<S> Shared<S> {
    pub(crate) fn new(value: S) -> Shared<S> {
        Shared(Lock::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> Locked<'_, S> {
        Locked {
            value: self.0.lock(),
            _hold: DeferDrops::new(),
        }
    }

    pub(crate) fn into_inner(self) -> S {
        self.0.into_inner()
    }

    /// The descriptor that `find` finds in the value, which lends it as long as it lives.
    pub(crate) fn descriptor<E>(
        self: &Arc<Self>,
        find: fn(&S) -> Result<BorrowedFd<'_>, E>,
    ) -> Result<Descriptor<S>, E> {
        let fd = fd::number(find(&self.lock())?);
        Ok(Descriptor {
            fd,
            _owner: Arc::clone(self),
        })
    }
}

impl<S> Deref for Locked<'_, S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        &self.value
    }
}

impl<S> Descriptor<S> {
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the owner lends it as long as it lives, and is neither replaced nor dropped before this.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}

#[cfg(unix)]
impl<S> std::os::fd::AsFd for Descriptor<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd()
    }
}

#[cfg(unix)]
impl<S> std::os::fd::AsRawFd for Descriptor<S> {
    fn as_raw_fd(&self) -> RawFd {
        self.fd
    }
}

/// Registers the descriptor with the runtime of this thread. Panics if there is none, or one without I/O.
#[cfg(all(unix, feature = "tokio"))]
pub(crate) fn register<S>(descriptor: Descriptor<S>) -> io::Result<tokio::io::unix::AsyncFd<Descriptor<S>>> {
    let interest = tokio::io::Interest::READABLE;
    // SAFETY: the number never changes, and the descriptor is open as long as its owner, which the registration keeps.
    let registered = unsafe { tokio::io::unix::AsyncFd::register_with_interest(descriptor, interest) };
    registered.map_err(io::Error::from)
}
