//! [`Waker`]: a descriptor that any thread can make readable.

pub(crate) use imp::Waker;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod imp {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

    use crate::ffi::errno::Errno;

    /// Readable from a [`wake`](Waker::wake) until it is [reset](Waker::reset), however many calls there were.
    ///
    /// An eventfd here: one descriptor, and the kernel counts the calls.
    #[derive(Debug)]
    pub(crate) struct Waker(File);

    impl Waker {
        pub(crate) fn new() -> Result<Waker, Errno> {
            // SAFETY: takes integers only.
            let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
            if fd < 0 {
                let error = io::Error::last_os_error();
                return Err(Errno::new(error.raw_os_error().unwrap_or_default()));
            }
            // SAFETY: the descriptor was just made and has no other owner.
            let fd = unsafe { OwnedFd::from_raw_fd(fd) };
            Ok(Waker(File::from(fd)))
        }

        /// Makes the descriptor readable; never waits.
        pub(crate) fn wake(&self) {
            // It fails where the count is full, and then it is readable.
            let _ = (&self.0).write(&1_u64.to_ne_bytes());
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn reset(&self) {
            // It fails where it is reset already. One read takes the whole count.
            let _ = (&self.0).read(&mut [0; size_of::<u64>()]);
        }
    }

    impl AsFd for Waker {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
mod imp {
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::net::UnixStream;

    use crate::ffi::errno::Errno;

    /// Readable from a [`wake`](Waker::wake) until it is [reset](Waker::reset), however many calls there were.
    ///
    /// A pair of sockets here: a byte in it for each call.
    #[derive(Debug)]
    pub(crate) struct Waker {
        sender: UnixStream,
        receiver: UnixStream,
    }

    impl Waker {
        pub(crate) fn new() -> Result<Waker, Errno> {
            let pair = || {
                let (sender, receiver) = UnixStream::pair()?;
                sender.set_nonblocking(true)?;
                receiver.set_nonblocking(true)?;
                Ok(Waker { sender, receiver })
            };
            pair().map_err(|error: io::Error| Errno::of_io(&error, Errno::EMFILE))
        }

        /// Makes the descriptor readable; never waits.
        pub(crate) fn wake(&self) {
            // It fails where the pair is full, and then it is readable.
            while (&self.sender)
                .write(&[1])
                .is_err_and(|error| error.kind() == io::ErrorKind::Interrupted)
            {}
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn reset(&self) {
            let mut bytes = [0; 64];
            loop {
                match (&self.receiver).read(&mut bytes) {
                    Ok(len) if len == bytes.len() => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    _ => return,
                }
            }
        }
    }

    impl AsFd for Waker {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.receiver.as_fd()
        }
    }
}

#[cfg(windows)]
mod imp {
    use std::io;
    use std::net::{Ipv4Addr, UdpSocket};
    use std::os::windows::io::{AsSocket, BorrowedSocket};

    use crate::ffi::errno::Errno;

    /// Readable from a [`wake`](Waker::wake) until it is [reset](Waker::reset), however many calls there were.
    ///
    /// A UDP socket here that is connected to itself, because Windows polls nothing but sockets.
    #[derive(Debug)]
    pub(crate) struct Waker(UdpSocket);

    impl Waker {
        pub(crate) fn new() -> Result<Waker, Errno> {
            let socket = || {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
                socket.connect(socket.local_addr()?)?;
                socket.set_nonblocking(true)?;
                Ok(Waker(socket))
            };
            socket().map_err(|error: io::Error| Errno::of_io(&error, Errno::EMFILE))
        }

        /// Makes the descriptor readable; waits for nothing but other threads in this call.
        pub(crate) fn wake(&self) {
            // It fails where the buffer is full, and then it is readable; but under wine also while another thread is still
            // in this call, whose byte may have been received already.
            while self
                .0
                .send(&[1])
                .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
                && self.0.peek(&mut [0; 1]).is_err()
            {
                std::thread::yield_now();
            }
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn reset(&self) {
            while self.0.recv(&mut [0; 1]).is_ok() {}
        }
    }

    impl AsSocket for Waker {
        fn as_socket(&self) -> BorrowedSocket<'_> {
            self.0.as_socket()
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::fd::{AsFd, AsRawFd};

    use super::*;

    fn readable(waker: &Waker) -> bool {
        let mut item = libc::pollfd {
            fd: waker.as_fd().as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one live item is passed as one.
        let ready = unsafe { libc::poll(&mut item, 1, 0) };
        ready == 1 && item.revents == libc::POLLIN
    }

    #[test]
    fn readable_from_wake_to_reset() {
        let waker = Waker::new().unwrap();
        assert!(!readable(&waker));
        waker.reset();
        for _ in 0..100 {
            waker.wake();
        }
        assert!(readable(&waker));
        assert!(readable(&waker));
        waker.reset();
        assert!(!readable(&waker));
        waker.wake();
        assert!(readable(&waker));
    }
}
