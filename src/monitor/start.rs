//! Starting a [`Monitor`].

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Monitor;
use super::event::Event;
use super::register::check_events;
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::ffi::monitor::EventFormat;
use crate::ffi::one_thread::OneThread;
use crate::socket::Socket;
use crate::socket_type::SocketType;

/// # Monitoring
impl Socket {
    /// Starts reporting events of the connections of this socket ([`zmq_socket_monitor`], and the socket that reads the events).
    ///
    /// Earlier events are not reported. A monitor that the socket has already is replaced, and ends; after an error it may have
    /// ended, too.
    ///
    /// It takes two of the context's [`max_sockets`](crate::Context::max_sockets) while it lives.
    ///
    /// # Errors
    /// `EINVAL` for bits outside [`EVENT_ALL`](crate::EVENT_ALL); `EMFILE` if the context has no slots for two more sockets,
    /// or the process has no descriptor left; `ETERM` once the context has ended, and for the socket of a context
    /// that C code owns ([`SocketRef`](crate::SocketRef), [`ContextRef::socket`](crate::ContextRef::socket)): use
    /// [`monitor_at`](Socket::monitor_at) there.
    ///
    /// ```
    /// use zmq4::{EVENT_CONNECTED, EVENT_HANDSHAKE_SUCCEEDED, Socket};
    /// let server = Socket::new(zmq4::PULL)?;
    /// server.bind("tcp://127.0.0.1:*")?;
    /// let client = Socket::new(zmq4::PUSH)?;
    /// let mut monitor = client.monitor(EVENT_CONNECTED | EVENT_HANDSHAKE_SUCCEEDED)?;
    /// client.connect(&server.last_endpoint()?)?;
    /// assert_eq!(monitor.next().unwrap()?.event, EVENT_CONNECTED);
    /// assert_eq!(monitor.next().unwrap()?.event, EVENT_HANDSHAKE_SUCCEEDED);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_socket_monitor`]: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor.html
    #[doc(alias = "zmq_socket_monitor")]
    #[doc(alias = "Monitor")]
    pub fn monitor(&self, events: Event) -> Result<Monitor> {
        check_events(events)?;
        self.open_monitor(events, EventFormat::Simple)
    }

    pub(super) fn open_monitor<V>(&self, events: Event, format: EventFormat) -> Result<Monitor<V>> {
        let reader = self.context().socket(SocketType::PAIR)?;
        reader.set_linger(Some(Duration::ZERO))?;
        let endpoint = format!("inproc://{}", unique());
        // The end is always asked for, so that a wait for the next event has one.
        self.start_monitor(&endpoint, events | Event::MONITOR_STOPPED, format)?;
        if let Err(error) = connect(&reader, &endpoint) {
            self.stop_monitor()?;
            return Err(error);
        }
        Ok(Monitor {
            reader,
            events,
            ended: OneThread::default(),
            _reports: PhantomData,
        })
    }
}

/// A name that no monitor has had: libzmq keeps one for a moment after the close.
fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("zmq4.monitor.{}.{number}", std::process::id())
}

/// Between the start of a monitor and this call, libzmq's threads wait for the reader: a signal must not prevent it.
fn connect(reader: &Socket, endpoint: &str) -> Result<()> {
    loop {
        match reader.connect(endpoint) {
            Err(error) if error == Errno::EINTR && !reader.raw().is_forked() => {}
            connected => return connected,
        }
    }
}
