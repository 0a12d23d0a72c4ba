//! [`Lane`]: one direction of a proxy.

use std::time::Duration;

use super::pair;
use super::statistics::Traffic;
use super::subscription::Subscription;
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::socket::relay_buffer::RelayBuffer;
use crate::socket_type::SocketType;

/// How many messages go one way before the other way has its turn.
const BURST: u32 = 1000;

/// The longest pause between two attempts to send what is refused though the socket says that it can send.
const LONGEST_PAUSE: Duration = Duration::from_millis(16);

/// What stands between a lane and its next message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Await {
    /// There is nothing to receive.
    Input,
    /// The destination has no room.
    Output,
    /// The capture socket has no room.
    Capture,
    /// A socket says that it can send, and refuses this message: a ROUTER that must not drop has no room for this peer,
    /// or a publisher that must not drop none for one subscriber. No event tells when it will have.
    Time(Duration),
}

/// What goes from one socket to another. It never waits, and holds one message at most.
pub(super) struct Lane<'s> {
    from: &'s Socket,
    to: &'s Socket,
    capture: Option<&'s Socket>,
    open: bool,
    /// Whether it passes subscriptions that a count depends on.
    counts: bool,
    message: RelayBuffer,
    /// Whether `message` was received, and is still to be sent.
    loaded: bool,
    /// The copy of `message` that is for the capture socket, until it has it.
    copy: Option<RelayBuffer>,
    pub(super) awaits: Await,
    pub(super) received: Traffic,
    pub(super) sent: Traffic,
    pub(super) dropped: u64,
}

impl<'s> Lane<'s> {
    pub(super) fn new(from: &'s Socket, to: &'s Socket, capture: Option<&'s Socket>) -> Lane<'s> {
        Lane {
            from,
            to,
            capture,
            open: pair::receives(from.socket_type()) && pair::sends(to.socket_type()),
            counts: Subscription::may_pass(from, to),
            message: RelayBuffer::default(),
            loaded: false,
            copy: None,
            awaits: Await::Input,
            received: Traffic::default(),
            sent: Traffic::default(),
            dropped: 0,
        }
    }

    /// Has it carry nothing.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// Whether the lane waits for this; one that goes nowhere waits for nothing.
    pub(super) fn awaits(&self, what: Await) -> bool {
        self.open && self.awaits == what
    }

    /// How long the lane wants to pause, if it does.
    pub(super) fn pause(&self) -> Option<Duration> {
        match self.awaits {
            Await::Time(pause) => Some(pause),
            _ => None,
        }
    }

    /// Moves messages if what the lane waits for has come.
    pub(super) fn go(&mut self, from: State, to: State, capture: State) -> Result<()> {
        let due = match self.awaits {
            Await::Input => from.contains(State::POLLIN),
            Await::Output => to.contains(State::POLLOUT),
            Await::Capture => capture.contains(State::POLLOUT),
            Await::Time(_) => true,
        };
        if self.open && due { self.burst() } else { Ok(()) }
    }

    fn burst(&mut self) -> Result<()> {
        if !self.loaded {
            // Nothing is taken that cannot be passed on, as far as libzmq tells.
            if let Some(capture) = self.capture {
                if !has_room(capture)? {
                    self.awaits = Await::Capture;
                    return Ok(());
                }
            }
            if !has_room(self.to)? {
                self.awaits = Await::Output;
                return Ok(());
            }
        }
        for _ in 0..BURST {
            if !self.loaded && !self.load()? {
                break;
            }
            if let Some(awaits) = self.unload()? {
                self.awaits = self.after_refusal(awaits);
                return Ok(());
            }
            // Any message that gets through ends the pauses.
            self.awaits = Await::Input;
        }
        self.awaits = Await::Input;
        Ok(())
    }

    /// Takes a message, if there is one.
    fn load(&mut self) -> Result<bool> {
        if !self.message.receive(self.from)? {
            return Ok(false);
        }
        self.received.add(self.message.len(), self.message.bytes());
        self.loaded = true;
        if self.capture.is_some() {
            self.copy = Some(self.message.share()?);
        }
        Ok(true)
    }

    /// Passes the message on, first to the capture socket; says who has no room for it.
    fn unload(&mut self) -> Result<Option<Await>> {
        if let (Some(capture), Some(copy)) = (self.capture, &mut self.copy) {
            match copy.forward(capture) {
                Ok(_) => self.copy = None,
                Err(error) if error.is_again() => return Ok(Some(Await::Capture)),
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
                    self.loaded = false;
                    subscription.passed_to(self.to)?;
                }
            }
            Ok(false) => self.drop_message("its peer has gone"),
            Err(error) if error.is_again() => return Ok(Some(Await::Output)),
            Err(error) if error.errno() == Errno::EHOSTUNREACH => self.drop_message("nobody has its address"),
            Err(error) if error.errno() == Errno::EMSGSIZE => {
                self.dropped = self.dropped.wrapping_add(1);
                log::warn!(target: "zmq4::proxy", "a message was dropped: {error}");
            }
            Err(error) => return Err(error),
        }
        self.loaded = false;
        Ok(None)
    }

    #[cold]
    fn drop_message(&mut self, why: &str) {
        self.dropped = self.dropped.wrapping_add(1);
        log::debug!(target: "zmq4::proxy", "a message was dropped: {why}");
    }

    /// What to wait for after a message was refused, when a wait for the same has just ended.
    fn after_refusal(&self, awaits: Await) -> Await {
        match self.awaits {
            Await::Time(pause) => Await::Time((pause * 2).min(LONGEST_PAUSE)),
            before if before == awaits => Await::Time(Duration::from_millis(1)),
            _ => awaits,
        }
    }

    /// The message that was received and not sent.
    pub(super) fn into_undelivered(self) -> Option<Multipart> {
        self.loaded.then(|| self.message.into_multipart()).flatten()
    }
}

/// Whether the socket can send a message; the types that drop rather than wait always can.
fn has_room(socket: &Socket) -> Result<bool> {
    match socket.socket_type() {
        SocketType::PUSH | SocketType::DEALER | SocketType::PAIR => Ok(socket.events()?.contains(State::POLLOUT)),
        _ => Ok(true),
    }
}
