//! [`Watches`]: which sockets of a context are monitored, under which inproc name, and by whom.
//!
//! libzmq sends events from its I/O threads, and waits for the reader to take them: without one, nothing of a context
//! moves any more (libzmq issues 2829 and 3575). So a monitor is stopped before its reader goes.

use std::collections::HashMap;
use std::ffi::CString;
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Context;
use super::book::PATIENCE;
use crate::errno::Errno;
use crate::ffi::context::RawContext;
use crate::ffi::monitor::Registration;
use crate::ffi::socket::RawSocket;

/// By the monitored socket.
#[derive(Default)]
pub(crate) struct Watches(HashMap<usize, Watch>);

struct Watch {
    name: String,
    registration: Registration,
    /// Who was the first to connect to the name: a PAIR has one peer, and turns others away.
    reader: Option<usize>,
}

/// What to stop, when the book is closed again.
pub(crate) struct Parting {
    socket: usize,
    registration: Registration,
    /// The name that nobody reads.
    unread: Option<String>,
}

impl Watches {
    /// Each has a socket of libzmq's own.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Records a monitor, in place of the one that it replaces.
    pub(super) fn add(&mut self, socket: usize, name: &str, registration: Registration, reader: Option<usize>) {
        let watch = Watch {
            name: name.to_owned(),
            registration,
            reader,
        };
        self.0.insert(socket, watch);
    }

    pub(super) fn remove(&mut self, socket: usize) {
        self.0.remove(&socket);
    }

    /// As [`remove`](Watches::remove), unless another monitor has replaced this one.
    pub(super) fn remove_this(&mut self, socket: usize, registration: &Registration) {
        let is_this = |watch: &Watch| watch.registration.is(registration);
        if self.0.get(&socket).is_some_and(is_this) {
            self.remove(socket);
        }
    }

    /// Whether the events of some socket go to this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.0.values().any(|watch| watch.name == name)
    }

    pub(super) fn connected(&mut self, socket: usize, name: &str) {
        if let Some(watch) = self.0.values_mut().find(|watch| watch.name == name) {
            watch.reader.get_or_insert(socket);
        }
    }

    /// What `reader` reads, of one name or all.
    fn read_by(&self, reader: usize, name: Option<&str>) -> Vec<Parting> {
        let is_read = |watch: &Watch| watch.reader == Some(reader) && name.is_none_or(|name| watch.name == name);
        self.0
            .iter()
            .filter(|(_, watch)| is_read(watch))
            .map(|(&socket, watch)| Parting {
                socket,
                registration: watch.registration.clone(),
                unread: None,
            })
            .collect()
    }

    fn own(&self, socket: usize) -> Option<Parting> {
        self.0.get(&socket).map(|watch| Parting {
            socket,
            registration: watch.registration.clone(),
            unread: watch.reader.is_none().then(|| watch.name.clone()),
        })
    }
}

impl Context {
    /// Ends the monitor of a socket.
    ///
    /// `EMFILE`: nobody reads it, and nobody can. It goes on, and ends with the context.
    pub(crate) fn unmonitor(&self, socket: usize) -> Result<(), Errno> {
        if self.raw().is_forked() {
            return Ok(());
        }
        let own = self.book().watches.own(socket);
        own.map_or(Ok(()), |own| self.part(&own))
    }

    /// Ends the monitors that a socket reads, before it disconnects from `name`, or closes.
    pub(crate) fn stop_reading(&self, socket: usize, name: Option<&str>) {
        if !self.raw().is_forked() {
            let read = self.book().watches.read_by(socket, name);
            for parting in read {
                // It cannot fail: there is a reader.
                let _ = self.part(&parting);
            }
        }
    }

    fn part(&self, parting: &Parting) -> Result<(), Errno> {
        parting.stop(self.raw())?;
        self.book().unwatched(parting.socket, &parting.registration);
        Ok(())
    }
}

impl Parting {
    fn stop(&self, raw: &RawContext) -> Result<(), Errno> {
        // Lives until the monitor has stopped.
        let _reader = match self.unread.as_deref().map(|name| stand_in(raw, name)) {
            // Whoever stopped it would wait until the context ends; now libzmq's own thread does.
            Some(Err(Errno::EMFILE)) => return Err(Errno::EMFILE),
            // With another error the context has ended, and the monitor with it.
            reader => reader,
        };
        self.registration.stop();
        Ok(())
    }
}

/// A reader for a monitor that has none, without which it cannot be stopped.
fn stand_in(raw: &RawContext, name: &str) -> Result<RawSocket, Errno> {
    let patience = Instant::now() + PATIENCE;
    let reader = loop {
        match raw.socket(sys::ZMQ_PAIR) {
            // Another one may have been here just now.
            Err(Errno::EMFILE) if Instant::now() < patience => thread::sleep(Duration::from_millis(1)),
            opened => break opened?,
        }
    };
    reader.set_int(sys::ZMQ_RCVHWM, 0)?;
    if let Ok(endpoint) = CString::new(format!("inproc://{name}")) {
        while reader.connect(&endpoint) == Err(Errno::EINTR) && !raw.is_forked() {}
    }
    Ok(reader)
}
