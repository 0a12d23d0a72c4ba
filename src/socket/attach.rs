//! Binding and connecting a socket, and undoing it.

use std::ffi::{CStr, CString};

use zmq_sys as sys;

use super::Socket;
use super::guard::HANDLER_BESIDE_SERVER;
use crate::context::headroom;
use crate::endpoint::{self, Refusal, Role};
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::message::Message;
use crate::version;

/// Why a second connect is rejected.
const ATTACHED_ALREADY: &str = "the socket has this endpoint already, and libzmq ignores a second connect of this type, also if the first \
    connection has ended: disconnect first";

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
        self.detach(Call::Unbind, endpoint, |text| self.raw().unbind(text))?;
        if let Some(name) = endpoint::inproc_name(endpoint) {
            self.context().unbound_inproc(name);
        }
        Ok(())
    }

    /// Gives up a connection (`zmq_disconnect`), and what was sent over it and not delivered yet.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not connected to it, `EINVAL` for text that is not an endpoint, `ETERM` once the
    /// context has ended.
    #[doc(alias = "zmq_disconnect")]
    #[doc(alias = "Disconnect")]
    pub fn disconnect(&self, endpoint: &str) -> Result<()> {
        if let Some(name) = endpoint::inproc_name(endpoint).filter(|name| !name.contains('\0')) {
            self.stop_reading(Some(name));
        }
        self.detach(Call::Disconnect, endpoint, |text| self.raw().disconnect(text))
    }

    /// Unbinds or disconnects, which are one to libzmq: it undoes whatever has this text.
    fn detach(&self, call: Call, endpoint: &str, undo: impl Fn(&CStr) -> Result<(), Errno>) -> Result<()> {
        let failed = |errno| Error::new(call, errno).about_endpoint(endpoint);
        let text = CString::new(endpoint).map_err(|_| failed(Errno::EINVAL).because("an endpoint has no NUL"))?;
        // What libzmq does not know by its text it resolves, and aborts without descriptors for that.
        let known = self.guard().attached.has(endpoint) || !endpoint::is_looked_up(endpoint);
        if !known && !headroom::descriptors(headroom::ENDPOINT) {
            return Err(headroom::exhausted(call).about_endpoint(endpoint));
        }
        let undone = self.uninterrupted(|| undo(&text));
        if matches!(undone, Ok(()) | Err(Errno::ENOENT)) {
            self.detached(endpoint, undone.is_ok());
        }
        undone.map_err(failed)
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
        let go = || match role {
            Role::Bind => self.raw().bind(&text),
            Role::Connect => self.raw().connect(&text),
        };
        match endpoint::inproc_name(endpoint) {
            Some(name) => {
                if role == Role::Connect {
                    self.tie();
                }
                let unbound_aborts = role == Role::Connect && self.conflates();
                let go = |is_monitor| match role {
                    Role::Connect if is_monitor => self.unlimited(|| self.uninterrupted(go)),
                    _ => self.uninterrupted(go),
                };
                let attached = self.context().attach_inproc(role, self.id(), name, unbound_aborts, go);
                attached
                    .inspect(|()| self.attached(role, endpoint, false))
                    .map_err(|errno| match errno {
                        Errno::EINVAL if unbound_aborts => failed(errno).because(UNBOUND),
                        Errno::EINVAL if name == endpoint::ZAP => failed(errno).because(HANDLER_BESIDE_SERVER),
                        errno => failed(errno),
                    })
            }
            None => self.attach_outside(call, role, endpoint, go),
        }
    }

    /// Attaches to what is not inproc.
    fn attach_outside(&self, call: Call, role: Role, endpoint: &str, go: impl Fn() -> Result<(), Errno>) -> Result<()> {
        let failed = |errno| Error::new(call, errno).about_endpoint(endpoint);
        let claim = endpoint::claim(endpoint).map_err(|refusal| failed(refusal.errno).because(refusal.reason))?;
        let server = self
            .admit_server(endpoint, role)
            .map_err(|(errno, reason)| failed(errno).because(reason))?;
        let attached = match headroom::descriptors(headroom::ENDPOINT) {
            true => self.attach_once(role, endpoint, go),
            false => Err(Unattached::NoHeadroom),
        };
        if server && attached.is_err() {
            self.context().server_left(self.id());
        }
        match attached {
            Ok(()) => {
                self.attached(role, endpoint, server);
                self.moves_from.set(Message::MOVE_MIN);
                claim.keep();
                Ok(())
            }
            Err(Unattached::NoHeadroom) => Err(headroom::exhausted(call).about_endpoint(endpoint)),
            Err(Unattached::Ignored) => Err(failed(Errno::EADDRINUSE).because(ATTACHED_ALREADY)),
            Err(Unattached::Libzmq(errno)) => {
                let reason = match errno {
                    Errno::EPROTONOSUPPORT => endpoint::not_built(endpoint),
                    Errno::ENODEV if role == Role::Bind => Some(endpoint::not_here(endpoint, version::version())),
                    _ => None,
                };
                Err(match reason {
                    Some(reason) => failed(errno).because(reason),
                    None => failed(errno),
                })
            }
        }
    }

    /// Has libzmq bind or connect, and notices where it reports success and does nothing: it ignores the second connect of some
    /// types to one endpoint, also where the first connection has ended for good.
    fn attach_once(&self, role: Role, endpoint: &str, go: impl Fn() -> Result<(), Errno>) -> Result<(), Unattached> {
        use super::SocketType as Ty;
        let ignores = [Ty::DEALER, Ty::REQ, Ty::PUB, Ty::SUB].contains(&self.socket_type());
        if !ignores || role == Role::Bind || !self.guard().attached.has(endpoint) {
            return self.uninterrupted(go).map_err(Unattached::Libzmq);
        }
        // The last endpoint is another one after a connect that did something: so make it one that is nowhere else.
        let mark = format!("inproc://zmq4-mark-{:x}", self.id());
        let text = CString::new(mark.as_str()).unwrap_or_default();
        self.uninterrupted(|| self.raw().bind(&text))
            .map_err(Unattached::Libzmq)?;
        let unmarked = self.uninterrupted(|| self.raw().unbind(&text));
        let attached = self.uninterrupted(go).map_err(Unattached::Libzmq);
        unmarked.map_err(Unattached::Libzmq)?;
        attached?;
        match self.last_endpoint() {
            Ok(last) if last == mark => Err(Unattached::Ignored),
            _ => Ok(()),
        }
    }

    fn check_path(&self, role: Role, endpoint: &str) -> Result<(), Refusal> {
        // Whoever made the descriptor may have bound it to this very path.
        if role == Role::Connect || self.is_handed_in() {
            return Ok(());
        }
        endpoint::unoccupied(endpoint)
    }

    /// Whether the next bind uses a descriptor that the program made.
    fn is_handed_in(&self) -> bool {
        self.raw().get_int(sys::ZMQ_USE_FD).is_ok_and(|fd| fd >= 0)
    }

    /// Remembers the endpoint, and forgets the options that held for it alone.
    fn attached(&self, role: Role, endpoint: &str, server: bool) {
        if endpoint::inproc_name(endpoint).is_some() {
            if role == Role::Connect {
                let _ = self.guard().ids.connected();
            }
            return;
        }
        self.remember(role, endpoint, server, self.is_handed_in());
        #[cfg(unix)]
        if role == Role::Bind {
            self.used_listener(endpoint);
        }
    }
}

/// Why libzmq has not done what it was asked for.
enum Unattached {
    NoHeadroom,
    /// It reported success.
    Ignored,
    Libzmq(Errno),
}
