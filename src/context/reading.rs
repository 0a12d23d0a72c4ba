//! How monitors end: before the reader goes, or with the monitored socket.

use std::ffi::CString;
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::book::PATIENCE;
use super::kept;
use super::watches::Reads;
use super::{Context, OpenBook};
use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::monitor::Registration;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::RawSocket;

/// How long to wait for libzmq to be done with a closed socket, where a call needs that.
const END_PATIENCE: Duration = Duration::from_millis(100);

/// What to stop, when the book is closed again.
pub(crate) struct Parting {
    socket: usize,
    registration: Registration,
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

    /// Ends the monitor of a socket that is about to be closed, or leaves that to libzmq, which sends the last events first.
    pub(crate) fn close_monitor(&self, socket: usize) {
        if self.raw().is_forked() || self.book().watches.closes(socket) {
            return;
        }
        // Where it cannot end now, libzmq ends it with the context.
        let _ = self.unmonitor(socket);
    }

    /// Ends the monitors that a socket reads, before it disconnects from `name`, or closes. Whether one is left that
    /// cannot be ended, because its socket has been closed.
    pub(crate) fn stop_reading(&self, reader: usize, name: Option<&str>) -> bool {
        if self.raw().is_forked() {
            return false;
        }
        self.book_unread(reader, name).watches.reads_on(reader, name)
    }

    /// The book, while the socket reads no monitor that can be stopped: one may have begun since it was last asked, where the
    /// socket waits for the name.
    pub(super) fn book_unread(&self, reader: usize, name: Option<&str>) -> OpenBook<'_> {
        loop {
            let book = self.book();
            let read = book.watches.read_by(reader, name);
            if read.is_empty() {
                return book;
            }
            drop(book);
            for parting in read {
                // It cannot fail: there is a reader.
                let _ = self.part(&parting);
            }
        }
    }

    fn part(&self, parting: &Parting) -> Result<(), Errno> {
        // Lives until the monitor has stopped.
        let _reader = self.stand_in(parting)?;
        parting.registration.stop();
        self.book().unwatched(parting.socket, &parting.registration);
        Ok(())
    }

    /// A reader for a monitor that has none, without which it cannot be stopped.
    ///
    /// From now on nobody becomes its reader: a socket that connects may find the name free.
    fn stand_in(&self, parting: &Parting) -> Result<Option<RawSocket>, Errno> {
        let patience = Instant::now() + PATIENCE;
        loop {
            {
                let mut book = self.book();
                let unread = book.watches.ends(parting.socket, &parting.registration);
                let Some(name) = unread else {
                    return Ok(None);
                };
                match connected(self.raw(), &name) {
                    // Another one may have been here just now.
                    Err(Errno::EMFILE) if Instant::now() < patience => {}
                    // Whoever stopped it would wait until the context ends; now libzmq's own thread does.
                    Err(Errno::EMFILE) => {
                        book.watches.goes_on(parting.socket, &parting.registration);
                        return Err(Errno::EMFILE);
                    }
                    // With another error the context has ended, and the monitor with it.
                    reader => return Ok(reader.ok()),
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for the end of a monitor whose socket has been closed, so that its reader may disconnect. Whether it came.
    pub(crate) fn reads_out(&self, reader: usize, raw: &RawSocket) -> bool {
        let patience = Instant::now() + END_PATIENCE;
        while kept::can_send(raw) {
            if Instant::now() >= patience {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.has_read_out(reader);
        true
    }

    /// The monitor that a socket read has ended.
    pub(crate) fn has_read_out(&self, reader: usize) {
        self.book().watches.read_out(reader);
    }

    /// Records what a socket that connects to an inproc name may read. If a monitor had the name just now, waits until
    /// libzmq has given it up: a peer that connects before that never gets another one.
    pub(crate) fn will_read(&self, socket: usize, name: &str, reads: Option<Reads>) {
        if self.raw().is_forked() {
            return;
        }
        let patience = Instant::now() + END_PATIENCE;
        loop {
            {
                let mut book = self.book();
                if !book.is_leaving(self.raw(), name) || Instant::now() >= patience {
                    book.watches.will_read(socket, name, reads);
                    return;
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Parting {
    pub(super) fn new(socket: usize, registration: &Registration) -> Parting {
        Parting {
            socket,
            registration: registration.clone(),
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

/// Whether no socket has the name, asked with a socket that has it for a moment.
pub(super) fn is_free(raw: &RawContext, name: &str) -> bool {
    let (Ok(socket), Ok(endpoint)) = (raw.socket(sys::ZMQ_PAIR), CString::new(format!("inproc://{name}"))) else {
        return false;
    };
    socket.bind(&endpoint).is_ok_and(|()| socket.unbind(&endpoint).is_ok())
}
