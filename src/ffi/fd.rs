//! The descriptors that a system can wait on beside sockets: any on Unix, sockets on Windows.

#[cfg(unix)]
pub(crate) use std::os::fd::{AsFd, BorrowedFd, RawFd};
#[cfg(windows)]
pub(crate) use std::os::windows::io::{AsSocket as AsFd, BorrowedSocket as BorrowedFd, RawSocket as RawFd};

use super::socket::RawSocket;

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

/// A descriptor of libzmq's that lives as long as the socket does.
pub(crate) fn of_socket(_owner: &RawSocket, fd: RawFd) -> Option<BorrowedFd<'_>> {
    #[cfg(unix)]
    let exists = fd >= 0;
    #[cfg(windows)]
    let exists = fd != RawFd::MAX;
    // SAFETY: it is one, and the socket keeps its descriptor open until it is closed.
    exists.then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}
