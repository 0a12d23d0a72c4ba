//! Binding and connecting a socket, and undoing it.

use std::ffi::CString;

use zmq_sys as sys;

use super::Socket;
use crate::context::headroom;
use crate::context::inproc::End;
use crate::endpoint::{self, Refusal, Role};
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::message::Message;

impl Socket {
    /// Starts accepting peers on an endpoint (`zmq_bind`).
    ///
    /// `tcp://127.0.0.1:*` and `ipc://*` leave the choice to the system: [`last_endpoint`](Socket::last_endpoint) tells it.
    ///
    /// The text is checked before libzmq sees it, because libzmq reads port 70000 as 4464, and unlinks whatever file
    /// stands at an ipc path.
    ///
    /// # Errors
    /// `EINVAL` for text that is not an endpoint, and for options with which libzmq would abort; `EPROTONOSUPPORT` for a
    /// transport that this libzmq does not have, `EAFNOSUPPORT` for one that the kernel does not have, and
    /// `ENOCOMPATPROTO` for one that does not carry the socket's type; `EADDRINUSE` where somebody else has it, or a file
    /// that is no socket; `EADDRNOTAVAIL` and `ENODEV` for an address or interface of another machine; `ENAMETOOLONG`,
    /// `ENOENT`, `ENOTDIR`, `EACCES` for a path; `EMTHREAD` without I/O threads; `EMFILE` without descriptors; `ETERM`
    /// once the context has ended.
    #[doc(alias = "zmq_bind")]
    #[doc(alias = "Bind")]
    pub fn bind(&self, endpoint: &str) -> Result<()> {
        self.attach(Call::Bind, Role::Bind, endpoint)
    }

    /// Starts connecting to an endpoint (`zmq_connect`).
    ///
    /// It does not wait: the connection is made in the background, and made again when it breaks. So an endpoint where
    /// nobody answers, and a host name that does not resolve, are not errors. It may come before the peer's `bind`,
    /// over inproc too.
    ///
    /// # Errors
    /// `EINVAL` for text that is not an endpoint, for options with which libzmq would abort, and for a
    /// [server](crate::auth::Server) that would connect again; `EPROTONOSUPPORT`, `EAFNOSUPPORT`, `ENOCOMPATPROTO`, `EMTHREAD`, `EMFILE` and `ETERM` as [`bind`](Socket::bind).
    #[doc(alias = "zmq_connect")]
    #[doc(alias = "Connect")]
    pub fn connect(&self, endpoint: &str) -> Result<()> {
        self.attach(Call::Connect, Role::Connect, endpoint)
    }

    /// Stops accepting peers on an endpoint (`zmq_unbind`); those that have come stay.
    ///
    /// One with a wildcard is known by what [`last_endpoint`](Socket::last_endpoint) told.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not bound to it, `EINVAL` for text that is not an endpoint, `ETERM` once the context
    /// has ended.
    #[doc(alias = "zmq_unbind")]
    #[doc(alias = "Unbind")]
    pub fn unbind(&self, endpoint: &str) -> Result<()> {
        let text = text(Call::Unbind, endpoint)?;
        self.detach(Call::Unbind, endpoint, || self.raw().unbind(&text))
    }

    /// Gives up a connection (`zmq_disconnect`), and what was sent over it and not delivered yet.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not connected to it, `EINVAL` for text that is not an endpoint, `ETERM` once the
    /// context has ended.
    #[doc(alias = "zmq_disconnect")]
    #[doc(alias = "Disconnect")]
    pub fn disconnect(&self, endpoint: &str) -> Result<()> {
        let text = text(Call::Disconnect, endpoint)?;
        self.detach(Call::Disconnect, endpoint, || self.raw().disconnect(&text))
    }

