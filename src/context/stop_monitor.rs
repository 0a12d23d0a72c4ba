//! Stopping monitors: before the reader closes, or with the monitored socket.

use std::ffi::CString;
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::closing;
use super::monitors::{EventSource, StopRequest};
use super::registry::SLOT_TIMEOUT;
use super::{Context, LockedRegistry};
use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::RawSocket;

/// How long a call waits for libzmq to free a closed socket.
const END_TIMEOUT: Duration = Duration::from_millis(100);
/// The same for a name that libzmq is about to free. On a busy machine that may take longer, and who connects too early stays without
/// events.
const NAME_TIMEOUT: Duration = Duration::from_secs(1);

impl Context {
    /// Stops the monitor of a socket.
    ///
    /// `EMFILE`: it has no reader, and no socket could be opened to read it. It ends with the context.
    pub(crate) fn unmonitor(&self, socket: usize) -> Result<(), Errno> {
        if self.raw().is_forked() {
            return Ok(());
        }
        let own = self.registry().monitors.of_socket(socket);
        own.map_or(Ok(()), |own| self.stop_monitor(&own))
    }

    /// Stops the monitor of a socket that is about to be closed, or leaves that to libzmq, which sends the last events first.
    pub(crate) fn close_monitor(&self, socket: usize) {
        if self.raw().is_forked() || self.registry().monitors.begin_close(socket) {
            return;
        }
        // If it cannot be stopped now, libzmq stops it with the context.
        let _ = self.unmonitor(socket);
    }

    /// Stops the monitors that a socket reads, before it disconnects from `name`, or closes. Returns whether one is left that
    /// cannot be stopped, because its socket has been closed.
    pub(crate) fn stop_reading(&self, reader: usize, name: Option<&str>) -> bool {
        if self.raw().is_forked() {
            return false;
        }
        self.registry_when_unread(reader, name)
            .monitors
            .awaits_last_events(reader, name)
    }

    /// The registry, locked while the socket reads no monitor that could be stopped. It stops those that it finds; another may
    /// have started in the meantime if the socket is connected to its name.
    pub(super) fn registry_when_unread(&self, reader: usize, name: Option<&str>) -> LockedRegistry<'_> {
        loop {
            let registry = self.registry();
            let read = registry.monitors.read_by(reader, name);
            if read.is_empty() {
                return registry;
            }
            drop(registry);
            for request in read {
                // It cannot fail: there is a reader.
                let _ = self.stop_monitor(&request);
            }
        }
    }

    fn stop_monitor(&self, request: &StopRequest) -> Result<(), Errno> {
        // Lives until the monitor has stopped.
        let _reader = self.temporary_reader(request)?;
        request.registration.stop();
        self.registry().monitor_stopped(request.socket, &request.registration);
        Ok(())
    }

    /// A reader for a monitor that has none, without which it cannot be stopped.
    ///
    /// Once it is connected, no other socket becomes the reader: one that connects may find the name free. Until then any does: it
    /// would be the peer of the monitor, which would reject the temporary reader.
    fn temporary_reader(&self, request: &StopRequest) -> Result<Option<RawSocket>, Errno> {
        let deadline = Instant::now() + SLOT_TIMEOUT;
        loop {
            {
                let mut registry = self.registry();
                let unread = registry.monitors.unread(request.socket, &request.registration);
                let reader = unread.map(|name| connected(self.raw(), &name)).transpose();
                // `EMFILE`: another socket may just have been closed. To stop the monitor without a reader would block this thread
                // until the context ends; now an I/O thread blocks.
                let lacks_slot = matches!(reader, Err(Errno::EMFILE));
                if !lacks_slot {
                    registry.monitors.begin_stop(request.socket, &request.registration);
                    // With another error the context has ended, and the monitor with it.
                    return Ok(reader.unwrap_or(None));
                }
                if Instant::now() >= deadline {
                    return Err(Errno::EMFILE);
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until a monitor whose socket has been closed has stopped, so that its reader may disconnect. Returns whether it has.
    pub(crate) fn wait_for_last_events(&self, reader: usize, raw: &RawSocket) -> bool {
        let deadline = Instant::now() + END_TIMEOUT;
        while closing::can_send(raw) {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.last_events_read(reader);
        true
    }

    /// The monitor that a socket read has stopped.
    pub(crate) fn last_events_read(&self, reader: usize) {
        self.registry().monitors.last_events_read(reader);
    }

    /// Records what a socket that connects to an inproc name can read. If a monitor had the name until a moment ago, waits until
    /// libzmq has freed it: a peer that connects before that never gets another one.
    pub(crate) fn set_event_source(&self, socket: usize, name: &str, reads: Option<EventSource>) {
        if self.raw().is_forked() {
            return;
        }
        let deadline = Instant::now() + NAME_TIMEOUT;
        loop {
            {
                let mut registry = self.registry();
                if !registry.is_disconnecting(self.raw(), name) || Instant::now() >= deadline {
                    registry.monitors.set_event_source(socket, name, reads);
                    return;
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A PAIR that is connected to a monitor.
fn connected(raw: &RawContext, name: &str) -> Result<RawSocket, Errno> {
    let reader = raw.socket(sys::ZMQ_PAIR)?;
    reader.set_int(sys::ZMQ_RCVHWM, 0)?;
    if let Ok(endpoint) = CString::new(format!("inproc://{name}")) {
        let _ = retry_on_intr(|| !raw.is_forked(), || reader.connect(&endpoint));
    }
    Ok(reader)
}
