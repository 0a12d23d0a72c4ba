//! The descriptors that a system can wait on beside sockets: any on Unix, sockets on Windows.

#[cfg(unix)]
pub(crate) use std::os::fd::{AsFd, BorrowedFd};
#[cfg(windows)]
pub(crate) use std::os::windows::io::{AsSocket as AsFd, BorrowedSocket as BorrowedFd};

use crate::ffi::poll::RawFd;

pub(crate) fn borrow<F: AsFd + ?Sized>(fd: &F) -> BorrowedFd<'_> {
    #[cfg(unix)]
    return fd.as_fd();
    #[cfg(windows)]
    return fd.as_socket();
}

pub(crate) fn number(fd: BorrowedFd<'_>) -> RawFd {
    #[cfg(unix)]
    return std::os::fd::AsRawFd::as_raw_fd(&fd);
    #[cfg(windows)]
    return std::os::windows::io::AsRawSocket::as_raw_socket(&fd);
}
