//! [`MonitorEvent`]: one thing that happened. [`EventKind`]: what its value means.

use std::ffi::c_int;
use std::fmt;
use std::time::Duration;

use super::event::Event;
use super::protocol::ProtocolError;
use super::reported::Reported;
use crate::ffi::errno::Errno;
use crate::multipart::Multipart;

/// One event of a socket's connections, as a [`Monitor`](crate::Monitor) reports it.
///
/// ```
/// use zmq4::{Errno, Event, EventKind, MonitorEvent};
/// let event = MonitorEvent {
///     event: Event::BIND_FAILED,
///     value: Errno::EADDRINUSE.raw(),
///     endpoint: "tcp://127.0.0.1:5555".to_owned(),
/// };
/// assert_eq!(event.kind(), EventKind::BindFailed { errno: Errno::EADDRINUSE });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MonitorEvent {
    /// What happened.
    pub event: Event,
    /// Its meaning depends on the event: see [`kind`](MonitorEvent::kind).
    pub value: i32,
    /// Where: the address of the peer where this socket connects, its own where it binds. Empty if there is none. What
    /// is not UTF-8 has replacement characters.
    pub endpoint: String,
}

/// What happened, with the value as what it is.
///
/// Descriptors are for information only: they are libzmq's, and may have been closed and reused by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A connection to the peer was made.
    Connected {
        /// Its descriptor.
        fd: i32,
    },
    /// The connection could not be made at once and goes on in the background.
    ConnectDelayed {
        /// `EINPROGRESS` mostly.
        errno: Errno,
    },
    /// The connection could not be made and is tried again.
    ConnectRetried {
        /// After this time.
        interval: Duration,
    },
    /// An endpoint was bound and takes connections.
    Listening {
        /// Its descriptor.
        fd: i32,
    },
    /// An endpoint could not be bound.
    BindFailed {
        /// Why.
        errno: Errno,
    },
    /// A peer's connection was accepted.
    Accepted {
        /// Its descriptor.
        fd: i32,
    },
    /// A peer's connection could not be accepted.
    AcceptFailed {
        /// Why.
        errno: Errno,
    },
    /// A listener, or a connection that was being made, was closed.
    Closed {
        /// Its descriptor, which it is no longer.
        fd: i32,
    },
    /// A listener could not be closed.
    CloseFailed {
        /// Why.
        errno: Errno,
    },
    /// A connection broke.
    Disconnected {
        /// Its descriptor, which it is no longer.
        fd: i32,
    },
    /// The monitor has ended.
    MonitorStopped,
    /// The handshake failed, for no reason of the protocol.
    HandshakeFailedNoDetail {
        /// `EPIPE` or `ECONNRESET` where the peer went away. Where it was late, libzmq leaves some other number, or 0.
        errno: Errno,
    },
    /// The handshake is done.
    HandshakeSucceeded,
    /// The handshake failed because of what the peer said.
    ///
    /// Of a peer whose socket type does not fit, a server of libzmq 4.3 reports only that the connection broke:
    /// [`Disconnected`](EventKind::Disconnected).
    HandshakeFailedProtocol {
        /// What was wrong with it.
        error: ProtocolError,
    },
    /// The peer was refused by the authentication.
    HandshakeFailedAuth {
        /// 300 for now, 400 for good, 500 for a fault ([RFC 27](https://rfc.zeromq.org/spec/27/)).
        status: u32,
    },
    /// How many messages wait in the queues of a connection, at both of its ends within this process.
    #[cfg(feature = "draft")]
    PipeStats {
        /// On the way out.
        outgoing: u64,
        /// On the way in.
        incoming: u64,
    },
    /// What this version does not know.
    Unknown {
        /// The event.
        event: Event,
        /// Its value.
        value: i32,
    },
}

impl MonitorEvent {
    /// What happened, with the value as what it is.
    pub fn kind(&self) -> EventKind {
        EventKind::new(self.event, self.value)
    }
}

impl EventKind {
    pub(super) fn new(event: Event, value: i32) -> EventKind {
        let errno = Errno::new(value);
        match event {
            Event::CONNECTED => EventKind::Connected { fd: value },
            Event::CONNECT_DELAYED => EventKind::ConnectDelayed { errno },
            Event::CONNECT_RETRIED => EventKind::ConnectRetried {
                interval: Duration::from_millis(u64::try_from(value).unwrap_or(0)),
            },
            Event::LISTENING => EventKind::Listening { fd: value },
            Event::BIND_FAILED => EventKind::BindFailed { errno },
            Event::ACCEPTED => EventKind::Accepted { fd: value },
            Event::ACCEPT_FAILED => EventKind::AcceptFailed { errno },
            Event::CLOSED => EventKind::Closed { fd: value },
            Event::CLOSE_FAILED => EventKind::CloseFailed { errno },
            Event::DISCONNECTED => EventKind::Disconnected { fd: value },
            Event::MONITOR_STOPPED => EventKind::MonitorStopped,
            Event::HANDSHAKE_FAILED_NO_DETAIL => EventKind::HandshakeFailedNoDetail { errno },
            Event::HANDSHAKE_SUCCEEDED => EventKind::HandshakeSucceeded,
            Event::HANDSHAKE_FAILED_PROTOCOL => EventKind::HandshakeFailedProtocol {
                error: ProtocolError::from_raw(value),
            },
            Event::HANDSHAKE_FAILED_AUTH => EventKind::HandshakeFailedAuth {
                status: u32::try_from(value).unwrap_or(0),
            },
            event => EventKind::Unknown { event, value },
        }
    }
}

