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

/// Reads once from a descriptor that does not block; 0 if it has nothing.
#[cfg(feature = "draft")]
pub(super) fn read(fd: BorrowedFd<'_>, bytes: &mut [u8]) -> usize {
    #[cfg(unix)]
    {
        // SAFETY: the descriptor is open, and the bytes are live.
        let len = unsafe { libc::read(number(fd), bytes.as_mut_ptr().cast(), bytes.len()) };
        usize::try_from(len).unwrap_or(0)
    }
    #[cfg(windows)]
    {
        use std::io::Read;
        use std::mem::ManuallyDrop;
        use std::net::TcpStream;
        use std::os::windows::io::FromRawSocket;

        // SAFETY: the socket is open, and stays so, because the stream is not dropped.
        let stream = ManuallyDrop::new(unsafe { TcpStream::from_raw_socket(number(fd)) });
        (&*stream).read(bytes).unwrap_or(0)
    }
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
