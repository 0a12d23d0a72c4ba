//! [`Prefetched`]: messages that libzmq had prefetched when the socket disconnected.
//!
//! A ROUTER, REP, SUB or XSUB that is polled takes the first frame of its next message out of the queue. If the peer is
//! disconnected then, libzmq drops the other frames, and aborts at the next receive or continues with a frame of
//! another peer. So the whole message is received before a disconnect, and returned by the next receive. A repaired
//! libzmq drops the first frame as well.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::c_short;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys as sys;

use super::Socket;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;
use crate::flags::{Flags, State};
use crate::socket_type::SocketType;
use crate::version::repaired;

/// The number of sockets in the process that have such messages: polls look for them only if there are some.
static SOCKETS: AtomicUsize = AtomicUsize::new(0);

/// Whether some socket of the process has such messages.
#[inline]
pub(crate) fn any() -> bool {
    SOCKETS.load(Ordering::Relaxed) > 0
}

/// The frames of the messages, in order.
#[derive(Default)]
pub(super) struct Prefetched(RefCell<Frames>);

#[derive(Default)]
struct Frames {
    waiting: VecDeque<RawMessage>,
    /// Whether more frames follow the one that was taken last.
    more: bool,
}

impl Prefetched {
    fn is_empty(&self) -> bool {
        self.0.borrow().waiting.is_empty()
    }

    /// Whether a message was taken in part.
    fn is_within(&self) -> bool {
        self.0.borrow().more
    }

    fn add(&self, message: impl IntoIterator<Item = RawMessage>) {
        let waiting = &mut self.0.borrow_mut().waiting;
        if waiting.is_empty() {
            SOCKETS.fetch_add(1, Ordering::Relaxed);
        }
        waiting.extend(message);
    }

    fn take(&self) -> Option<RawMessage> {
        let mut frames = self.0.borrow_mut();
        let frame = frames.waiting.pop_front()?;
        frames.more = frame.more();
        if frames.waiting.is_empty() {
            SOCKETS.fetch_sub(1, Ordering::Relaxed);
        }
        Some(frame)
    }
}

impl Drop for Prefetched {
    fn drop(&mut self) {
        if !self.is_empty() {
            SOCKETS.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Socket {
    /// Rejects a disconnect in the middle of a received message, and keeps the message that libzmq has prefetched. Returns the
    /// events that were seen, which are not asked for if libzmq is repaired.
    pub(super) fn keep_prefetched(&self, call: Call) -> Result<State> {
        let failed = |errno| Error::new(call, errno);
        let option = |option| self.retry_interrupted(|| self.raw().get_int(option)).map_err(failed);
        if option(sys::ZMQ_RCVMORE)? != 0 || self.prefetched.is_within() {
            return Err(failed(Errno::EFSM).because("a message was received in part: receive its other frames first"));
        }
        // The others of the message would be lost without a word in any case; what was only polled for is not.
        if repaired() {
            return Ok(State::empty());
        }
        let events = State::from_bits_truncate(option(sys::ZMQ_EVENTS)? as c_short);
        let prefetches = [SocketType::ROUTER, SocketType::REP, SocketType::SUB, SocketType::XSUB];
        if !prefetches.contains(&self.socket_type()) || !events.contains(State::POLLIN) {
            return Ok(events);
        }
        let socket = self.raw().live().map_err(failed)?;
        let mut frame = RawMessage::new();
        match self.retry_interrupted(|| socket.recv_message(&mut frame, Flags::DONTWAIT.bits())) {
            Ok(()) => {}
            // A REP had prefetched something that is no request.
            Err(Errno::EAGAIN) => return Ok(events),
            Err(errno) => return Err(failed(errno)),
        }
        let mut message = Vec::new();
        while frame.more() {
            message.push(std::mem::take(&mut frame));
            self.recv_rest_from(socket, &mut frame)?;
        }
        message.push(frame);
        self.prefetched.add(message);
        self.update_fast_paths();
        Ok(events)
    }

    /// Whether the next receive returns a message that was kept by a disconnect.
    pub(crate) fn has_prefetched(&self) -> bool {
        any() && !self.prefetched.is_empty()
    }

    /// Whether more frames of a kept message follow the frame that was received last.
    pub(crate) fn is_within_prefetched(&self) -> bool {
        self.prefetched.is_within()
    }

    /// The socket's events, if libzmq reports `events`.
    pub(crate) fn with_prefetched(&self, events: State) -> State {
        if !self.has_prefetched() {
            return events;
        }
        // libzmq has returned the request, and now expects the reply to it.
        let of_rep = (self.socket_type() == SocketType::REP).then_some(State::POLLOUT);
        (events | State::POLLIN) - of_rep.unwrap_or(State::empty())
    }

    /// Receives a frame of a kept message, if there is one.
    #[cold]
    pub(super) fn recv_prefetched(&self, frame: &mut RawMessage) -> Result<bool, Errno> {
        if !self.has_prefetched() {
            return Ok(false);
        }
        // Fails if the context was terminated, or in a forked child, like any receive.
        self.raw().get_int(sys::ZMQ_EVENTS)?;
        let Some(kept) = self.prefetched.take() else {
            return Ok(false);
        };
        *frame = kept;
        self.update_fast_paths();
        Ok(true)
    }

    /// A REP has to receive a kept request before it replies.
    pub(super) fn check_turn(&self) -> Result<(), Errno> {
        if self.has_prefetched() || self.is_within_prefetched() {
            return Err(Errno::EFSM);
        }
        Ok(())
    }
}