impl Reported for MonitorEvent {
    const FORM: &str = "the message is not an event: 6 bytes, and an endpoint";

    fn event(&self) -> Event {
        self.event
    }

    /// Reads the two frames of an event: number and value, in the byte order of this machine and not aligned, and
    /// the endpoint.
    fn decode(frames: &Multipart) -> Option<MonitorEvent> {
        let mut frames = frames.iter();
        let (Some(head), Some(endpoint), None) = (frames.next(), frames.next(), frames.next()) else {
            return None;
        };
        let (event, value) = head.as_bytes().split_at_checked(size_of::<u16>())?;
        let event = u16::from_ne_bytes(event.try_into().ok()?);
        let value = i32::from_ne_bytes(value.try_into().ok()?);
        Some(MonitorEvent {
            event: Event::from_bits_retain(c_int::from(event)),
            value,
            endpoint: String::from_utf8_lossy(endpoint.as_bytes()).into_owned(),
        })
    }
}

/// The event, its endpoint, and what its value means: `EVENT_CONNECT_RETRIED tcp://127.0.0.1:5555 in 100ms`.
impl fmt::Display for MonitorEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.event)?;
        if !self.endpoint.is_empty() {
            write!(f, " {}", self.endpoint)?;
        }
        self.kind().describe(f)
    }
}

impl EventKind {
    /// What the value means, after a space.
    pub(super) fn describe(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use EventKind as Kind;
        match self {
            Kind::Connected { fd }
            | Kind::Listening { fd }
            | Kind::Accepted { fd }
            | Kind::Closed { fd }
            | Kind::Disconnected { fd } => write!(f, " fd {fd}"),
            Kind::ConnectDelayed { errno }
            | Kind::BindFailed { errno }
            | Kind::AcceptFailed { errno }
            | Kind::CloseFailed { errno }
            | Kind::HandshakeFailedNoDetail { errno } => write!(f, " {errno}"),
            Kind::ConnectRetried { interval } => write!(f, " in {interval:?}"),
            Kind::HandshakeFailedProtocol { error } => write!(f, " {error}"),
            Kind::HandshakeFailedAuth { status } => write!(f, " status {status}"),
            Kind::MonitorStopped | Kind::HandshakeSucceeded => Ok(()),
            #[cfg(feature = "draft")]
            Kind::PipeStats { outgoing, incoming } => write!(f, " {outgoing} out, {incoming} in"),
            Kind::Unknown { value, .. } => write!(f, " value {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn frames<const N: usize>(frames: [&[u8]; N]) -> Multipart {
        frames.into_iter().map(Message::from).collect()
    }

    fn head(event: u16, value: i32) -> [u8; 6] {
        let mut head = [0; 6];
        head[..2].copy_from_slice(&event.to_ne_bytes());
        head[2..].copy_from_slice(&value.to_ne_bytes());
        head
    }

    #[test]
    fn every_number_is_an_event() {
        for number in 0..=u16::MAX {
            let read = MonitorEvent::decode(&frames([&head(number, -7), b"tcp://x:1"])).unwrap();
            assert_eq!(read.event.bits(), i32::from(number));
            assert_eq!((read.value, &*read.endpoint), (-7, "tcp://x:1"));
            let known = number.is_power_of_two() && number <= 0x4000;
            assert_eq!(!matches!(read.kind(), EventKind::Unknown { .. }), known, "{number:#x}");
            assert!(read.to_string().contains("tcp://x:1"));
        }
    }

    #[test]
    fn frames_that_are_no_event_are_rejected() {
        let whole = head(1, 2);
        for len in (0..6).chain([7]) {
            let mut wrong = [0; 7];
            wrong[..6].copy_from_slice(&whole);
            assert_eq!(MonitorEvent::decode(&frames([&wrong[..len], b""])), None, "{len} bytes");
        }
        assert_eq!(MonitorEvent::decode(&Multipart::new()), None);
        assert_eq!(MonitorEvent::decode(&frames([&whole])), None);
        assert_eq!(MonitorEvent::decode(&frames([&whole, b"", b""])), None);
    }

    #[test]
    fn an_endpoint_need_not_be_text() {
        let read = MonitorEvent::decode(&frames([&head(8, 3), b"ipc:///\xff"])).unwrap();
        assert_eq!(read.endpoint, "ipc:///\u{fffd}");
    }

    #[test]
    fn values_out_of_range_are_none() {
        let read = |event| MonitorEvent::decode(&frames([&head(event, -1), b""])).unwrap().kind();
        let interval = Duration::ZERO;
        assert_eq!(read(0x0004), EventKind::ConnectRetried { interval });
        assert_eq!(read(0x4000), EventKind::HandshakeFailedAuth { status: 0 });
    }
}
