//! Monitors as in Go and C: the events go to an inproc name, and a PAIR that connects to it reads them.

use super::event::Event;
use super::monitor_event::MonitorEvent;
use super::reported::Reported;
use crate::endpoint::{AttachMode, Endpoint, Transport};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::monitor::EventFormat;
use crate::flags::Flags;
use crate::refusal::Refusal;
use crate::socket::Socket;
use crate::socket_type::SocketType;

impl Socket {
    /// Sends events of the connections of this socket to an inproc endpoint ([`zmq_socket_monitor`]); `""` stops that.
    /// [`monitor`](Socket::monitor) does the same and has none of the pitfalls.
    ///
    /// A PAIR of the same context connects to the endpoint and reads with [`recv_event`](Socket::recv_event). A monitor
    /// that the socket has already is replaced, and ends; after an error it has ended, too.
    ///
    /// # The reader
    /// The reader is a PAIR that has never been bound or connected before. Any other PAIR would reject the events: connecting
    /// it to the endpoint is `EFSM`.
    ///
    /// If no reader is connected, the next event blocks libzmq: its I/O thread, and with it all sockets that the thread serves,
    /// or the thread that binds or closes. If the reader connects after this call, events queue up in memory without limit. A
    /// reader that connected before this call has its [high-water mark](Socket::set_rcvhwm), and libzmq blocks when that is
    /// reached: set it to 0 first.
    ///
    /// If a reader of this context closes or disconnects first, the monitor ends before that. If the socket closes first, the
    /// events go on until libzmq has freed it, as with a [`Monitor`](crate::Monitor). Until then `disconnect` and
    /// `unbind` of the reader fail with `EAGAIN`, and a reader that is closed keeps its slot in the context. Readers of
    /// C code are not tracked: end the monitor before such a reader closes. If the reader is not a PAIR, if it
    /// connected before this call and had another high-water mark than 0, or if there is none, the monitor ends before the
    /// socket closes.
    ///
    /// # Errors
    /// `EINVAL` for bits outside of [`EVENT_ALL`](crate::EVENT_ALL), and for text that is not an endpoint;
    /// `EPROTONOSUPPORT` for an endpoint that is not inproc. `EADDRINUSE` if the name is bound, or was until a moment ago;
    /// if a socket connected to the name before this call and has been closed or disconnected since then; or if the first
    /// socket that connected to the name cannot read the events. `EMFILE` if the context has no place for another socket,
    /// or if the process has no file descriptor left. `ETERM` once the context has ended.
    ///
    /// ```
    /// use zmq4::{Context, EVENT_ALL, EVENT_LISTENING, Flags};
    /// let context = Context::new()?;
    /// let reader = context.socket(zmq4::PAIR)?;
    /// reader.set_rcvhwm(0)?;
    /// reader.connect("inproc://monitor.server")?;
    /// let server = context.socket(zmq4::REP)?;
    /// server.monitor_at("inproc://monitor.server", EVENT_ALL)?;
    /// server.bind("tcp://127.0.0.1:*")?;
    /// let (event, endpoint, _fd) = reader.recv_event(Flags::NONE)?;
    /// assert_eq!((event, endpoint), (EVENT_LISTENING, server.last_endpoint()?));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket_monitor`]: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor.html
    #[doc(alias = "zmq_socket_monitor")]
    #[doc(alias = "Monitor")]
    pub fn monitor_at(&self, endpoint: &str, events: Event) -> Result<()> {
        if endpoint.is_empty() {
            return self.stop_monitor();
        }
        check_events(events)?;
        self.start_monitor(endpoint, events, EventFormat::Simple)
    }

    /// Receives an event that [`monitor_at`](Socket::monitor_at) had sent here: what happened, its value, and where, as
    /// [`MonitorEvent`] has them.
    ///
    /// # Errors
    /// Like [`recv_message`](Socket::recv_message), and `EPROTO` for a message that is not an event: it is in the error
    /// ([`Error::into_multipart`]).
    #[doc(alias = "RecvEvent")]
    pub fn recv_event(&self, flags: impl Into<Flags>) -> Result<(Event, String, i32)> {
        let flags = flags.into();
        self.recv_reported(flags)
            .map(|MonitorEvent { event, value, endpoint }| (event, endpoint, value))
    }

    pub(super) fn recv_reported<V: Reported>(&self, flags: Flags) -> Result<V> {
        let frames = self.recv_message(flags)?;
        V::decode(&frames).ok_or_else(|| Error::new(Call::Recv, Errno::EPROTO).because(V::FORM).returning(frames))
    }

    /// Registers a monitor, and records it: libzmq blocks if its reader is closed first.
    pub(super) fn start_monitor(&self, endpoint: &str, events: Event, format: EventFormat) -> Result<()> {
        let failed = |refusal| Error::refused(Call::SocketMonitor, refusal).about_endpoint(endpoint);
        let parsed = Endpoint::parse(endpoint, AttachMode::Bind, SocketType::PAIR).map_err(failed)?;
        if parsed.transport != Transport::Inproc {
            let reason = "events are sent over inproc only";
            return Err(failed(Refusal::new(Errno::EPROTONOSUPPORT, reason)));
        }
        self.context().must_be_ours(Call::SocketMonitor)?;
        self.stop_monitor()?;
        self.register_monitor(&parsed, events, format).map_err(failed)
    }

    fn register_monitor(&self, endpoint: &Endpoint<'_>, events: Event, format: EventFormat) -> Result<(), Refusal> {
        let start = || self.retry_interrupted(|| self.raw().monitor(endpoint.c_text(), events.bits(), format));
        if !self.is_held() {
            // C code closes the socket, and its monitor is C code's concern.
            return Ok(start().map(drop)?);
        }
        self.guard_monitors();
        let mut registry = self.context().registry();
        if registry.rejects_monitor(endpoint.address) {
            return Err(Refusal::new(Errno::EADDRINUSE, UNREADABLE));
        }
        // libzmq opens a socket to send the events with.
        if registry.is_full() {
            let reason = format!("the context has its maximum of {} sockets", registry.max_sockets());
            return Err(Refusal::new(Errno::EMFILE, reason));
        }
        let registration = start()?;
        registry.monitor_started(self.id(), endpoint.address, registration);
        Ok(())
    }

    /// Stops the monitor of this socket, if there is one.
    pub(super) fn stop_monitor(&self) -> Result<()> {
        let failed = |errno| Error::new(Call::SocketMonitor, errno);
        self.context().unmonitor(self.id()).map_err(|errno| {
            failed(errno).because("the monitor has no reader, and no further socket can be opened to read it")
        })?;
        // For one that C code started.
        self.retry_interrupted(|| self.raw().unmonitor()).map_err(failed)
    }
}

const UNREADABLE: &str = "the first socket that connected to this name cannot read the events: use another name";

pub(super) fn check_events(events: Event) -> Result<()> {
    if Event::ALL.contains(events) {
        return Ok(());
    }
    Err(Error::refused(
        Call::SocketMonitor,
        Refusal::invalid(format!("{events} has bits that are no events: EVENT_ALL has them all")),
    ))
}
