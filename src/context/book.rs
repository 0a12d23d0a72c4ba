//! [`Book`]: what a context must know of its sockets so that libzmq does not abort when it ends.
//!
//! `zmq_ctx_term` binds a socket of its own to each inproc name that was connected to and never bound, all at once,
//! and aborts where it cannot have one. So the context keeps one socket in reserve, counts, and settles those names one
//! after the other before it lets libzmq terminate.

use std::collections::{HashMap, HashSet};
use std::ffi::CString;
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use crate::errno::Errno;
use crate::ffi::context::RawContext;
use crate::ffi::monitor::Registration;
use crate::ffi::socket::RawSocket;

use super::reading::is_free;
use super::watches::Watches;

/// How long to wait for the one socket in reserve. libzmq gives the places of closed sockets back a moment later.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Book {
    max_sockets: u32,
    /// `ZMQ_THREAD_PRIORITY`, which libzmq does not tell.
    pub(crate) priority: Option<u32>,
    open: u32,
    started: bool,
    ended: bool,
    /// Who has bound an inproc name, by the address of the socket.
    bound: HashMap<String, usize>,
    /// Who is connected to an inproc name that nobody has bound yet.
    pending: HashMap<String, Vec<usize>>,
    /// Closed sockets that libzmq keeps because they are in `pending`.
    kept: Vec<usize>,
    /// The names in `pending` where somebody waited and has disconnected.
    left: HashSet<String>,
    pub(super) watches: Watches,
}

impl Book {
    /// `ZMQ_MAX_SOCKETS_DFLT`.
    pub(crate) const DEFAULT_SOCKETS: u32 = sys::ZMQ_MAX_SOCKETS_DFLT.unsigned_abs();

    /// How many sockets libzmq gets room for beyond those of the program.
    pub(crate) const RESERVE: u32 = 1;

    pub(crate) fn new() -> Book {
        Book {
            max_sockets: Book::DEFAULT_SOCKETS,
            priority: None,
            open: 0,
            started: false,
            ended: false,
            bound: HashMap::new(),
            pending: HashMap::new(),
            kept: Vec::new(),
            left: HashSet::new(),
            watches: Watches::default(),
        }
    }

