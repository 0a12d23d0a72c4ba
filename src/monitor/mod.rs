//! [`Monitor`]: reports events of the connections of a socket.

// First on the page of `Socket`.
mod start;

#[cfg(feature = "draft")]
mod detailed;
pub(crate) mod event;
mod monitor_event;
pub(crate) mod protocol;
mod register;
mod reported;

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

#[cfg(feature = "draft")]
pub use detailed::DetailedEvent;
pub use event::*;
pub use monitor_event::{EventKind, MonitorEvent};
pub use protocol::*;

use self::reported::Reported;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::one_thread::OneThread;
use crate::flags::{Flags, State};
use crate::refusal::Refusal;
use crate::socket::Socket;

/// Reports events of the connections of a socket; created by [`Socket::monitor`].
///
/// It iterates over the events, and ends when libzmq has freed the closed socket, when another monitor replaces it, or when
/// the context ends.
///
/// It need not be read: events queue up in memory without limit. To stop a monitor, drop it.
///
/// # The end of the socket
/// libzmq goes on reporting after the socket is closed, from its own threads. `CLOSED` comes for each endpoint that is
/// bound. A socket that still delivers what it sent, within its [`linger`](Socket::linger), connects and reports as before.
/// `MONITOR_STOPPED` is the last event and comes when the socket is freed. So a wait for it may take as long as the linger,
/// which is indefinite by default. A live connection that ends with the socket is not reported: `DISCONNECTED` means that
/// the connection broke, or that the peer closed it.
///
/// The end of the context ends the monitor at once: events that were not received are lost.
///
/// # Threads
/// A monitor may live on another thread than its socket, and is dropped and closed in any order with it and with the
/// context. Like a socket, it is used by one thread at a time. A monitor that is dropped before libzmq has freed its
/// closed socket keeps its slot in the context until then. The slot becomes free when another socket of the context is opened
/// or closed.
///
/// # Details
/// With the feature `draft`, `Socket::monitor_detailed` creates a `Monitor<DetailedEvent>`, whose events have both addresses and all values.
///
/// # Which events come
/// tcp, ipc, tipc, ws, wss and vmci raise events; inproc, udp and multicast raise none. I/O threads raise most of them, so an event
/// may come before the socket has done its part, [inside its calls](Socket#work-happens-inside-calls).
///
/// ```
/// use zmq4::{EVENT_ALL, Event, EventKind, Flags, Socket};
/// let server = Socket::new(zmq4::REP)?;
/// let monitor = server.monitor(EVENT_ALL)?;
/// server.bind("tcp://127.0.0.1:*")?;
/// let event = monitor.recv(Flags::NONE)?;
/// assert_eq!(event.event, Event::LISTENING);
/// assert_eq!(event.endpoint, server.last_endpoint()?);
/// assert!(matches!(event.kind(), EventKind::Listening { fd } if fd >= 0));
///
/// server.close()?;
/// let events: Vec<Event> = monitor.map(|event| event.map(|event| event.event)).collect::<Result<_, _>>()?;
/// assert_eq!(events, [Event::CLOSED, Event::MONITOR_STOPPED]);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_socket_monitor")]
#[must_use = "a monitor that is dropped ends"]
pub struct Monitor<V = MonitorEvent> {
    /// It ends the monitor before it is closed: see `socket::monitor_guard`.
    reader: Socket,
    events: Event,
    ended: OneThread<Cell<bool>>,
    _reports: PhantomData<fn() -> V>,
}

impl<V: Reported> Monitor<V> {
    /// Waits for the next event and returns it.
    ///
    /// # Errors
    /// `EAGAIN` if there is none, with [`DONTWAIT`](crate::DONTWAIT); `ENOTCONN` after the last one; `EINTR` after a
    /// signal, if those are not retried; `ETERM` once the context has ended.
    #[doc(alias = "RecvEvent")]
    pub fn recv(&self, flags: impl Into<Flags>) -> Result<V> {
        let flags = flags.into();
        if self.ended.get() {
            return Err(ended());
        }
        let event: V = self.reader.recv_reported(flags)?;
        if event.event() == Event::MONITOR_STOPPED {
            self.ended.set(true);
            if !self.events.contains(Event::MONITOR_STOPPED) {
                return Err(ended());
            }
        }
        Ok(event)
    }

