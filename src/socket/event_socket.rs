//! [`EventSocket`]: a socket that lends its descriptor to event loops.

use std::fmt;
use std::ops::Deref;

use super::Socket;
use crate::error::Result;
use crate::ffi::fd;
use crate::ffi::with_fd::WithFd;

/// A [`Socket`] with its descriptor (`ZMQ_FD`), for event loops that take what has `AsFd` or `AsRawFd`; on Windows `AsSocket` or
/// `AsRawSocket`.
///
/// The descriptor is libzmq's: it is waited on for reading, and neither read nor closed. It is edge-triggered, for receiving
/// and for sending alike: ask [`events`](Socket::events) before each wait, and wait only if there are none that you want. The example
/// `event_loop` shows it, and docs/async.md says when to use something else.
///
/// ```
/// use zmq4::{Context, DONTWAIT, EventSocket, POLLIN, Poller};
/// let context = Context::new()?;
/// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
/// a.bind("inproc://event socket")?;
/// b.connect("inproc://event socket")?;
/// let a = EventSocket::new(a)?;
/// assert!(!a.events()?.contains(POLLIN));
/// b.send("x", DONTWAIT)?;
/// let mut poller = Poller::new();
/// poller.add_fd(&a, POLLIN)?;
/// assert_eq!(poller.poll(None)?.len(), 1);
/// assert_eq!(a.recv(DONTWAIT)?, "x");
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "ZMQ_FD")]
pub struct EventSocket(WithFd<Socket>);

impl EventSocket {
    /// Asks the socket for its descriptor.
    ///
    /// # Errors
    /// `EINVAL` for the thread-safe DRAFT types, which have none; `ETERM` once the context has ended. The socket is closed then.
    #[doc(alias = "GetFd")]
    pub fn new(socket: Socket) -> Result<Self> {
        WithFd::new(socket, Socket::fd).map(Self)
    }

    /// The socket.
    pub fn into_inner(self) -> Socket {
        self.0.into_value()
    }
}

impl Deref for EventSocket {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        self.0.value()
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for EventSocket {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for EventSocket {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        fd::number(self.0.fd())
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for EventSocket {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.0.fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsRawSocket for EventSocket {
    fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
        fd::number(self.0.fd())
    }
}

impl fmt::Debug for EventSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventSocket").field(self.0.value()).finish()
    }
}
