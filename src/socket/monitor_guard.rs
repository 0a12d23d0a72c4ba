//! Monitors of a socket, and those that it reads, which are stopped before it is closed.

use zmq_sys as sys;

use super::Socket;
use crate::context::closing;
use crate::context::monitors::EventSource;
use crate::ffi::errno::Errno;
use crate::socket_type::SocketType;

impl Socket {
    /// Stops this socket's monitors when it is closed; no-op for borrowed sockets.
    pub(crate) fn guard_monitors(&self) {
        self.has_monitors.set(self.is_held());
    }

    /// Like [`guard_monitors`](Socket::guard_monitors), before the socket connects to an inproc name that may be a
    /// monitor.
    pub(super) fn guard_monitors_of(&self, name: &str) {
        if !self.is_held() {
            return;
        }
        self.guard_monitors();
        let reads = if !self.takes_one_peer() {
            Some(EventSource::Any)
        } else if self.is_fresh() {
            let is_unlimited = self.raw().get_int(sys::ZMQ_RCVHWM) == Ok(0);
            Some(EventSource::FirstPeer(name.to_owned(), is_unlimited))
        } else {
            None
        };
        self.context().set_event_source(self.id(), name, reads);
    }

    /// Stops its monitors before the socket is closed, which is when their last events are sent.
    pub(super) fn stop_monitors(&self) {
        if self.has_monitors.take() {
            if self.context().stop_reading(self.id(), None) && closing::prepare(&self.raw) {
                self.context().last_events_read(self.id());
            }
            self.context().close_monitor(self.id());
        }
    }

    /// Stops its monitors before the socket is handed over to C code.
    pub(super) fn release_monitors(&self) {
        if self.has_monitors.take() {
            if self.context().stop_reading(self.id(), None) {
                self.context().wait_for_last_events(self.id(), &self.raw);
            }
            // If it cannot be stopped now, libzmq stops it with the context.
            let _ = self.context().unmonitor(self.id());
        }
    }

    /// Connects to a monitor with an unlimited receive queue: libzmq, and a thread that stops the monitor, would block on
    /// a full one. The mark is restored afterwards, which does not affect this connection.
    ///
    /// `EFSM` if the socket has had another peer, or may have one: it would ignore the monitor, which would block.
    pub(super) fn read_from<T>(&self, connect: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
        if !self.is_fresh() {
            // The marks remain: libzmq notifies its other peers of a change, and does not notice if they are gone.
            return if self.takes_one_peer() {
                Err(Errno::EFSM)
            } else {
                connect()
            };
        }
        let mark = self.raw().get_int(sys::ZMQ_RCVHWM)?;
        self.raw().set_int(sys::ZMQ_RCVHWM, 0)?;
        let connected = connect();
        self.raw().set_int(sys::ZMQ_RCVHWM, mark)?;
        connected
    }

    /// Whether the socket type has one peer at a time and ignores others.
    fn takes_one_peer(&self) -> bool {
        /// `ZMQ_CHANNEL`, of the DRAFT API.
        const CHANNEL: i32 = 20;
        self.socket_type() == SocketType::PAIR || self.socket_type().raw() == CHANNEL
    }

    /// Whether the socket was never bound or connected.
    fn is_fresh(&self) -> bool {
        // An empty text has its NUL. What does not fit is not empty.
        let mut endpoint = [0; 8];
        self.raw()
            .get(sys::ZMQ_LAST_ENDPOINT, &mut endpoint)
            .is_ok_and(|len| len <= 1)
    }

    /// Ends the monitors whose events this socket receives through an inproc name, which it disconnects from.
    ///
    /// `EAGAIN`: a monitored socket was closed, and libzmq, which is not done with it, would wait for this reader.
    pub(super) fn stop_reading_from(&self, name: &str) -> Result<(), Errno> {
        let (context, id) = (self.context(), self.id());
        if context.stop_reading(id, Some(name)) && !context.wait_for_last_events(id, self.raw()) {
            return Err(Errno::EAGAIN);
        }
        Ok(())
    }

    /// Ends the monitors whose events this socket receives.
    pub(crate) fn stop_reading(&self) {
        self.context().stop_reading(self.id(), None);
    }
}
