//! [`Servers`]: the security servers that connect, and reconnect by themselves.
//!
//! libzmq keeps the pipe to the authentication handler from one connection to the next: a reply that comes after its peer
//! has left is taken for that about the next peer, which is then accepted, or libzmq aborts. So a context has such servers
//! or a handler, not both.

use std::collections::HashMap;

use zmq_sys as sys;

use super::Context;
use crate::endpoint::ZAP;

/// See the file.
#[derive(Default)]
pub(super) struct Servers {
    /// How many such connections a socket has.
    connections: HashMap<usize, usize>,
    /// Whether C code may have bound a handler.
    unknown: bool,
}

impl Servers {
    /// For a context in which C code may have bound a handler.
    pub(super) fn unknown() -> Servers {
        Servers {
            unknown: true,
            ..Servers::default()
        }
    }

    /// Forgets a socket that is closed.
    pub(super) fn remove(&mut self, socket: usize) {
        if !self.connections.is_empty() {
            self.connections.remove(&socket);
        }
    }

    /// Whether binding the name makes a handler that such a server would ask.
    pub(super) fn forbid(&self, name: &str) -> bool {
        name == ZAP && !self.connections.is_empty()
    }
}

impl Context {
    /// Counts a connection of such a server, unless there is a handler, or may be one. [`server_left`](Context::server_left)
    /// undoes it.
    pub(crate) fn admit_server(&self, socket: usize) -> bool {
        if self.raw().is_forked() {
            return true;
        }
        if self.is_foreign() {
            return false;
        }
        let mut registry = self.registry();
        if registry.is_bound(ZAP) {
            return false;
        }
        *registry.servers.connections.entry(socket).or_default() += 1;
        true
    }

    /// Whether C code created the context or was given it, and may have changed it.
    pub(crate) fn is_foreign(&self) -> bool {
        self.raw().get(sys::ZMQ_IO_THREADS).is_err() || self.registry().servers.unknown
    }

    /// Undoes [`admit_server`](Context::admit_server).
    pub(crate) fn server_left(&self, socket: usize) {
        if self.raw().is_forked() {
            return;
        }
        let connections = &mut self.registry().servers.connections;
        match connections.get_mut(&socket) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(connections.remove(&socket)),
        }
    }
}
