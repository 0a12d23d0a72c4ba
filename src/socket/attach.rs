//! Binding and connecting a socket, and undoing it.

use std::ffi::CString;

use zmq_sys as sys;

use super::Socket;
use crate::context::headroom;
use crate::endpoint::{self, Refusal, Role};
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::message::Message;

const BUSY: &str = "the name is that of a monitor, and a PAIR that was bound or connected before cannot read from it";
const CLOSING: &str = "the monitored socket was closed, and its last events are still to come";
const UNBOUND: &str = "a socket with ZMQ_CONFLATE 1 connects over inproc only to a name that is bound";

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
    /// [server](crate::auth::Server) that would connect again; `EFSM` for a PAIR that was bound or connected before, where
    /// the endpoint is a [monitor](Socket::monitor_at); `EPROTONOSUPPORT`, `EAFNOSUPPORT`, `ENOCOMPATPROTO`, `EMTHREAD`, `EMFILE` and `ETERM` as [`bind`](Socket::bind).
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
    /// `ENOENT` where the socket is not bound to it, `EINVAL` for text that is not an endpoint, `EAGAIN` as
    /// [`disconnect`](Socket::disconnect), `ETERM` once the context has ended.
    #[doc(alias = "zmq_unbind")]
    #[doc(alias = "Unbind")]
    pub fn unbind(&self, endpoint: &str) -> Result<()> {
        let text = text(Call::Unbind, endpoint)?;
        self.leave_monitors(Call::Unbind, endpoint)?;
        self.uninterrupted(|| self.raw().unbind(&text))
            .map_err(|errno| Error::new(Call::Unbind, errno).about_endpoint(endpoint))?;
        if let Some(name) = endpoint::inproc_name(endpoint) {
            self.context().unbound_inproc(self.id(), name);
        }
        Ok(())
    }

    /// Gives up a connection (`zmq_disconnect`), and what was sent over it and not delivered yet.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not connected to it, `EINVAL` for text that is not an endpoint, `EAGAIN` for the reader
    /// of a [monitor](Socket::monitor_at) whose socket has been closed and is not done, `ETERM` once the context has ended.
    #[doc(alias = "zmq_disconnect")]
    #[doc(alias = "Disconnect")]
    pub fn disconnect(&self, endpoint: &str) -> Result<()> {
        let text = text(Call::Disconnect, endpoint)?;
        self.leave_monitors(Call::Disconnect, endpoint)?;
        self.uninterrupted(|| self.raw().disconnect(&text))
            .map_err(|errno| Error::new(Call::Disconnect, errno).about_endpoint(endpoint))
    }

    /// Ends the monitors that the socket reads under this name. The two calls that undo a connection are one in libzmq.
    fn leave_monitors(&self, call: Call, endpoint: &str) -> Result<()> {
        endpoint::inproc_name(endpoint).map_or(Ok(()), |name| {
            self.stop_reading_from(name)
                .map_err(|errno| Error::new(call, errno).about_endpoint(endpoint).because(CLOSING))
        })
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
                    self.tie_to(name);
                }
                let unbound_aborts = role == Role::Connect && self.conflates();
                let go = |is_monitor| match role {
                    Role::Connect if is_monitor => self.read_from(|| self.uninterrupted(go)),
                    _ => self.uninterrupted(go),
                };
                let attached = self.context().attach_inproc(role, self.id(), name, unbound_aborts, go);
                return attached
                    .inspect(|()| self.attached(role, endpoint))
                    .map_err(|errno| match errno {
                        Errno::EINVAL if unbound_aborts => failed(errno).because(UNBOUND),
                        Errno::EFSM => failed(errno).because(BUSY),
                        errno => failed(errno),
                    });
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