    /// For a context whose limit is kept by libzmq alone.
    pub(crate) fn foreign() -> Book {
        Book {
            max_sockets: u32::MAX,
            ..Book::new()
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    pub(crate) fn is_started(&self) -> bool {
        self.started
    }

    pub(crate) fn max_sockets(&self) -> u32 {
        self.max_sockets
    }

    pub(crate) fn set_max_sockets(&mut self, max: u32) {
        self.max_sockets = max;
    }

    pub(crate) fn is_full(&self) -> bool {
        let unseen = u32::try_from(self.kept.len() + self.watches.places()).unwrap_or(u32::MAX);
        self.open.saturating_add(unseen) >= self.max_sockets
    }

    pub(crate) fn opened(&mut self) {
        self.started = true;
        self.open += 1;
    }

    pub(crate) fn closed(&mut self, socket: usize) {
        self.open = self.open.saturating_sub(1);
        self.forget_bound(socket);
        self.watches.closed(socket);
        self.release_readers();
        if self.pending.values().any(|waiting| waiting.contains(&socket)) {
            self.kept.push(socket);
        }
    }

    /// A socket that C code is to close is no longer counted, for nobody will say when it is closed.
    pub(crate) fn lent(&mut self, socket: usize) {
        self.open = self.open.saturating_sub(1);
        self.forget_bound(socket);
        self.watches.lent(socket);
    }

    fn forget_bound(&mut self, socket: usize) {
        if !self.bound.is_empty() {
            self.bound.retain(|_, binder| *binder != socket);
        }
    }

    pub(crate) fn bound(&mut self, socket: usize, name: &str) {
        self.watches.gone(name);
        self.bound.insert(name.to_owned(), socket);
        self.settled(name);
    }

    pub(crate) fn is_bound(&self, name: &str) -> bool {
        self.bound.contains_key(name)
    }

    /// A socket has given a name up: one that it had bound, or its connection.
    pub(crate) fn unbound_by(&mut self, socket: usize, name: &str) {
        if self.bound.get(name) == Some(&socket) {
            self.unbound(name);
        }
    }

    pub(crate) fn unbound(&mut self, name: &str) {
        self.bound.remove(name);
    }

    /// Takes note that a socket disconnects, before the name is bound perhaps.
    pub(super) fn leaves(&mut self, socket: usize, name: &str) {
        if self.pending.get(name).is_some_and(|waiting| waiting.contains(&socket)) {
            self.left.insert(name.to_owned());
        }
    }

    /// Whether somebody has waited for the name to be bound and no longer does. libzmq does not notice: it takes that one
    /// for its peer, and turns away who comes then.
    pub(crate) fn is_stale(&self, name: &str) -> bool {
        let closed = |waiting: &Vec<usize>| waiting.iter().any(|socket| self.kept.contains(socket));
        self.left.contains(name)
            || self.pending.get(name).is_some_and(closed)
            || self
                .first_waiting(name)
                .is_some_and(|first| !self.watches.may_read(first, name))
    }

    /// The first that waits for a name, which a PAIR takes for its peer.
    fn first_waiting(&self, name: &str) -> Option<usize> {
        self.pending.get(name).and_then(|waiting| waiting.first().copied())
    }

    /// Whether libzmq may still have a socket of a monitor that has ended under this name, where none waits for it.
    pub(super) fn is_leaving(&mut self, raw: &RawContext, name: &str) -> bool {
        let is_known = |book: &Book| book.watches.has_name(name) || book.pending.contains_key(name);
        if is_known(self) || !self.watches.is_leaving(name) {
            return false;
        }
        self.release_readers();
        if is_free(raw, name) {
            self.watches.gone(name);
        }
        self.watches.is_leaving(name)
    }

    /// Closes the readers that were kept for monitored sockets, where libzmq is done with those.
    pub(super) fn release_readers(&mut self) {
        let pending = &self.pending;
        self.watches.release(|name| pending.contains_key(name));
    }

    /// Keeps a socket that is to be closed and still has a monitor's last events to take.
    pub(super) fn keep_reader(&mut self, socket: usize, raw: RawSocket) -> Option<RawSocket> {
        if self.ended {
            return Some(raw);
        }
        self.watches.keep(socket, raw)
    }

    /// Closes all kept readers. Once the context has been shut down, libzmq waits for no reader any more.
    pub(super) fn let_readers_go(&mut self, raw: &RawContext) {
        if self.watches.has_kept() {
            let _ = raw.shutdown();
            self.watches.let_go();
        }
    }

    /// Takes note that the events of `socket` go to `name`, where libzmq has bound a socket of its own.
    pub(crate) fn watched(&mut self, socket: usize, name: &str, registration: Registration) {
        let waiting = self.first_waiting(name);
        if let Some(replaced) = self.watches.add(socket, name, registration, waiting) {
            self.unbound(&replaced);
        }
        self.bound(socket, name);
    }

    /// Takes note that libzmq has stopped this monitor.
    pub(crate) fn unwatched(&mut self, socket: usize, registration: &Registration) {
        if let Some(name) = self.watches.remove_this(socket, registration) {
            self.unbound(&name);
        }
    }

    pub(crate) fn connected(&mut self, socket: usize, name: &str) {
        self.watches.connected(socket, name);
        if !self.bound.contains_key(name) {
            self.pending.entry(name.to_owned()).or_default().push(socket);
        }
    }

    fn settled(&mut self, name: &str) {
        self.pending.remove(name);
        self.left.remove(name);
        let pending = &self.pending;
        self.kept
            .retain(|socket| pending.values().any(|waiting| waiting.contains(socket)));
    }

    /// Binds and closes a socket for each pending name, so that libzmq lets go of what is connected to it.
    pub(crate) fn settle_pending(&mut self, raw: &RawContext) -> Result<(), Errno> {
        let mut patience = Instant::now() + PATIENCE;
        while let Some(name) = self.pending.keys().next().cloned() {
            match raw.socket(sys::ZMQ_PAIR) {
                Ok(socket) => {
                    if let Ok(endpoint) = CString::new(format!("inproc://{name}")) {
                        // Somebody else may have bound it in the meantime, which settles it as well.
                        while socket.bind(&endpoint) == Err(Errno::EINTR) && !raw.is_forked() {}
                    }
                    self.settled(&name);
                    patience = Instant::now() + PATIENCE;
                }
                Err(Errno::ETERM) => {
                    // Somebody else ended the context, and it is theirs to terminate.
                    self.pending.clear();
                    self.kept.clear();
                }
                Err(Errno::EINTR) if !raw.is_forked() => {}
                // Closed sockets give their place and descriptor free on libzmq's own thread, soon.
                Err(Errno::EMFILE) if Instant::now() < patience => thread::sleep(Duration::from_millis(1)),
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_libzmq_keeps() {
        let mut book = Book::new();
        book.set_max_sockets(1);
        book.opened();
        book.connected(1, "nobody");
        book.closed(1);
        assert!(book.is_full(), "a socket with a pending connection keeps its place");
        book.opened();
        book.bound(2, "nobody");
        book.closed(2);
        assert!(!book.is_full());
    }

    #[test]
    fn a_bound_name_is_not_pending() {
        let mut book = Book::new();
        book.opened();
        book.bound(1, "name");
        book.opened();
        book.connected(2, "name");
        book.closed(2);
        assert!(book.kept.is_empty());
        book.closed(1);
        assert!(book.bound.is_empty());
    }
}
