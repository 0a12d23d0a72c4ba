//! [`DetailedEvent`]: an event with both addresses and all values, of libzmq's DRAFT API.

use std::ffi::c_int;
use std::fmt;

use super::Monitor;
use super::event::Event;
use super::monitor_event::EventKind;
use super::reported::Reported;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::monitor::EventFormat;
use crate::multipart::Multipart;
use crate::refusal::Refusal;
use crate::socket::Socket;

/// One event of a socket's connections, with both addresses and all values, as a [`Monitor`] of [`Socket::monitor_detailed`] reports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DetailedEvent {
    /// What happened.
    pub event: Event,
    /// The values, one for most events: see [`kind`](DetailedEvent::kind).
    pub values: Vec<u64>,
    /// The address of this end. Empty if there is none. What is not UTF-8 has replacement characters.
    pub local: String,
    /// The address of the peer. Empty if there is none.
    pub remote: String,
}

impl DetailedEvent {
    /// What happened, with the values as what they are.
    pub fn kind(&self) -> EventKind {
        if let (Event::PIPES_STATS, [outgoing, incoming]) = (self.event, self.values.as_slice()) {
            let (outgoing, incoming) = (*outgoing, *incoming);
            return EventKind::PipeStats { outgoing, incoming };
        }
        // What libzmq had as an `int` it has made a wider number of.
        EventKind::new(self.event, self.values.first().map_or(0, |value| *value as i32))
    }
}

impl Reported for DetailedEvent {
    const FORM: &str = "the message is not a detailed event: number, number of values, values, and two addresses";

    fn event(&self) -> Event {
        self.event
    }

    /// Reads the frames: the number, the number of values, the values, each of 64 bits in the byte order of this machine, and two addresses.
    fn decode(frames: &Multipart) -> Option<DetailedEvent> {
        let number = |index: usize| Some(u64::from_ne_bytes(frames.get(index)?.as_bytes().try_into().ok()?));
        let text = |index: usize| Some(String::from_utf8_lossy(frames.get(index)?.as_bytes()).into_owned());
        let count = usize::try_from(number(1)?).ok()?;
        if frames.len() != count.checked_add(4)? {
            return None;
        }
        Some(DetailedEvent {
            event: Event::from_bits_retain(c_int::try_from(number(0)?).ok()?),
            values: (2..2 + count).map(number).collect::<Option<_>>()?,
            local: text(2 + count)?,
            remote: text(3 + count)?,
        })
    }
}

/// The event, its addresses, and what its values mean: `EVENT_ACCEPTED tcp://127.0.0.1:5555 <- tcp://127.0.0.1:40000 fd 9`.
impl fmt::Display for DetailedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.event)?;
        if !self.local.is_empty() {
            write!(f, " {}", self.local)?;
        }
        if !self.remote.is_empty() {
            write!(f, " <- {}", self.remote)?;
        }
        self.kind().describe(f)
    }
}

impl Socket {
    /// Like [`monitor`](Socket::monitor), with events that have both addresses and all values ([`zmq_socket_monitor_versioned`], version
    /// 2). It needs the feature `draft`.
    ///
    /// # Errors
    /// Those of [`monitor`](Socket::monitor). `EINVAL` for bits outside of `EVENT_ALL | EVENT_PIPES_STATS`.
    ///
    /// ```
    /// use zmq4::{EVENT_ACCEPTED, Socket};
    /// let server = Socket::new(zmq4::PULL)?;
    /// server.bind("tcp://127.0.0.1:*")?;
    /// let mut monitor = server.monitor_detailed(EVENT_ACCEPTED)?;
    /// let client = Socket::new(zmq4::PUSH)?;
    /// client.connect(&server.last_endpoint()?)?;
    /// let event = monitor.next().unwrap()?;
    /// assert_eq!(event.event, EVENT_ACCEPTED);
    /// assert_eq!(event.local, server.last_endpoint()?);
    /// assert!(event.remote.starts_with("tcp://127.0.0.1:"));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket_monitor_versioned`]: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor_versioned.html
    #[doc(alias = "zmq_socket_monitor_versioned")]
    pub fn monitor_detailed(&self, events: Event) -> Result<Monitor<DetailedEvent>> {
        if !(Event::ALL | Event::PIPES_STATS).contains(events) {
            let reason = format!("{events} has bits that are no events: EVENT_ALL and EVENT_PIPES_STATS have them all");
            return Err(Error::refused(Call::SocketMonitorVersioned, Refusal::invalid(reason)));
        }
        self.open_monitor(events, EventFormat::Detailed)
    }

