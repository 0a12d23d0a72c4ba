//! [`SocketControl`]: commands as text, over a socket.

use super::run::{Control, ProxyState};
use super::statistics::Statistics;
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::{Flags, State};
use crate::message::Message;
use crate::multipart::Multipart;
use crate::poll::Poller;
use crate::socket::Socket;
use crate::socket_type::SocketType;

/// The control socket of a proxy.
pub(super) struct SocketControl<'s>(pub(super) &'s Socket);

impl<'s> Control<'s> for SocketControl<'s> {
    fn watch(&self, poller: &mut Poller<'s>) -> Result<()> {
        poller.add(self.0, State::POLLIN).map(drop)
    }

    fn handle_command(&mut self, state: &mut ProxyState, statistics: &Statistics) -> Result<()> {
        let mut envelope = match self.0.recv_message(Flags::DONTWAIT) {
            Ok(message) => message,
            Err(error) if error.is_would_block() => return Ok(()),
            Err(error) => return Err(error),
        };
        let command = envelope.pop_back().unwrap_or_default();
        match command.as_bytes() {
            b"PAUSE" => state.paused = true,
            b"RESUME" => state.paused = false,
            b"TERMINATE" => state.terminated = true,
            b"STATISTICS" => {
                let numbers = statistics.numbers();
                return self.reply(
                    envelope,
                    numbers.iter().map(|number| Message::from(&number.to_ne_bytes())),
                );
            }
            _ => log::debug!(target: "zmq4::proxy", "unknown command: {command:?}"),
        }
        // A command with an envelope comes from a REQ, for instance, which waits for a reply.
        if self.0.socket_type() == SocketType::REP || !envelope.is_empty() {
            self.reply(envelope, [Message::new()].into_iter())?;
        }
        Ok(())
    }
}

impl SocketControl<'_> {
    /// Sends a reply if the socket can send; a reply that cannot be sent is dropped.
    fn reply(&self, mut envelope: Multipart, frames: impl Iterator<Item = Message>) -> Result<()> {
        if matches!(self.0.socket_type(), SocketType::PULL | SocketType::SUB) {
            return Ok(());
        }
        envelope.extend(frames);
        match self.0.send_message_dontwait(envelope) {
            Err(error) if error.errno() == Errno::ETERM => Err(error),
            Err(error) => {
                log::debug!(target: "zmq4::proxy", "reply dropped: {error}");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }
}
