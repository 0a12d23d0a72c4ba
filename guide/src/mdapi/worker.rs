//! [`Mdwrk`]: what a service is made of.

use std::thread::sleep;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Multipart, POLLIN, Socket};

use super::{
    HEARTBEAT_INTERVAL, HEARTBEAT_LIVENESS, MDPW_DISCONNECT, MDPW_HEARTBEAT, MDPW_READY, MDPW_REPLY, MDPW_REQUEST,
    MDPW_WORKER,
};
use crate::Result;

/// A worker: gets requests and replies to them, and connects again where the broker is silent.
pub struct Mdwrk {
    ctx: Context,
    broker: String,
    service: String,
    socket: Socket,
    heartbeat: Duration,
    reconnect: Duration,
    heartbeat_at: Instant,
    /// For so many more intervals the broker may be silent.
    liveness: u32,
    /// The client that waits for a reply.
    reply_to: Option<Message>,
}

impl Mdwrk {
    /// Connects to a broker, as a worker of a service.
    ///
    /// # Errors
    /// Like [`Socket::connect`].
    pub fn new(ctx: &Context, broker: &str, service: &str) -> Result<Mdwrk> {
        Ok(Mdwrk {
            ctx: ctx.clone(),
            broker: broker.into(),
            service: service.into(),
            socket: connect(ctx, broker, service)?,
            heartbeat: HEARTBEAT_INTERVAL,
            reconnect: Duration::from_millis(2500),
            heartbeat_at: Instant::now() + HEARTBEAT_INTERVAL,
            liveness: HEARTBEAT_LIVENESS,
            reply_to: None,
        })
    }

    /// How often to say that we are there.
    pub fn set_heartbeat(&mut self, heartbeat: Duration) {
        self.heartbeat = heartbeat;
    }

    /// How long to wait before we connect again.
    pub fn set_reconnect(&mut self, reconnect: Duration) {
        self.reconnect = reconnect;
    }

    /// Replies to the request before, and gives the next one.
    ///
    /// # Errors
    /// `ETERM` at the end of the context, and all other errors of the socket.
    pub fn recv(&mut self, reply: Option<Multipart>) -> Result<Multipart> {
        if let (Some(reply), Some(client)) = (reply, self.reply_to.take()) {
            self.socket
                .send_message(("", MDPW_WORKER, MDPW_REPLY, client, "", reply))?;
        }
        loop {
            if self.socket.poll(POLLIN, Some(self.heartbeat))?.contains(POLLIN) {
                let mut message = self.socket.recv_message(Flags::NONE)?;
                self.liveness = HEARTBEAT_LIVENESS;
                // An empty frame and the name of the protocol, and what it is about.
                message.pop_front();
                message.pop_front();
                match message.pop_front().as_deref() {
                    Some(MDPW_REQUEST) => {
                        self.reply_to = message.pop_envelope();
                        return Ok(message);
                    }
                    Some(MDPW_HEARTBEAT) => {}
                    Some(MDPW_DISCONNECT) => self.connect_again()?,
                    other => println!("E: invalid input message {other:?} {message:?}"),
                }
            } else if self.liveness > 1 {
                self.liveness -= 1;
            } else {
                println!("W: disconnected from broker - retrying...");
                sleep(self.reconnect);
                self.connect_again()?;
            }
            if Instant::now() >= self.heartbeat_at {
                self.socket.send_message(("", MDPW_WORKER, MDPW_HEARTBEAT))?;
                self.heartbeat_at = Instant::now() + self.heartbeat;
            }
        }
    }

    fn connect_again(&mut self) -> zmq4::Result<()> {
        self.socket = connect(&self.ctx, &self.broker, &self.service)?;
        self.liveness = HEARTBEAT_LIVENESS;
        self.heartbeat_at = Instant::now() + self.heartbeat;
        Ok(())
    }
}

fn connect(ctx: &Context, broker: &str, service: &str) -> zmq4::Result<Socket> {
    let socket = ctx.socket(zmq4::DEALER)?;
    socket.set_linger(Some(Duration::ZERO))?;
    socket.connect(broker)?;
    socket.send_message(("", MDPW_WORKER, MDPW_READY, service))?;
    Ok(socket)
}
