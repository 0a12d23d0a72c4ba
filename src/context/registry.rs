//! [`Registry`]: what a context must know of its sockets so that libzmq neither aborts nor keeps what is of no use.
//!
//! `zmq_ctx_term` binds a PAIR to each inproc name that was connected to and never bound, all at once, and aborts where it
//! cannot have one, or where the PAIR refuses a ROUTER or REP. So the context keeps one socket in reserve, counts, and
//! binds those names itself before it lets libzmq terminate: it settles them. One socket is held for that as long as there
//! are such names, because closed sockets may take any place that is merely counted.

use std::collections::HashMap;
use std::ffi::CString;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::closing::is_free;
use super::monitors::Monitors;
use super::pending::{PendingConnects, Until};
use super::servers::Servers;
use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::monitor::Registration;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::RawSocket;
use crate::socket_type::SocketType;

/// How long to wait for a place. libzmq gives those of closed sockets back a moment later.
pub(super) const SLOT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Registry {
    max_sockets: u32,
    /// `ZMQ_THREAD_PRIORITY`, which libzmq does not tell.
    pub(crate) priority: Option<u32>,
    open: u32,
    started: bool,
    ended: bool,
    /// When a socket was closed last.
    closed_at: Option<Instant>,
    /// Which socket has bound an inproc name.
    bound: HashMap<String, usize>,
    /// What settles all names at the end.
    reserve: Option<RawSocket>,
    pub(super) pending: PendingConnects,
    pub(super) monitors: Monitors,
    pub(super) servers: Servers,
}

impl Registry {
    /// `ZMQ_MAX_SOCKETS_DFLT`.
    pub(crate) const DEFAULT_SOCKETS: u32 = sys::ZMQ_MAX_SOCKETS_DFLT.unsigned_abs();

    /// How many sockets libzmq gets room for beyond those of the program: the one that is held, and one that settles names
    /// in passing.
    pub(crate) const RESERVE: u32 = 2;

    pub(crate) fn new() -> Registry {
        Registry {
            max_sockets: Registry::DEFAULT_SOCKETS,
            priority: None,
            open: 0,
            started: false,
            ended: false,
            closed_at: None,
            bound: HashMap::new(),
            reserve: None,
            pending: PendingConnects::default(),
            monitors: Monitors::default(),
            servers: Servers::default(),
        }
    }

