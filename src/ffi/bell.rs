//! [`Bell`]: a descriptor that any thread makes readable.

pub(crate) use imp::Bell;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod imp {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

    use crate::ffi::errno::Errno;

    /// Readable from a [`ring`](Bell::ring) until it is [silenced](Bell::silence), however often it was rung.
    ///
    /// An eventfd here: one descriptor, and the kernel counts the rings.
    #[derive(Debug)]
    pub(crate) struct Bell(File);

    impl Bell {
        pub(crate) fn new() -> Result<Bell, Errno> {
            // SAFETY: takes integers only.
            let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
            if fd < 0 {
                let error = io::Error::last_os_error();
                return Err(Errno::new(error.raw_os_error().unwrap_or_default()));
            }
            // SAFETY: the descriptor was just made and has no other owner.
            let fd = unsafe { OwnedFd::from_raw_fd(fd) };
            Ok(Bell(File::from(fd)))
        }

        /// Makes the descriptor readable; never waits.
        pub(crate) fn ring(&self) {
            // It fails where the count is full, and then it is readable.
            let _ = (&self.0).write(&1_u64.to_ne_bytes());
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn silence(&self) {
            // It fails where the bell is silent. One read takes the whole count.
            let _ = (&self.0).read(&mut [0; size_of::<u64>()]);
        }
    }

    impl AsFd for Bell {
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

    /// Readable from a [`ring`](Bell::ring) until it is [silenced](Bell::silence), however often it was rung.
    ///
    /// A pair of sockets here: a byte in it for each ring.
    #[derive(Debug)]
    pub(crate) struct Bell {
        rung: UnixStream,
        heard: UnixStream,
    }

    impl Bell {
        pub(crate) fn new() -> Result<Bell, Errno> {
            let pair = || {
                let (rung, heard) = UnixStream::pair()?;
                rung.set_nonblocking(true)?;
                heard.set_nonblocking(true)?;
                Ok(Bell { rung, heard })
            };
            pair().map_err(|error: io::Error| Errno::of_io(&error, Errno::EMFILE))
        }

        /// Makes the descriptor readable; never waits.
        pub(crate) fn ring(&self) {
            // It fails where the pair is full, and then it is readable.
            while (&self.rung)
                .write(&[1])
                .is_err_and(|error| error.kind() == io::ErrorKind::Interrupted)
            {}
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn silence(&self) {
            let mut bytes = [0; 64];
            loop {
                match (&self.heard).read(&mut bytes) {
                    Ok(len) if len == bytes.len() => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    _ => return,
                }
            }
        }
    }

    impl AsFd for Bell {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.heard.as_fd()
        }
    }
}

#[cfg(windows)]
mod imp {
    use std::io;
    use std::net::{Ipv4Addr, UdpSocket};
    use std::os::windows::io::{AsSocket, BorrowedSocket};

    use crate::ffi::errno::Errno;

    /// Readable from a [`ring`](Bell::ring) until it is [silenced](Bell::silence), however often it was rung.
    ///
    /// A UDP socket here that is connected to itself, because Windows polls nothing but sockets.
    #[derive(Debug)]
    pub(crate) struct Bell(UdpSocket);

    impl Bell {
        pub(crate) fn new() -> Result<Bell, Errno> {
            let socket = || {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
                socket.connect(socket.local_addr()?)?;
                socket.set_nonblocking(true)?;
                Ok(Bell(socket))
            };
            socket().map_err(|_: io::Error| Errno::EMFILE)
        }

        /// Makes the descriptor readable; never waits.
        pub(crate) fn ring(&self) {
            // It fails where the buffer is full, and then it is readable.
            let _ = self.0.send(&[1]);
        }

        /// Makes the descriptor not readable; never waits.
        pub(crate) fn silence(&self) {
            while self.0.recv(&mut [0; 1]).is_ok() {}
        }
    }

    impl AsSocket for Bell {
        fn as_socket(&self) -> BorrowedSocket<'_> {
            self.0.as_socket()
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::fd::{AsFd, AsRawFd};

    use super::*;

    fn readable(bell: &Bell) -> bool {
        let mut item = libc::pollfd {
            fd: bell.as_fd().as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one live item is passed as one.
        let ready = unsafe { libc::poll(&mut item, 1, 0) };
        ready == 1 && item.revents == libc::POLLIN
    }

    #[test]
    fn rings_until_it_is_silenced() {
        let bell = Bell::new().unwrap();
        assert!(!readable(&bell));
        bell.silence();
        for _ in 0..100 {
            bell.ring();
        }
        assert!(readable(&bell));
        assert!(readable(&bell));
        bell.silence();
        assert!(!readable(&bell));
        bell.ring();
        assert!(readable(&bell));
    }
}