    /// Waits for the next event, at most for `timeout`, which is rounded up to milliseconds (`zmq_poll`).
    ///
    /// # Errors
    /// Like [`recv`](Monitor::recv), and `EAGAIN` when the timeout expires.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{EVENT_ACCEPTED, Socket};
    /// let server = Socket::new(zmq4::PULL)?;
    /// let monitor = server.monitor(EVENT_ACCEPTED)?;
    /// assert!(monitor.recv_timeout(Duration::from_millis(1)).unwrap_err().is_would_block());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<V> {
        if !self.ended.get() {
            self.reader.poll(State::POLLIN, Some(timeout))?;
        }
        self.recv(Flags::DONTWAIT)
    }

    /// The events that were requested.
    pub fn events(&self) -> Event {
        self.events
    }

    /// The socket that receives the events, for a poller or a reactor: it is readable when there is one.
    ///
    /// Receive events with the monitor, which decodes them. Disconnecting this socket ends the monitor.
    ///
    /// ```
    /// use zmq4::{DONTWAIT, EVENT_LISTENING, POLLIN, Poller, Socket};
    /// let server = Socket::new(zmq4::PULL)?;
    /// let monitor = server.monitor(EVENT_LISTENING)?;
    /// let mut poller = Poller::new();
    /// poller.add(&server, POLLIN)?;
    /// poller.add(monitor.socket(), POLLIN)?;
    /// server.bind("tcp://127.0.0.1:*")?;
    /// for ready in poller.poll(None)? {
    ///     if ready.is(monitor.socket()) {
    ///         assert_eq!(monitor.recv(DONTWAIT)?.event, EVENT_LISTENING);
    ///     }
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn socket(&self) -> &Socket {
        &self.reader
    }

    /// Stops the monitor ([`zmq_socket_monitor`] with a null endpoint). Events until now can still be received.
    ///
    /// Dropping it does the same, and discards the events that were not received.
    ///
    /// ```
    /// use zmq4::{EVENT_ALL, Event, Socket};
    /// let server = Socket::new(zmq4::PULL)?;
    /// let mut monitor = server.monitor(EVENT_ALL)?;
    /// monitor.stop();
    /// assert_eq!(monitor.next().unwrap()?.event, Event::MONITOR_STOPPED);
    /// assert!(monitor.next().is_none());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket_monitor`]: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor.html
    #[doc(alias = "zmq_socket_monitor")]
    pub fn stop(&self) {
        self.reader.stop_reading();
    }

    /// The next event; `None` after the last one, and once the context has ended.
    fn advance(&self) -> Option<Result<V>> {
        match self.recv(Flags::NONE) {
            Err(_) if self.ended.get() => None,
            Err(error) if error == Errno::ETERM => {
                self.ended.set(true);
                None
            }
            event => Some(event),
        }
    }
}

fn ended() -> Error {
    Error::refused(Call::Recv, Refusal::new(Errno::ENOTCONN, "the monitor has ended"))
}

impl<V> AsRef<Socket> for Monitor<V> {
    fn as_ref(&self) -> &Socket {
        &self.reader
    }
}

/// Waits for each event; ends with the monitor, and with the context.
///
/// Errors are those of [`recv`](Monitor::recv) after which events may follow: `EINTR` if signals are not retried, and `EAGAIN` if
/// the [socket](Monitor::socket) has a timeout.
impl<V: Reported> Iterator for Monitor<V> {
    type Item = Result<V>;

    fn next(&mut self) -> Option<Result<V>> {
        self.advance()
    }
}

/// Like the iterator of the monitor itself, which can be used afterwards.
impl<V: Reported> Iterator for &Monitor<V> {
    type Item = Result<V>;

    fn next(&mut self) -> Option<Result<V>> {
        self.advance()
    }
}

impl<V> fmt::Debug for Monitor<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor")
            .field("events", &self.events)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}
