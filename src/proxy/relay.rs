//! [`Relay`]: one direction of a proxy.

use std::time::Duration;

use super::ends;
use super::statistics::Traffic;
use super::subscription::Subscription;
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::socket::relay_buffer::RelayBuffer;
use crate::socket_type::SocketType;

/// The number of messages that are relayed in one direction before the other one is served.
const BATCH: u32 = 1000;

/// The longest pause between two attempts to send a message that is rejected although the socket reports `POLLOUT`.
const LONGEST_PAUSE: Duration = Duration::from_millis(16);

/// What a relay is blocked on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocked {
    /// There is nothing to receive.
    Input,
    /// The destination has no room.
    Output,
    /// The capture socket has no room.
    Capture,
    /// A socket reports `POLLOUT` and rejects this message: the queue of one peer of a ROUTER or publisher that must
    /// not drop is full. No event reports when it has space.
    Time(Duration),
}

/// The messages that are relayed from one socket to another. It never blocks, and holds at most one message.
pub(super) struct Relay<'s> {
    from: &'s Socket,
    to: &'s Socket,
    capture: Option<&'s Socket>,
    open: bool,
    /// Whether it forwards subscriptions that have to be counted.
    counts: bool,
    message: RelayBuffer,
    /// Whether `message` was received and not sent yet.
    is_loaded: bool,
    /// The copy of `message` that has to be sent to the capture socket.
    copy: Option<RelayBuffer>,
    pub(super) blocked: Blocked,
    pub(super) received: Traffic,
    pub(super) sent: Traffic,
    pub(super) dropped: u64,
}

impl<'s> Relay<'s> {
    pub(super) fn new(from: &'s Socket, to: &'s Socket, capture: Option<&'s Socket>) -> Relay<'s> {
        Relay {
            from,
            to,
            capture,
            open: ends::receives(from.socket_type()) && ends::sends(to.socket_type()),
            counts: Subscription::may_pass(from, to),
            message: RelayBuffer::default(),
            is_loaded: false,
            copy: None,
            blocked: Blocked::Input,
            received: Traffic::default(),
            sent: Traffic::default(),
            dropped: 0,
        }
    }

    /// Disables this direction.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// Whether the relay is blocked on this; a closed one is blocked on nothing.
    pub(super) fn is_blocked_on(&self, what: Blocked) -> bool {
        self.open && self.blocked == what
    }

    /// How long the relay pauses, if it does.
    pub(super) fn pause(&self) -> Option<Duration> {
        match self.blocked {
            Blocked::Time(pause) => Some(pause),
            _ => None,
        }
    }

    /// Relays messages if what blocked them has ended.
    pub(super) fn run_ready(&mut self, from: State, to: State, capture: State) -> Result<()> {
        let due = match self.blocked {
            Blocked::Input => from.contains(State::POLLIN),
            Blocked::Output => to.contains(State::POLLOUT),
            Blocked::Capture => capture.contains(State::POLLOUT),
            Blocked::Time(_) => true,
        };
        if self.open && due { self.run_batch() } else { Ok(()) }
    }

    fn run_batch(&mut self) -> Result<()> {
        if !self.is_loaded {
            // No message is received that cannot be sent, as far as libzmq reports that.
            if let Some(capture) = self.capture {
                if !has_room(capture)? {
                    self.blocked = Blocked::Capture;
                    return Ok(());
                }
            }
            if !has_room(self.to)? {
                self.blocked = Blocked::Output;
                return Ok(());
            }
        }
        for _ in 0..BATCH {
            if !self.is_loaded && !self.receive()? {
                break;
            }
            if let Some(blocked) = self.forward()? {
                self.blocked = self.after_refusal(blocked);
                return Ok(());
            }
            // A message that was sent ends the pauses.
            self.blocked = Blocked::Input;
        }
        self.blocked = Blocked::Input;
        Ok(())
    }

    /// Receives a message, if there is one.
    fn receive(&mut self) -> Result<bool> {
        if !self.message.receive(self.from)? {
            return Ok(false);
        }
        self.received.add(self.message.len(), self.message.bytes());
        self.is_loaded = true;
        if self.capture.is_some() {
            self.copy = Some(self.message.share()?);
        }
        Ok(true)
    }

    /// Sends the message, first to the capture socket. Returns which socket blocks it.
    fn forward(&mut self) -> Result<Option<Blocked>> {
        if let (Some(capture), Some(copy)) = (self.capture, &mut self.copy) {
            match copy.forward(capture) {
                Ok(_) => self.copy = None,
                Err(error) if error.is_would_block() => return Ok(Some(Blocked::Capture)),
                Err(error) => return Err(error),
            }
        }
        let counted = if self.counts {
            Subscription::of(&self.message)
        } else {
            None
        };
        match self.message.forward(self.to) {
            Ok(true) => {
                self.sent.add(self.message.len(), self.message.bytes());
                if let Some(subscription) = counted {
                    self.is_loaded = false;
                    subscription.passed_to(self.to)?;
                }
            }
            Ok(false) => self.drop_message("its peer has disconnected"),
            Err(error) if error.is_would_block() => return Ok(Some(Blocked::Output)),
            Err(error) if error.errno() == Errno::EHOSTUNREACH => self.drop_message("no peer has its routing id"),
            Err(error) if error.errno() == Errno::EMSGSIZE => {
                self.dropped = self.dropped.wrapping_add(1);
                log::warn!(target: "zmq4::proxy", "a message was dropped: {error}");
            }
            Err(error) => return Err(error),
        }
        self.is_loaded = false;
        Ok(None)
    }

    #[cold]
    fn drop_message(&mut self, why: &str) {
        self.dropped = self.dropped.wrapping_add(1);
        log::debug!(target: "zmq4::proxy", "a message was dropped: {why}");
    }

    /// What blocks a message that was rejected although the wait for the same has just ended.
    fn after_refusal(&self, blocked: Blocked) -> Blocked {
        match self.blocked {
            Blocked::Time(pause) => Blocked::Time((pause * 2).min(LONGEST_PAUSE)),
            before if before == blocked => Blocked::Time(Duration::from_millis(1)),
            _ => blocked,
        }
    }

    /// The message that was received and not sent.
    pub(super) fn into_undelivered(self) -> Option<Multipart> {
        self.is_loaded.then(|| self.message.into_multipart()).flatten()
    }
}

/// Whether the socket can send a message. The types that drop messages always can.
fn has_room(socket: &Socket) -> Result<bool> {
    match socket.socket_type() {
        SocketType::PUSH | SocketType::DEALER | SocketType::PAIR => Ok(socket.events()?.contains(State::POLLOUT)),
        _ => Ok(true),
    }
}
