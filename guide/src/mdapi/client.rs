//! [`Mdcli`]: one request at a time.

use std::time::Duration;

use zmq4::{Context, Flags, Multipart, POLLIN, Socket};

use super::MDPC_CLIENT;
use crate::Result;

/// A client that waits for the reply to each request, and asks again where none comes.
pub struct Mdcli {
    ctx: Context,
    broker: String,
    socket: Socket,
    timeout: Duration,
    retries: u32,
}

impl Mdcli {
    /// Connects to a broker.
    ///
    /// # Errors
    /// Like [`Socket::connect`].
    pub fn new(ctx: &Context, broker: &str) -> Result<Mdcli> {
        Ok(Mdcli {
            ctx: ctx.clone(),
            broker: broker.into(),
            socket: connect(ctx, broker)?,
            timeout: Duration::from_millis(2500),
            retries: 3,
        })
    }

    /// How long to wait for a reply before the request is sent again.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// How often a request is sent.
    pub fn set_retries(&mut self, retries: u32) {
        self.retries = retries;
    }

    /// Sends a request, and gives the frames of the reply.
    ///
    /// # Errors
    /// Where the broker does not reply, or not in the protocol.
    pub fn send(&mut self, service: &str, request: &Multipart) -> Result<Multipart> {
        for _ in 0..self.retries {
            self.socket.send_message((MDPC_CLIENT, service, request))?;
            if self.socket.poll(POLLIN, Some(self.timeout))?.contains(POLLIN) {
                let mut reply = self.socket.recv_message(Flags::NONE)?;
                let header = (reply.pop_front(), reply.pop_front());
                return match header {
                    (Some(client), Some(from)) if client == MDPC_CLIENT && from == service => Ok(reply),
                    other => Err(format!("not a reply of {service}: {other:?}").into()),
                };
            }
            // A REQ that has not got its reply sends nothing else. Another one does.
            println!("W: no reply, reconnecting...");
            self.socket = connect(&self.ctx, &self.broker)?;
        }
        Err("permanent error, abandoning".into())
    }
}

fn connect(ctx: &Context, broker: &str) -> zmq4::Result<Socket> {
    let socket = ctx.socket(zmq4::REQ)?;
    // A request that no server took need not be delivered after the last attempt.
    socket.set_linger(Some(Duration::ZERO))?;
    socket.connect(broker)?;
    Ok(socket)
}
