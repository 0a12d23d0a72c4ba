//! Binding and connecting sockets of a context to inproc names, and undoing it.
//!
//! `zmq_unbind` and `zmq_disconnect` are one call in libzmq: it unbinds a name that the socket has bound, and otherwise ends
//! the connections of the socket to that name.

use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::open::pending_until;
use super::registry::{Registry, SLOT_TIMEOUT};
use super::{Context, fd_limit, pending};
use crate::endpoint::AttachMode;
use crate::ffi::errno::Errno;
use crate::ffi::socket::RawSocket;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;
use crate::version::repaired;

/// One end of an inproc connection, as its context knows it.
pub(crate) struct End<'s> {
    pub(crate) socket: usize,
    pub(crate) ty: SocketType,
    pub(crate) raw: &'s RawSocket,
    /// Whether messages replace each other (`ZMQ_CONFLATE`).
    pub(crate) conflates: bool,
    /// Whether it has a message for each new peer (`ZMQ_XPUB_WELCOME_MSG`, `ZMQ_HELLO_MSG`).
    pub(crate) greets: bool,
}

pub(crate) const CLOSING: &str = "the monitored socket was closed, and its last events are still to come";
const UNBOUND: &str = "a socket with ZMQ_CONFLATE 1 connects over inproc only to a name that is bound";
const ROUTED: &str = "a ROUTER or REP has connected to this name, and a PAIR cannot be its peer";
const GREETED: &str = "the peer that connected to this name is gone, or is a PAIR, and libzmq would abort at the message for new peers: use another name";
const SHARED: &str = "other sockets are connected to this name, and libzmq would abort when it is bound after a ROUTER or REP has \
    disconnected: close the socket instead";
const FOREIGN: &str = "the context belongs to C code, and libzmq would abort when the name is bound after a ROUTER or REP has \
    disconnected: close the socket instead";

/// Why a context gets no authentication handler while it has a server that connects.
const HANDLER_BESIDE_SERVER: &str = "a security server in this context connects, and reconnects by itself: libzmq would take the \
    authentication of one peer for that of the next; bind it, or set its ZMQ_RECONNECT_IVL to -1 before it connects";

impl Context {
    /// Binds or connects a socket to an inproc name, and records it. `attach` gets whether the name is a monitor's.
    pub(crate) fn attach_inproc(
        &self,
        mode: AttachMode,
        end: &End<'_>,
        name: &str,
        attach: impl FnOnce(bool) -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        if self.raw().is_forked() {
            return Err(Errno::EINTR.into());
        }
        let mut registry = self.registry();
        if mode == AttachMode::Bind && registry.servers.forbid(name) {
            return Err(Refusal::new(Errno::EINVAL, HANDLER_BESIDE_SERVER));
        }
        let _binder = match mode {
            AttachMode::Bind => self.before_bind(&mut registry, end, name)?,
            AttachMode::Connect if end.conflates && !repaired() && !registry.is_bound(name) => {
                return Err(Refusal::new(Errno::EINVAL, UNBOUND));
            }
            AttachMode::Connect => {
                registry.before_connect(self.raw(), name).map_err(fd_limit::no_socket)?;
                None
            }
        };
        attach(registry.monitors.has_name(name))?;
        match mode {
            AttachMode::Bind => registry.bound(end.socket, name),
            AttachMode::Connect => registry.connected(end.socket, end.ty, name),
        }
        Ok(())
    }

    /// Refuses to bind if libzmq would abort at a socket that has connected already.
    fn before_bind(&self, registry: &mut Registry, end: &End<'_>, name: &str) -> Result<Option<RawSocket>, Refusal> {
        if repaired() {
            return Ok(None);
        }
        if pending::refuses_peers(end.ty) && registry.pending.routes(name) {
            return Err(Refusal::new(Errno::ENOCOMPATPROTO, ROUTED));
        }
        if !end.greets || !registry.pending.may_have_departed(name) {
            return Ok(None);
        }
        if registry.pending.first(name).is_some() {
            return Err(Refusal::new(Errno::EADDRINUSE, GREETED));
        }
        registry
            .bind_pending(self.raw(), &[name.to_owned()])
            .map_err(fd_limit::no_socket)
    }

    /// Whether this socket has bound the name.
    pub(crate) fn has_bound(&self, socket: usize, name: &str) -> bool {
        !self.raw().is_forked() && self.registry().is_bound_by(socket, name)
    }

    /// Unbinds the name if this socket has bound it, and ends its connections to the name otherwise.
    pub(crate) fn detach_inproc(
        &self,
        end: &End<'_>,
        name: &str,
        detach: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        if self.raw().is_forked() {
            return Err(Errno::EINTR.into());
        }
        let deadline = Instant::now() + SLOT_TIMEOUT;
        loop {
            match self.try_detach(end, name, &detach) {
                // A ROUTER or REP disconnects with the help of another socket, for which a slot is free soon.
                Err(refusal) if refusal.errno == Errno::EMFILE && Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(1));
                }
                detached => return detached,
            }
        }
    }

    fn try_detach(&self, end: &End<'_>, name: &str, detach: impl Fn() -> Result<(), Errno>) -> Result<(), Refusal> {
        let mut registry = self.registry_when_unread(end.socket, Some(name));
        if registry.is_bound_by(end.socket, name) {
            detach()?;
            registry.unbound(name);
            return Ok(());
        }
        if registry.monitors.awaits_last_events(end.socket, Some(name)) {
            return Err(Refusal::new(Errno::EAGAIN, CLOSING));
        }
        if !registry.pending.has(end.socket, name) {
            return Ok(detach()?);
        }
        let until = pending_until(end.ty, end.raw);
        let must_bind = pending::routes(end.ty) && !repaired();
        if must_bind && registry.pending.others(end.socket, name) {
            return Err(Refusal::new(Errno::EBUSY, SHARED));
        }
        let is_due = registry.pending.due(Some((end.socket, until)), Instant::now());
        let is_due = must_bind || is_due.iter().any(|due| due == name);
        let names = [name.to_owned()];
        // Before it disconnects: the connection then ends as any other does.
        let binder = match registry.bind_pending(self.raw(), &names[..usize::from(is_due)]) {
            Err(Errno::ETERM) if must_bind && end.raw.get_int(sys::ZMQ_TYPE).is_ok() => {
                return Err(Refusal::new(Errno::EBUSY, FOREIGN));
            }
            Err(errno) if must_bind => return Err(fd_limit::no_socket(errno)),
            bound => bound,
        };
        detach()?;
        pending::finish_disconnect(&detach);
        registry.pending.disconnected(end.socket, name, until);
        drop(binder);
        Ok(())
    }
}
