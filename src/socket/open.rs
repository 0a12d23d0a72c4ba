//! Opening and closing sockets.

use super::Socket;
use crate::context::Context;
use crate::error::{Call, Error, Result};
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

/// # Opening sockets
impl Context {
    /// Opens a socket (`zmq_socket`).
    ///
    /// libzmq releases a closed socket in the background. If the context is full, the call waits for that, at most 1
    /// second after the last socket was closed. See
    /// [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html).
    ///
    /// # Errors
    /// `EMFILE` if the context has [`max_sockets`](Context::max_sockets) sockets, or if the process has too few file
    /// descriptors left. Closed sockets count until their messages are delivered, within their
    /// [`linger`](crate::Socket::linger) period. `EAGAIN` if the first socket cannot start the context's threads.
    /// `EINVAL` for a type that this libzmq does not have; `EPERM` if the system rejects the requested scheduling;
    /// `ETERM` after [`shutdown`](Context::shutdown).
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn socket(&self, ty: SocketType) -> Result<Socket> {
        let failed = |refusal: Refusal| Error::refused(Call::Socket, refusal).about_type(ty);
        ty.check().map_err(failed)?;
        self.must_be_ours(Call::Socket)?;
        let raw = self.open(ty).map_err(failed)?;
        Ok(Socket::opened(raw, self.clone(), ty))
    }
}

/// # Opening and closing
impl Socket {
    /// Opens a socket in the default context, [`Context::global`] ([`zmq_socket`]).
    ///
    /// # Errors
    /// Like [`Context::socket`].
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PUB)?;
    /// assert_eq!(socket.socket_type(), zmq4::PUB);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket`]: https://libzmq.readthedocs.io/en/latest/zmq_socket.html
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn new(ty: SocketType) -> Result<Socket> {
        Context::global()?.socket(ty)
    }

    /// Closes the socket ([`zmq_close`]), like dropping it.
    ///
    /// The call does not block: messages that were sent are delivered in the background, within the
    /// [`linger`](Socket::linger) period. If the socket holds the last handle of its context, the context is
    /// terminated, which does block until they are delivered.
    ///
    /// # Errors
    /// None at present.
    ///
    /// [`zmq_close`]: https://libzmq.readthedocs.io/en/latest/zmq_close.html
    #[doc(alias = "zmq_close")]
    #[doc(alias = "Close")]
    pub fn close(self) -> Result<()> {
        drop(self);
        Ok(())
    }

    /// The context that the socket belongs to.
    #[doc(alias = "Context")]
    pub fn context(&self) -> &Context {
        &self.slot.context
    }

    /// The socket type
    /// ([`ZMQ_TYPE`](https://libzmq.readthedocs.io/en/latest/zmq_getsockopt.html#:~:text=ZMQ_TYPE:)).
    #[doc(alias = "ZMQ_TYPE")]
    #[doc(alias = "GetType")]
    pub fn socket_type(&self) -> SocketType {
        self.ty
    }
}
