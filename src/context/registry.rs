//! [`Registry`]: what a context records of its sockets, so that libzmq neither aborts nor keeps closed sockets.
//!
//! `zmq_ctx_term` binds a PAIR to each inproc name that was connected to and never bound, all at once, and aborts if it
//! cannot open one, or if the PAIR rejects a ROUTER or REP. So the context counts sockets, keeps one in reserve, and binds
//! those pending names itself before libzmq terminates. The reserve is an open socket while there are such names, because
//! closed sockets may take any slot that is only counted.

use std::collections::HashMap;
use std::ffi::CString;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::closing::is_free;
use super::monitors::Monitors;
use super::pending::{PendingConnects, Until};
use super::servers::Servers;
use super::unfinished::Unfinished;
use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::monitor::Registration;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::RawSocket;
use crate::socket_type::SocketType;

/// How long to wait for a slot. libzmq frees those of closed sockets a moment after the close.
pub(super) const SLOT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Registry {
    max_sockets: u32,
    /// `ZMQ_THREAD_PRIORITY`, which libzmq does not return.
    #[cfg(unix)]
    pub(crate) priority: Option<u32>,
    open: u32,
    started: bool,
    ended: bool,
    /// When a socket was closed last.
    closed_at: Option<Instant>,
    /// The socket that has bound an inproc name.
    bound: HashMap<String, usize>,
    /// Binds all pending names when the context ends.
    reserve: Option<RawSocket>,
    pub(super) pending: PendingConnects,
    pub(super) monitors: Monitors,
    pub(super) servers: Servers,
    pub(super) sockets: Unfinished,
}

impl Registry {
    /// `ZMQ_MAX_SOCKETS_DFLT`.
    pub(crate) const DEFAULT_SOCKETS: u32 = sys::ZMQ_MAX_SOCKETS_DFLT.unsigned_abs();

    /// Slots beyond those of the program: one for the reserve, and one for a socket that binds pending names.
    pub(crate) const RESERVE: u32 = 2;

    pub(crate) fn new() -> Registry {
        Registry {
            max_sockets: Registry::DEFAULT_SOCKETS,
            #[cfg(unix)]
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
            sockets: Unfinished::default(),
        }
    }

    /// For a context whose limit only libzmq knows.
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
        let hidden = u32::try_from(self.pending.closing_readers() + self.monitors.slots()).unwrap_or(u32::MAX);
        self.open.saturating_add(hidden) >= self.max_sockets
    }

    /// Whether the slot of a socket that was closed within `time` may become free.
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

    /// The socket was given to C code: it is no longer counted, since its close is not seen here.
    pub(crate) fn released(&mut self, socket: usize) {
        self.forget(socket);
        self.monitors.released(socket);
    }

    fn forget(&mut self, socket: usize) {
        self.open = self.open.saturating_sub(1);
        self.closed_at = Some(Instant::now());
        self.bound.retain(|_, binder| *binder != socket);
        self.servers.remove(socket);
        self.sockets.forget(socket);
    }

    /// What the termination waits for; nothing if there is nothing to wait for.
    pub(super) fn unfinished(&self) -> Option<String> {
        self.sockets.describe(self.open)
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

    /// Whether a monitor's PAIR would have no peer under this name, or would abort.
    pub(crate) fn rejects_monitor(&self, name: &str) -> bool {
        self.pending.has_departed(name)
            || self.pending.routes(name)
            || self
                .pending
                .first(name)
                .is_some_and(|first| !self.monitors.can_read(first, name))
    }

    /// Whether libzmq may still have a socket of a stopped monitor under this name, and no socket is connected to it.
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

    /// Closes the zombie readers whose monitored sockets libzmq has freed.
    pub(super) fn close_ended_zombies(&mut self) {
        let pending = &self.pending;
        self.monitors.close_ended_zombies(|name| pending.is_awaited(name));
    }

    /// Keeps a socket open that the program closes and that a monitor still sends its last events to.
    pub(super) fn keep_zombie(&mut self, socket: usize, raw: RawSocket) -> Option<RawSocket> {
        if self.ended {
            return Some(raw);
        }
        self.monitors.add_zombie(socket, raw)
    }

    /// Closes all zombie readers. Once the context has been shut down, libzmq does not wait for readers.
    pub(super) fn close_zombies(&mut self, raw: &RawContext) {
        if self.monitors.has_zombies() {
            let _ = raw.shutdown();
            self.monitors.close_zombies();
        }
    }

    /// Records that the events of `socket` go to `name`, which an internal socket of libzmq has bound.
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

    /// Opens the reserve, if a connection to the name would be pending.
    pub(super) fn before_connect(&mut self, raw: &RawContext, name: &str) -> Result<(), Errno> {
        if self.reserve.is_some() || self.is_bound(name) || self.monitors.has_name(name) {
            return Ok(());
        }
        match binder(raw) {
            // C code ends this context.
            Err(Errno::ETERM) => {}
            held => self.reserve = Some(held?),
        }
        Ok(())
    }

    /// Closes the reserve of a context that C code is to end.
    pub(crate) fn release_reserve(&mut self) {
        self.reserve = None;
    }

    /// Binds a socket to each of the names: when it is dropped, libzmq frees what is connected to them.
    pub(super) fn bind_pending(&mut self, raw: &RawContext, names: &[String]) -> Result<Option<RawSocket>, Errno> {
        if names.is_empty() {
            return Ok(None);
        }
        let binder = binder(raw)?;
        self.bind_pending_with(&binder, names);
        Ok(Some(binder))
    }

    /// The names are free again afterwards.
    fn bind_pending_with(&mut self, binder: &RawSocket, names: &[String]) {
        for name in names {
            if let Ok(endpoint) = CString::new(format!("inproc://{name}")) {
                // If C code has bound it in the meantime, it is no longer pending either.
                let _ = retry_on_intr(|| !binder.is_forked(), || binder.bind(&endpoint));
                let _ = binder.unbind_inproc(name);
            }
            self.pending.bound(name);
        }
        self.closed_at = Some(Instant::now());
    }

    /// Binds the names to which no open socket is connected any more.
    pub(super) fn bind_due(&mut self, raw: &RawContext) -> Result<(), Errno> {
        let due = self.pending.due(None, Instant::now());
        self.bind_pending(raw, &due).map(drop)
    }

    /// Binds all pending names before the context ends. There is no reserve if C code ends the context.
    pub(super) fn bind_all_pending(&mut self) {
        if let Some(binder) = self.reserve.take() {
            let names = self.pending.names();
            self.bind_pending_with(&binder, &names);
        }
        self.pending.clear();
    }
}

/// A socket that binds pending names: a PULL, which rejects no peer.
fn binder(raw: &RawContext) -> Result<RawSocket, Errno> {
    retry_on_intr(|| !raw.is_forked(), || raw.socket(sys::ZMQ_PULL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_pending_sockets_are_counted() {
        let mut registry = Registry::new();
        registry.set_max_sockets(1);
        registry.opened();
        registry.connected(1, SocketType::PUSH, "unbound");
        registry.closed(1, Until::Bound);
        assert!(
            registry.is_full(),
            "a closed socket with a pending connection keeps its slot"
        );
        registry.opened();
        registry.bound(2, "unbound");
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
        assert_eq!(registry.pending.closing_readers(), 0);
        registry.closed(1, Until::Bound);
        assert!(!registry.is_bound("name"));
    }
}
