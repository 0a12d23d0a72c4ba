//! [`Mdcli2`]: many requests on their way.

use std::time::Duration;

use zmq4::{Context, Flags, IntoFrames, Multipart, POLLIN, Socket};

use super::MDPC_CLIENT;
use crate::Result;

/// A client that may send any number of requests before it reads a reply.
pub struct Mdcli2 {
    socket: Socket,
    timeout: Duration,
}

impl Mdcli2 {
    /// Connects to a broker.
    ///
    /// # Errors
    /// Like [`Socket::connect`].
    pub fn new(ctx: &Context, broker: &str) -> Result<Mdcli2> {
        let socket = ctx.socket(zmq4::DEALER)?;
        socket.set_linger(Some(Duration::ZERO))?;
        socket.connect(broker)?;
        let timeout = Duration::from_millis(2500);
        Ok(Mdcli2 { socket, timeout })
    }

    /// How long [`recv`](Mdcli2::recv) waits.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Like [`Socket::send_message`].
    pub fn send<'d>(&self, service: &'d str, request: impl IntoFrames<'d>) -> Result {
        // The empty frame is what a REQ would put there.
        self.socket.send_message(("", MDPC_CLIENT, service, request))?;
        Ok(())
    }

    /// The frames of the next reply, or `None` where none came in time.
    ///
    /// # Errors
    /// Where it is not in the protocol.
    pub fn recv(&self) -> Result<Option<Multipart>> {
        if self.socket.poll(POLLIN, Some(self.timeout))?.is_empty() {
            return Ok(None);
        }
        let mut reply = self.socket.recv_message(Flags::NONE)?;
        match (reply.pop_front(), reply.pop_front(), reply.pop_front()) {
            (Some(empty), Some(client), Some(_)) if empty.is_empty() && client == MDPC_CLIENT => Ok(Some(reply)),
            other => Err(format!("not a reply: {other:?}").into()),
        }
    }
}
