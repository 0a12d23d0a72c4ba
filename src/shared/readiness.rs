//! [`SocketReadiness`]: the descriptor of a shared socket, for event loops.

use std::fmt;
use std::sync::Arc;

use super::SharedSocket;
use crate::error::{Call, Error, Result};
use crate::ffi::fd;
use crate::ffi::readiness::Readiness;
use crate::flags::State;
use crate::socket::Socket;

/// A descriptor that becomes readable when a [`SharedSocket`] may have become ready, for event loops that take what has `AsFd` or
/// `AsRawFd`; on Windows `AsSocket` or `AsRawSocket`. Thread-safe sockets have no [`ZMQ_FD`](Socket::fd); this is the descriptor of a `zmq_poller_t` with the one socket.
///
/// It is waited on for reading, and neither read nor closed. It is edge-triggered, for receiving and for sending alike: call
/// [`events`](SocketReadiness::events) before each wait, and wait only if there are none that you want. After each wait call it again:
/// until then the descriptor stays readable. Another thread may have taken the message meanwhile, so use
/// [`try_recv`](SharedSocket::try_recv) and [`try_send`](SharedSocket::try_send).
///
/// Each observer has its own: they do not take each other's signals. It keeps the socket open.
///
/// On systems without eventfd, as macOS and Windows, drop it when nothing waits for it: there libzmq aborts when some thousand changes were not
/// taken with `events`.
///
/// ```
/// use zmq4::{Context, POLLIN, Poller, SharedSocket};
/// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
/// let context = Context::new()?;
/// let gather = SharedSocket::new(context.socket(zmq4::GATHER)?)?;
/// gather.lock()?.bind("inproc://readiness")?;
/// let scatter = context.socket(zmq4::SCATTER)?;
/// scatter.connect("inproc://readiness")?;
///
/// let readiness = gather.readiness()?;
/// assert!(!readiness.events()?.contains(POLLIN));
/// scatter.send("a task", zmq4::Flags::NONE)?;
/// let mut poller = Poller::new();
/// poller.add_fd(&readiness, POLLIN)?;
/// poller.poll(None)?;
/// assert!(readiness.events()?.contains(POLLIN));
/// assert_eq!(gather.try_recv()?, "a task");
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_poller_fd")]
pub struct SocketReadiness(Readiness<Socket>);

impl SharedSocket {
    /// Opens a descriptor to wait for this socket with ([`zmq_poller_fd`]).
    ///
    /// # Errors
    /// `EMFILE` if the process has no file descriptor left; `EINTR` in a forked child.
    ///
    /// [`zmq_poller_fd`]: https://libzmq.readthedocs.io/en/latest/zmq_poller.html
    #[doc(alias = "zmq_poller_fd")]
    #[doc(alias = "ZMQ_FD")]
    pub fn readiness(&self) -> Result<SocketReadiness> {
        Readiness::new(Arc::clone(&self.handle))
            .map(SocketReadiness)
            .map_err(|errno| Error::new(Call::SharedSocket, errno))
    }
}

impl SocketReadiness {
    /// Resets the descriptor, and returns for which of [`POLLIN`](crate::POLLIN) and [`POLLOUT`](crate::POLLOUT) the socket is ready
    /// (`ZMQ_EVENTS`). A later change makes the descriptor readable again.
    ///
    /// # Errors
    /// `ETERM` once the context has ended, which makes the descriptor readable as well; `EINTR` in a forked child.
    #[doc(alias = "ZMQ_EVENTS")]
    #[doc(alias = "GetEvents")]
    pub fn events(&self) -> Result<State> {
        self.0.events().map_err(|errno| Error::new(Call::GetSockOpt, errno))
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for SocketReadiness {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for SocketReadiness {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        fd::number(self.0.fd())
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for SocketReadiness {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.0.fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsRawSocket for SocketReadiness {
    fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
        fd::number(self.0.fd())
    }
}

impl fmt::Debug for SocketReadiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SocketReadiness")
            .field(&fd::number(self.0.fd()))
            .finish()
    }
}
