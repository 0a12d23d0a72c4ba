//! [`ProxySockets`]: the sockets of a [`Proxy`](super::Proxy). [`Undelivered`]: what is left when a proxy ends.

use std::sync::Mutex;

use super::statistics::Statistics;
use crate::error::Error;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::sync::into_inner;

/// Messages that a proxy had received when it ended, and that the other side had no room for: at most one each way.
///
/// A proxy receives only where the other side says that it has room, but libzmq tells that of one message, not of the
/// whole burst. So this happens where a queue is full, and there mostly.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Undelivered {
    /// From the back, for the front.
    pub to_front: Option<Multipart>,
    /// From the front, for the back. A capture socket that has room has it.
    pub to_back: Option<Multipart>,
}

impl Undelivered {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.to_front.is_none() && self.to_back.is_none()
    }
}

/// The sockets that a [`Proxy`](super::Proxy) had, and what it leaves behind.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProxySockets {
    /// The front socket.
    pub front: Socket,
    /// The back socket.
    pub back: Socket,
    /// The capture socket, if there was one.
    pub capture: Option<Socket>,
    /// What was received and not sent.
    pub undelivered: Undelivered,
    /// What went through.
    pub statistics: Statistics,
}

impl ProxySockets {
    pub(super) fn new(front: Socket, back: Socket, capture: Option<Socket>) -> ProxySockets {
        ProxySockets {
            front,
            back,
            capture,
            undelivered: Undelivered::default(),
            statistics: Statistics::default(),
        }
    }

    /// The error that gives the sockets back. The mutex is there because an error may be shared by threads, and a socket
    /// may not.
    pub(super) fn in_error(self, error: Error) -> Error {
        error.returning(Mutex::new(self))
    }
}

impl Error {
    /// The sockets of a [`Proxy`](crate::Proxy) that could not start, or that an error ended.
    pub fn into_proxy_sockets(self) -> Option<ProxySockets> {
        self.take::<Mutex<ProxySockets>>().map(into_inner)
    }

    /// What [`proxy`](fn@crate::proxy) or [`proxy_steerable`](crate::proxy_steerable) had received and not sent when an
    /// error ended it.
    pub fn into_undelivered(self) -> Option<Undelivered> {
        self.take()
    }
}
