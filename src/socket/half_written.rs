//! [`Socket::confirm_ends`]: connections that end in the middle of a message that is sent.

use std::time::Duration;

use zmq_sys as sys;

use super::Socket;
use crate::flags::State;
use crate::socket_type::SocketType;
use crate::version::repaired;

/// How long to wait for an I/O thread to end a connection. That usually takes microseconds.
const FIRST: Duration = Duration::from_secs(1);

/// How long to wait for it if unread messages may keep the connection.
const UNREAD: Duration = Duration::from_millis(10);

/// How long to wait for what follows: each connection of an endpoint ends by itself.
const NEXT: Duration = Duration::from_millis(1);

/// How often to wait at most: the socket's other connections signal it too.
const WAITS: usize = 16;

impl Socket {
    /// How long to wait for the first end of a connection after an `unbind` (`bound`) or `disconnect`; `None` if it needs no wait.
    /// `events` are those of the moment before.
    pub(super) fn time_to_end(&self, bound: bool, events: State) -> Option<Duration> {
        let ty = self.socket_type();
        let sends_frames = ![SocketType::PULL, SocketType::SUB].contains(&ty);
        if repaired() || !sends_frames || !bound && self.lingers() {
            return None;
        }
        // To look for messages reads the ends of connections whose peers have left, too, which are not signalled again. A REQ or
        // REP does not look where it is to send.
        let unread = match ty {
            SocketType::REQ | SocketType::REP => events.intersects(State::POLLIN | State::POLLOUT),
            _ => events.contains(State::POLLIN),
        };
        Some(if unread { UNREAD } else { FIRST })
    }

    /// Confirms to the I/O threads that connections have ended, after an `unbind` or `disconnect`.
    ///
    /// A connection on which a message of several frames is written in part remains until the socket has confirmed its end.
    /// libzmq aborts if the peer leaves before (zeromq/libzmq#3442), unless it is repaired. The socket confirms it inside its
    /// next call, which may be much later. With a linger a disconnected one ends later, or never.
    pub(super) fn confirm_ends(&self, time: Duration) {
        let mut wait = time;
        for _ in 0..WAITS {
            if !self.await_signal(wait) || self.raw().get_int(sys::ZMQ_EVENTS).is_err() {
                return;
            }
            wait = NEXT;
        }
    }
}
