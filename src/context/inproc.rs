//! Binding and connecting sockets of a context to inproc names, and undoing it.
//!
//! `zmq_unbind` and `zmq_disconnect` are one call in libzmq: it gives a name up that the socket has bound, and else the
//! connections of the socket to that name.

use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::book::{Book, PATIENCE};
use super::open::kept_until;
use super::{Context, waits};
use crate::endpoint::Role;
use crate::ffi::errno::Errno;
use crate::ffi::socket::RawSocket;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

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
const ROUTED: &str = "a ROUTER or REP waits for this name, and a PAIR cannot be its peer";
const GREETED: &str =
    "a socket that waited for this name has gone, or is a PAIR: libzmq would abort at the message for new peers";
const SHARED: &str = "other sockets wait for this name, and libzmq would abort when it is bound after a ROUTER or REP has \
    disconnected: close the socket instead";
const FOREIGN: &str = "the context is not known here, and libzmq would abort when the name is bound after a ROUTER or REP has \
    disconnected: close the socket instead";

/// Why a context gets no handler while it has such a server.
const HANDLER_BESIDE_SERVER: &str = "a server of the handshake in this context connects, and does so again, and would take the \
    authentication of one peer for that of the next: bind it, or set its ZMQ_RECONNECT_IVL to -1 before it connects";

impl Context {
    /// Binds or connects a socket to an inproc name, and records it. `attach` is told whether the name is a monitor's.
    pub(crate) fn attach_inproc(
        &self,
        role: Role,
        end: &End<'_>,
        name: &str,
        attach: impl FnOnce(bool) -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        if self.raw().is_forked() {
            return Err(Errno::EINTR.into());
        }
        let mut book = self.book();
        if role == Role::Bind && book.servers.forbid(name) {
            return Err(Refusal::new(Errno::EINVAL, HANDLER_BESIDE_SERVER));
        }
        let _settled = match role {
            Role::Bind => self.before_bind(&mut book, end, name)?,
            Role::Connect if end.conflates && !book.is_bound(name) => {
                return Err(Refusal::new(Errno::EINVAL, UNBOUND));
            }
            Role::Connect => {
                book.before_connect(self.raw(), name)?;
                None
            }
        };
        attach(book.watches.has_name(name))?;
        match role {
            Role::Bind => book.bound(end.socket, name),
            Role::Connect => book.connected(end.socket, end.ty, name),
        }
        Ok(())
    }

    /// Refuses to bind where libzmq would abort at one of those that have connected already.
    fn before_bind(&self, book: &mut Book, end: &End<'_>, name: &str) -> Result<Option<RawSocket>, Refusal> {
        if waits::refuses_peers(end.ty) && book.waits.routes(name) {
            return Err(Refusal::new(Errno::ENOCOMPATPROTO, ROUTED));
        }
        if !end.greets || !book.waits.may_be_gone(name) {
            return Ok(None);
        }
        if book.waits.first(name).is_some() {
            return Err(Refusal::new(Errno::EADDRINUSE, GREETED));
        }
        Ok(book.settle(self.raw(), &[name.to_owned()])?)
    }

    /// Whether this socket has bound the name.
    pub(crate) fn has_bound(&self, socket: usize, name: &str) -> bool {
        !self.raw().is_forked() && self.book().is_bound_by(socket, name)
    }

    /// Gives up the name if this socket has bound it, and its connections to the name otherwise.
    pub(crate) fn detach_inproc(
        &self,
        end: &End<'_>,
        name: &str,
        detach: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        if self.raw().is_forked() {
            return Err(Errno::EINTR.into());
        }
        let patience = Instant::now() + PATIENCE;
        loop {
            match self.try_detach(end, name, &detach) {
                // A ROUTER or REP leaves with the help of another socket, for which there is a place soon.
                Err(refusal) if refusal.errno == Errno::EMFILE && Instant::now() < patience => {
                    thread::sleep(Duration::from_millis(1));
                }
                detached => return detached,
            }
        }
    }

    fn try_detach(&self, end: &End<'_>, name: &str, detach: impl Fn() -> Result<(), Errno>) -> Result<(), Refusal> {
        let mut book = self.book_unread(end.socket, Some(name));
        if book.is_bound_by(end.socket, name) {
            detach()?;
            book.unbound(name);
            return Ok(());
        }
        if book.watches.reads_on(end.socket, Some(name)) {
            return Err(Refusal::new(Errno::EAGAIN, CLOSING));
        }
        if !book.waits.has(end.socket, name) {
            return Ok(detach()?);
        }
        let until = kept_until(end.ty, end.raw);
        let must_settle = waits::routes(end.ty);
        if must_settle && book.waits.others(end.socket, name) {
            return Err(Refusal::new(Errno::EBUSY, SHARED));
        }
        let is_due = book.waits.due(Some((end.socket, until)), Instant::now());
        let is_due = must_settle || is_due.iter().any(|due| due == name);
        let names = [name.to_owned()];
        // Before it disconnects: what is connected ends as any connection does.
        let settled = match book.settle(self.raw(), &names[..usize::from(is_due)]) {
            Err(Errno::ETERM) if must_settle && end.raw.get_int(sys::ZMQ_TYPE).is_ok() => {
                return Err(Refusal::new(Errno::EBUSY, FOREIGN));
            }
            Err(errno) if must_settle => return Err(errno.into()),
            settled => settled,
        };
        detach()?;
        book.waits.left(end.socket, name, until);
        drop(settled);
        Ok(())
    }
}
