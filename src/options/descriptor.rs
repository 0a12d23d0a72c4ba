//! Descriptors of the system: the one of a socket, and those that it listens on.

#[cfg(unix)]
use std::os::fd::{AsRawFd, OwnedFd};

use super::row::manual;
use super::state::row::ZMQ_FD;
#[cfg(unix)]
use super::tcp::row::ZMQ_USE_FD;
use crate::error::Result;
use crate::ffi::fd::{self, BorrowedFd, RawFd};
#[cfg(unix)]
use crate::ffi::system;
use crate::socket::Socket;

/// # Descriptors
impl Socket {
    /// The descriptor that becomes readable when the socket's [`events`](Socket::events) may have changed, for an
    /// event loop; on Windows a `BorrowedSocket`. It is libzmq's: it is neither read nor closed, and lives as long as the socket.
    ///
    /// It is edge-triggered: ask [`events`](Socket::events) before waiting on it, whenever it fires, and after each
    /// send and receive, those that end in `EAGAIN` included. Since libzmq 3.1.0.
    ///
    #[doc = manual!("zmq_getsockopt", "ZMQ_FD")]
    ///
    /// # Errors
    /// `EINVAL` for the thread-safe DRAFT types, which have none; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_FD")]
    #[doc(alias = "GetFd")]
    pub fn fd(&self) -> Result<BorrowedFd<'_>> {
        let mut number = [0; size_of::<RawFd>()];
        self.read(&ZMQ_FD, &mut number)?;
        fd::of_socket(self.raw(), RawFd::from_ne_bytes(number))
            .ok_or_else(|| ZMQ_FD.refuse("the socket has no descriptor"))
    }

    /// The listening descriptor that the next bind uses; with `None`, the default, it creates one. Since libzmq 4.2.0.
    ///
    #[doc = manual!("zmq_getsockopt", "ZMQ_USE_FD")]
    ///
    /// # Errors
    /// `EINVAL` where this libzmq does not have the option, `ETERM` once the context has ended.
    #[cfg(unix)]
    #[doc(alias = "ZMQ_USE_FD")]
    #[doc(alias = "Getusefd")]
    pub fn use_fd(&self) -> Result<Option<RawFd>> {
        self.read_int(&ZMQ_USE_FD).map(|fd| (fd >= 0).then_some(fd))
    }

    /// Sets a listening descriptor, for instance from systemd: the next [`bind`](Socket::bind) to `tcp://`, `ipc://` or
    /// `ws://` uses it, whatever the address, and closes it in the end. `None` removes one that was not used yet, and
    /// closes it. Since libzmq 4.2.0.
    ///
    #[doc = manual!("zmq_setsockopt", "ZMQ_USE_FD")]
    ///
    /// # Errors
    /// `EINVAL` for a descriptor that is not a listening stream socket, which would make libzmq abort; `ETERM` once
    /// the context has ended.
    #[cfg(unix)]
    #[doc(alias = "ZMQ_USE_FD")]
    #[doc(alias = "SetUseFd")]
    pub fn set_use_fd(&self, fd: Option<OwnedFd>) -> Result<()> {
        if let Some(fd) = &fd {
            if !system::listens(fd) {
                let fd = fd.as_raw_fd();
                let reason = format!("descriptor {fd} is not a listening stream socket");
                return Err(ZMQ_USE_FD.refuse(reason));
            }
        }
        self.write_int(&ZMQ_USE_FD, fd.as_ref().map_or(-1, AsRawFd::as_raw_fd))?;
        self.preconditions().hold(fd);
        Ok(())
    }
}