    /// Both calls are one in libzmq, which looks for a name that the socket has bound, and then for connections.
    fn detach(&self, call: Call, endpoint: &str, detach: impl Fn() -> Result<(), Errno>) -> Result<()> {
        let failed = |errno| Error::new(call, errno).about_endpoint(endpoint);
        let detach = || self.uninterrupted(&detach);
        let Some(name) = endpoint::inproc_name(endpoint) else {
            return detach().map_err(failed);
        };
        if !self.context().has_bound(self.id(), name) {
            self.stop_reading(Some(name));
        }
        self.context()
            .detach_inproc(&self.end(), name, detach)
            .map_err(|refused| refused.into_error(failed))
    }

    /// What the context must know of this socket, to bind or connect it over inproc.
    fn end(&self) -> End<'_> {
        End {
            socket: self.id(),
            ty: self.socket_type(),
            raw: self.raw(),
            conflates: self.conflates(),
            greets: self.guard().greets(),
        }
    }

    fn attach(&self, call: Call, role: Role, endpoint: &str) -> Result<()> {
        let failed = |errno| Error::new(call, errno).about_endpoint(endpoint);
        let text = endpoint::check(endpoint, role, self.socket_type())
            .map_err(|refusal| failed(refusal.errno).because(refusal.reason))?;
        endpoint::usable(endpoint)
            .and_then(|()| self.check_path(role, endpoint))
            .map_err(|refusal| failed(refusal.errno).because(refusal.reason))?;
        self.check_options(endpoint, role)
            .map_err(|(errno, reason)| failed(errno).because(reason))?;
        let claim = endpoint::claim(endpoint).map_err(|refusal| failed(refusal.errno).because(refusal.reason))?;
        let go = || match role {
            Role::Bind => self.raw().bind(&text),
            Role::Connect => self.raw().connect(&text),
        };
        match endpoint::inproc_name(endpoint) {
            Some(name) => {
                if role == Role::Connect {
                    self.tie();
                }
                let go = |is_monitor| match role {
                    Role::Connect if is_monitor => self.unlimited(|| self.uninterrupted(go)),
                    _ => self.uninterrupted(go),
                };
                let attached = self.context().attach_inproc(role, &self.end(), name, go);
                return attached
                    .inspect(|()| self.attached(role, endpoint))
                    .map_err(|refused| refused.into_error(failed));
            }
            None if !headroom::descriptors(headroom::ENDPOINT) => {
                return Err(headroom::exhausted(call).about_endpoint(endpoint));
            }
            None => self.uninterrupted(go),
        }
        .inspect(|()| self.attached(role, endpoint))
        .inspect(|()| self.moves_from.set(Message::MOVE_MIN))
        .map(|()| claim.keep())
        .map_err(|errno| {
            let lacking = (errno == Errno::EPROTONOSUPPORT).then(|| endpoint::not_built(endpoint));
            match lacking.flatten() {
                Some(reason) => failed(errno).because(reason),
                None => failed(errno),
            }
        })
    }

    fn check_path(&self, role: Role, endpoint: &str) -> Result<(), Refusal> {
        // Whoever made the descriptor may have bound it to this very path.
        let handed_in = || self.raw().get_int(sys::ZMQ_USE_FD).is_ok_and(|fd| fd >= 0);
        if role == Role::Connect || handed_in() {
            return Ok(());
        }
        endpoint::unoccupied(endpoint)
    }

    /// Forgets the options that held for one endpoint.
    fn attached(&self, role: Role, endpoint: &str) {
        self.guard().attached();
        match role {
            Role::Connect => self.guard().connected(),
            #[cfg(unix)]
            Role::Bind => self.used_listener(endpoint),
            #[cfg(not(unix))]
            Role::Bind => {
                let _ = endpoint;
            }
        }
    }
}

fn text(call: Call, endpoint: &str) -> Result<CString> {
    CString::new(endpoint).map_err(|_| {
        Error::new(call, Errno::EINVAL)
            .about_endpoint(endpoint)
            .because("an endpoint has no NUL")
    })
}