    /// Asks for the lengths of the queues of each connection ([`zmq_socket_monitor_pipes_stats`]). It needs the feature `draft`.
    ///
    /// Each comes as an event [`PIPES_STATS`](Event::PIPES_STATS) to the monitor of this socket, after its peer within this process, which
    /// is an I/O thread or an inproc peer, has done its part. The event is sent [inside a call](Socket#work-happens-inside-calls) of this
    /// socket, as [`events`](Socket::events).
    ///
    /// # Errors
    /// `EINVAL` if the socket has no [detailed monitor](Socket::monitor_detailed) with [`PIPES_STATS`](Event::PIPES_STATS); `EAGAIN` if it has
    /// no connection; `ENOTSUP` for the thread-safe types, whose connections libzmq reads without a lock.
    ///
    /// ```
    /// use zmq4::{Context, EVENT_PIPES_STATS, EventKind, Flags};
    /// let context = Context::new()?;
    /// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
    /// pull.bind("inproc://queue")?;
    /// push.connect("inproc://queue")?;
    /// push.send("a task", Flags::NONE)?;
    /// let monitor = push.monitor_detailed(EVENT_PIPES_STATS)?;
    /// push.request_pipe_stats()?;
    /// // Both ends do their part.
    /// pull.events()?;
    /// push.events()?;
    /// let event = monitor.recv(Flags::NONE)?;
    /// assert_eq!(event.kind(), EventKind::PipeStats { outgoing: 1, incoming: 0 });
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket_monitor_pipes_stats`]: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor_versioned.html
    #[doc(alias = "zmq_socket_monitor_pipes_stats")]
    pub fn request_pipe_stats(&self) -> Result<()> {
        let failed = |errno| Error::new(Call::SocketMonitorPipesStats, errno);
        if self.socket_type().is_thread_safe() {
            let reason = "libzmq reads the connections of a thread-safe socket without a lock";
            return Err(failed(Errno::ENOTSUP).because(reason));
        }
        self.context().must_be_ours(Call::SocketMonitorPipesStats)?;
        self.raw().request_pipe_stats().map_err(|errno| match errno {
            Errno::EINVAL => failed(errno).because("no detailed monitor asks for EVENT_PIPES_STATS"),
            Errno::EAGAIN => failed(errno).because("the socket has no connection"),
            _ => failed(errno),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn decode(numbers: &[u64], texts: &[&str]) -> Option<DetailedEvent> {
        let numbers = numbers.iter().map(|number| Message::from(&number.to_ne_bytes()[..]));
        let texts = texts.iter().map(|text| Message::from(*text));
        DetailedEvent::decode(&numbers.chain(texts).collect())
    }

    #[test]
    fn any_number_of_values_is_read() {
        for count in 0..5_u64 {
            let numbers: Vec<u64> = [0x10000, count].into_iter().chain(0..count).collect();
            let event = decode(&numbers, &["near", "far"]).unwrap();
            assert_eq!(event.event, Event::PIPES_STATS);
            assert_eq!(event.values, Vec::from_iter(0..count));
            assert_eq!((&*event.local, &*event.remote), ("near", "far"));
            assert_eq!(matches!(event.kind(), EventKind::PipeStats { .. }), count == 2);
            assert!(event.to_string().starts_with("EVENT_PIPES_STATS near <- far"));
        }
    }

    #[test]
    fn other_messages_are_rejected() {
        for (numbers, texts) in [
            (&[1, 1, 7][..], &[""][..]),
            (&[1, 1, 7], &["", "", ""]),
            (&[1, 0, 7], &["", ""]),
            (&[1, u64::MAX, 7], &["", ""]),
            (&[u64::MAX, 1, 7], &["", ""]),
            (&[1, 2], &["7", "", "", ""]),
            (&[1], &[]),
            (&[], &["", ""]),
        ] {
            assert_eq!(decode(numbers, texts), None, "{numbers:?} {texts:?}");
        }
    }

    #[test]
    fn negative_numbers_are_widened_in_either_way() {
        let event = Event::CONNECT_DELAYED.bits() as u64;
        let errno = Errno::new(-5);
        for value in [-5_i32 as u64, u64::from(-5_i32 as u32)] {
            let event = decode(&[event, 1, value], &["", ""]).unwrap();
            assert_eq!(event.kind(), EventKind::ConnectDelayed { errno });
        }
    }
}
