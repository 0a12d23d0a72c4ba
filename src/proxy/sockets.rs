//! [`ProxySockets`]: the sockets of a [`Proxy`](super::Proxy). [`Undelivered`]: what is left when a proxy ends.

use std::sync::Mutex;

use super::statistics::Statistics;
use crate::error::Error;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::sync::into_inner;

/// Messages that a proxy had received and not sent when it ended: at most one in each direction.
///
/// A proxy receives only while the other side reports `POLLOUT`, but that guarantees space for one message, not for a
/// whole batch. So there are undelivered messages mostly when a queue is full.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Undelivered {
    /// From the back, for the front.
    pub to_front: Option<Multipart>,
    /// From the front, for the back. The capture socket may have been sent a copy.
    pub to_back: Option<Multipart>,
}

impl Undelivered {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.to_front.is_none() && self.to_back.is_none()
    }
}

/// The sockets of a [`Proxy`](super::Proxy) that has ended, its undelivered messages and statistics.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProxySockets {
    /// The front socket.
    pub front: Socket,
    /// The back socket.
    pub back: Socket,
    /// The capture socket, if there was one.
    pub capture: Option<Socket>,
    /// Messages that were received and not sent.
    pub undelivered: Undelivered,
    /// What was relayed.
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

    /// Puts the sockets into an error. The mutex makes them `Sync`, which an error is and a socket is not.
    pub(super) fn in_error(self, error: Error) -> Error {
        error.returning(Mutex::new(self))
    }
}

impl Error {
    /// The sockets of a [`Proxy`](crate::Proxy) that could not start, or that an error ended.
    pub fn into_proxy_sockets(self) -> Option<ProxySockets> {
        self.take::<Mutex<ProxySockets>>().map(into_inner)
    }

    /// The messages that [`proxy`](fn@crate::proxy) or [`proxy_steerable`](crate::proxy_steerable) had received and not
    /// sent when it failed.
    pub fn into_undelivered(self) -> Option<Undelivered> {
        self.take()
    }
}
