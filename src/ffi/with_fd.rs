//! [`WithFd`]: a value with the descriptor that it lends.

use super::fd::{self, BorrowedFd, RawFd};

/// A value that keeps a descriptor open as long as it lives. It is neither changed nor replaced.
pub(crate) struct WithFd<T> {
    fd: RawFd,
    value: T,
}

impl<T> WithFd<T> {
    pub(crate) fn new<E>(value: T, find: fn(&T) -> Result<BorrowedFd<'_>, E>) -> Result<Self, E> {
        let fd = fd::number(find(&value)?);
        Ok(Self { fd, value })
    }

    pub(crate) fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn into_value(self) -> T {
        self.value
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the value lends it as long as it lives, and lives as long as this.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}