    /// For a context whose limit is kept by libzmq alone.
    pub(crate) fn foreign() -> Registry {
        Registry {
            max_sockets: u32::MAX,
            servers: Servers::unknown(),
            ..Registry::new()
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
        let unseen = u32::try_from(self.pending.zombies() + self.monitors.slots()).unwrap_or(u32::MAX);
        self.open.saturating_add(unseen) >= self.max_sockets
    }

    /// Whether a place may come back that a socket had which was closed within `time`.
    pub(super) fn has_closed_within(&self, time: Duration) -> bool {
        self.closed_at.is_some_and(|at| at.elapsed() < time)
    }

    pub(crate) fn opened(&mut self) {
        self.started = true;
        self.open += 1;
    }

    pub(super) fn closed(&mut self, socket: usize, until: Until) {
        self.forget(socket);
        self.monitors.closed(socket);
        self.close_ended_zombies();
        self.pending.closed(socket, until);
    }

    /// A socket that C code is to close is no longer counted: when it is closed is not known here.
    pub(crate) fn released(&mut self, socket: usize) {
        self.forget(socket);
        self.monitors.released(socket);
    }

    fn forget(&mut self, socket: usize) {
        self.open = self.open.saturating_sub(1);
        self.closed_at = Some(Instant::now());
        self.bound.retain(|_, binder| *binder != socket);
        self.servers.remove(socket);
    }

    pub(super) fn bound(&mut self, socket: usize, name: &str) {
        self.monitors.name_freed(name);
        self.bound.insert(name.to_owned(), socket);
        self.pending.bound(name);
    }

    pub(super) fn is_bound(&self, name: &str) -> bool {
        self.bound.contains_key(name)
    }

    pub(super) fn is_bound_by(&self, socket: usize, name: &str) -> bool {
        self.bound.get(name) == Some(&socket)
    }

    pub(super) fn names_bound_by(&self, socket: usize) -> Vec<String> {
        let own = self.bound.iter().filter(|(_, binder)| **binder == socket);
        own.map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn unbound(&mut self, name: &str) {
        self.bound.remove(name);
    }

    /// Whether a monitor's PAIR would do without a peer under this name, or abort.
    pub(crate) fn rejects_monitor(&self, name: &str) -> bool {
        self.pending.has_departed(name)
            || self.pending.routes(name)
            || self
                .pending
                .first(name)
                .is_some_and(|first| !self.monitors.can_read(first, name))
    }

    /// Whether libzmq may still have a socket of a monitor that has ended under this name, where none waits for it.
    pub(super) fn is_disconnecting(&mut self, raw: &RawContext, name: &str) -> bool {
        let is_known = |registry: &Registry| registry.monitors.has_name(name) || registry.pending.is_awaited(name);
        if is_known(self) || !self.monitors.is_disconnecting(name) {
            return false;
        }
        self.close_ended_zombies();
        if is_free(raw, name) {
            self.monitors.name_freed(name);
        }
        self.monitors.is_disconnecting(name)
    }

    /// Closes the readers that were kept for monitored sockets, where libzmq is done with those.
    pub(super) fn close_ended_zombies(&mut self) {
        let pending = &self.pending;
        self.monitors.close_ended_zombies(|name| pending.is_awaited(name));
    }

    /// Keeps a socket that is to be closed and still has a monitor's last events to take.
    pub(super) fn keep_zombie(&mut self, socket: usize, raw: RawSocket) -> Option<RawSocket> {
        if self.ended {
            return Some(raw);
        }
        self.monitors.add_zombie(socket, raw)
    }

    /// Closes all kept readers. Once the context has been shut down, libzmq waits for no reader any more.
    pub(super) fn close_zombies(&mut self, raw: &RawContext) {
        if self.monitors.has_zombies() {
            let _ = raw.shutdown();
            self.monitors.close_zombies();
        }
    }

    /// Records that the events of `socket` go to `name`, where libzmq has bound a socket of its own.
    pub(crate) fn monitor_started(&mut self, socket: usize, name: &str, registration: Registration) {
        let waiting = self.pending.first(name);
        self.monitors.add(socket, name, registration, waiting);
        self.pending.bound(name);
    }

    /// Records that libzmq has stopped this monitor.
    pub(crate) fn monitor_stopped(&mut self, socket: usize, registration: &Registration) {
        self.monitors.remove_this(socket, registration);
    }

    pub(super) fn connected(&mut self, socket: usize, ty: SocketType, name: &str) {
        self.monitors.connected(socket, name);
        if !self.is_bound(name) && !self.monitors.has_name(name) {
            self.pending.connected(socket, ty, name);
        }
    }

    /// Sees to it that the name can be settled, if a connection to it would wait.
    pub(super) fn before_connect(&mut self, raw: &RawContext, name: &str) -> Result<(), Errno> {
        if self.reserve.is_some() || self.is_bound(name) || self.monitors.has_name(name) {
            return Ok(());
        }
        match binder(raw) {
            // Somebody else ends this context.
            Err(Errno::ETERM) => {}
            held => self.reserve = Some(held?),
        }
        Ok(())
    }

    /// Closes what is held, for a context that somebody else is to end.
    pub(crate) fn release_reserve(&mut self) {
        self.reserve = None;
    }

    /// Binds a socket to each of the names, so that libzmq lets go of what is connected to them when it is dropped.
    pub(super) fn bind_pending(&mut self, raw: &RawContext, names: &[String]) -> Result<Option<RawSocket>, Errno> {
        if names.is_empty() {
            return Ok(None);
        }
        let binder = binder(raw)?;
        self.bind_pending_with(&binder, names);
        Ok(Some(binder))
    }

    /// The names are free again at once.
    fn bind_pending_with(&mut self, binder: &RawSocket, names: &[String]) {
        for name in names {
            if let Ok(endpoint) = CString::new(format!("inproc://{name}")) {
                // C code may have bound it in the meantime, which settles it as well.
                let _ = retry_on_intr(|| !binder.is_forked(), || binder.bind(&endpoint));
                let _ = binder.unbind_inproc(name);
            }
            self.pending.bound(name);
        }
        self.closed_at = Some(Instant::now());
    }

    /// Settles the names for which no socket waits any more.
    pub(super) fn bind_due(&mut self, raw: &RawContext) -> Result<(), Errno> {
        let due = self.pending.due(None, Instant::now());
        self.bind_pending(raw, &due).map(drop)
    }

    /// Settles all names, before the context ends. Without a socket to do it with, the context is somebody else's to end.
    pub(super) fn bind_all_pending(&mut self) {
        if let Some(binder) = self.reserve.take() {
            let names = self.pending.names();
            self.bind_pending_with(&binder, &names);
        }
        self.pending.clear();
    }
}

/// A socket to settle names with: a PULL, which refuses no peer.
fn binder(raw: &RawContext) -> Result<RawSocket, Errno> {
    retry_on_intr(|| !raw.is_forked(), || raw.socket(sys::ZMQ_PULL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_libzmq_keeps() {
        let mut registry = Registry::new();
        registry.set_max_sockets(1);
        registry.opened();
        registry.connected(1, SocketType::PUSH, "nobody");
        registry.closed(1, Until::Bound);
        assert!(registry.is_full(), "a socket with a pending connection keeps its place");
        registry.opened();
        registry.bound(2, "nobody");
        registry.closed(2, Until::Bound);
        assert!(!registry.is_full());
    }

    #[test]
    fn a_bound_name_is_not_pending() {
        let mut registry = Registry::new();
        registry.opened();
        registry.bound(1, "name");
        registry.opened();
        registry.connected(2, SocketType::PUSH, "name");
        registry.closed(2, Until::Bound);
        assert_eq!(registry.pending.zombies(), 0);
        registry.closed(1, Until::Bound);
        assert!(!registry.is_bound("name"));
    }
}
