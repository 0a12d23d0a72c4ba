//! Binding and connecting a socket, and undoing it.

use std::ffi::CString;

use zmq_sys as sys;

use super::Socket;
use crate::context::headroom;
use crate::endpoint::{self, Role};
use crate::errno::Errno;
use crate::error::{Call, Error, Result};

impl Socket {
    /// Starts accepting peers on an endpoint (`zmq_bind`).
    ///
    /// `tcp://127.0.0.1:*` and `ipc://*` leave the choice to the system: [`last_endpoint`](Socket::last_endpoint) tells it.
    ///
    /// The text is checked before libzmq sees it, because libzmq reads port 70000 as 4464, and unlinks whatever file
    /// stands at an ipc path.
    ///
    /// # Errors
    /// `EINVAL` for text that is not an endpoint; `EPROTONOSUPPORT` for a transport that this libzmq does not have, and
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
    /// `EINVAL` for text that is not an endpoint, `EPROTONOSUPPORT`, `ENOCOMPATPROTO`, `EMTHREAD`, `EMFILE` and `ETERM`
    /// as [`bind`](Socket::bind).
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
        self.uninterrupted(|| self.raw().unbind(&text))
            .map_err(|errno| Error::new(Call::Unbind, errno).about_endpoint(endpoint))?;
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
        let text = text(Call::Disconnect, endpoint)?;
        self.uninterrupted(|| self.raw().disconnect(&text))
            .map_err(|errno| Error::new(Call::Disconnect, errno).about_endpoint(endpoint))
    }

    /// The endpoint that was bound or connected last (`ZMQ_LAST_ENDPOINT`), with the port or path that the system chose
    /// for a wildcard; empty before the first.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_LAST_ENDPOINT")]
    #[doc(alias = "GetLastEndpoint")]
    pub fn last_endpoint(&self) -> Result<String> {
        let mut endpoint = self.get_long_bytes(sys::ZMQ_LAST_ENDPOINT, "ZMQ_LAST_ENDPOINT")?;
        // libzmq counts the NUL at the end.
        endpoint.truncate(endpoint.iter().position(|byte| *byte == 0).unwrap_or(endpoint.len()));
        Ok(String::from_utf8_lossy(&endpoint).into_owned())
    }

    fn attach(&self, call: Call, role: Role, endpoint: &str) -> Result<()> {
        let failed = |errno| Error::new(call, errno).about_endpoint(endpoint);
        let text = endpoint::check(endpoint, role, self.socket_type())
            .map_err(|refusal| failed(refusal.errno).because(refusal.reason))?;
        let go = || match role {
            Role::Bind => self.raw().bind(&text),
            Role::Connect => self.raw().connect(&text),
        };
        match endpoint::inproc_name(endpoint) {
            Some(name) => {
                let go = || self.uninterrupted(go);
                self.context().attach_inproc(role, self.id(), name, go)
            }
            None if !headroom::descriptors(headroom::ENDPOINT) => {
                return Err(headroom::exhausted(call).about_endpoint(endpoint));
            }
            None => self.uninterrupted(go),
        }
        .map_err(failed)
    }
}

fn text(call: Call, endpoint: &str) -> Result<CString> {
    CString::new(endpoint).map_err(|_| {
        Error::new(call, Errno::EINVAL)
            .about_endpoint(endpoint)
            .because("an endpoint has no NUL")
    })
}
