//! [`Endpoint`]: where sockets bind and connect, read strictly before libzmq sees it.
//!
//! libzmq takes port 70000 for 4464, unlinks whatever file stands at an ipc path, and aborts the process on some text.
//! Whatever is let through here is for libzmq to judge: whether the transport was built in, the address is one of this
//! machine, the port is free.

mod ip;
mod ipc;
mod multicast;
mod port_reservation;
#[cfg(unix)]
mod released_files;
mod support;
#[cfg(test)]
mod tests;
mod tipc;
mod transport;

use std::ffi::{CStr, CString};

#[cfg(unix)]
pub(crate) use released_files::SocketFile;
pub(crate) use transport::Transport;

use port_reservation::PortReservation;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;
use crate::version;

/// What an endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttachMode {
    Bind,
    Connect,
}

/// Where libzmq looks for the handler that authenticates peers (RFC 27).
pub(crate) const ZAP: &str = "zeromq.zap.01";

/// `transport://address`. The text is parsed here, once: everything else matches on the transport.
pub(crate) struct Endpoint<'t> {
    pub(crate) transport: Transport,
    pub(crate) address: &'t str,
    pub(crate) text: &'t str,
    c_text: CString,
}

impl<'t> Endpoint<'t> {
    /// An endpoint that a socket of this type may bind or connect, as far as its text says.
    pub(crate) fn parse(text: &'t str, mode: AttachMode, ty: SocketType) -> Result<Endpoint<'t>, Refusal> {
        let endpoint = Endpoint::split(text)?;
        let Endpoint { transport, address, .. } = endpoint;
        if !transport.carries(ty, mode) {
            let reason = format!("{} does not carry {ty:?} sockets this way", transport.name());
            return Err(Refusal::new(Errno::ENOCOMPATPROTO, reason));
        }
        match transport {
            Transport::Inproc => check_inproc(address, mode, ty)?,
            Transport::Ipc => ipc::check(address, mode)?,
            Transport::Tcp => ip::tcp(address, mode)?,
            Transport::Ws | Transport::Wss => ip::ws(address, mode)?,
            Transport::Tipc => tipc::check(address, mode)?,
            Transport::Vmci => check_vmci(address, mode)?,
            Transport::Pgm | Transport::Epgm => multicast::pgm(address)?,
            Transport::Norm => multicast::norm(address)?,
            Transport::Udp => ip::udp(address, mode, ty == SocketType::DGRAM)?,
        }
        Ok(endpoint)
    }

    /// An endpoint whose address is not checked: of one that is undone, libzmq compares the text only, or looks it up.
    pub(crate) fn split(text: &'t str) -> Result<Endpoint<'t>, Refusal> {
        let c_text = CString::new(text).map_err(|_| Refusal::invalid("an endpoint has no NUL"))?;
        let (transport, address) = text
            .split_once("://")
            .ok_or_else(|| Refusal::invalid("an endpoint is transport://address"))?;
        if transport.is_empty() {
            return Err(Refusal::invalid("the transport is missing"));
        }
        if address.is_empty() {
            return Err(Refusal::invalid("the address is missing"));
        }
        let transport = Transport::from_name(transport).ok_or_else(|| {
            let reason = format!("{transport:?} is not a transport that is known");
            Refusal::new(Errno::EPROTONOSUPPORT, reason)
        })?;
        Ok(Endpoint {
            transport,
            address,
            text,
            c_text,
        })
    }

    /// The text for libzmq.
    pub(crate) fn c_text(&self) -> &CStr {
        &self.c_text
    }

    /// Refuses what this process or kernel cannot do, and what this libzmq does not survive.
    pub(crate) fn check_available(&self) -> Result<(), Refusal> {
        match self.transport {
            Transport::Pgm => multicast::raw_socket(),
            Transport::Tipc => support::tipc_in_kernel(),
            Transport::Udp => support::sound_udp(version::version(), version::repaired()),
            _ => Ok(()),
        }
    }

    /// Refuses to bind a path if libzmq would remove what stands there. A descriptor that was handed in leaves it alone.
    pub(crate) fn check_unoccupied(&self) -> Result<(), Refusal> {
        match (self.transport, self.address) {
            (Transport::Ipc, "*") => Ok(()),
            (Transport::Ipc, path) => ipc::check_unoccupied(path),
            _ => Ok(()),
        }
    }

    /// Takes the port of a norm endpoint, which no other may use in this process.
    pub(crate) fn reserve_port(&self) -> Result<PortReservation, Refusal> {
        match self.transport {
            Transport::Norm => PortReservation::new(self.address),
            _ => Ok(PortReservation::none()),
        }
    }

    /// Whether there is an IPv6 address in it, which libzmq understands with `ZMQ_IPV6` 1 only.
    pub(crate) fn has_ipv6(&self) -> bool {
        let may_have = self.transport.is_websocket() || matches!(self.transport, Transport::Tcp | Transport::Udp);
        may_have && ip::has_ipv6(self.address)
    }

    /// Whether the system chooses what is bound, a port or a path.
    #[cfg(unix)]
    pub(crate) fn is_ipc_wildcard(&self) -> bool {
        self.transport == Transport::Ipc && self.address == "*"
    }

    /// Whether libzmq may look up the address when the endpoint is undone: it does if it does not know the text.
    pub(crate) fn is_looked_up(&self) -> bool {
        self.transport == Transport::Tcp
    }

    /// What libzmq reported when it was to bind or connect the endpoint, and what that means.
    pub(crate) fn failed(&self, mode: AttachMode, errno: Errno) -> Refusal {
        let reason = match errno {
            Errno::EPROTONOSUPPORT => support::not_built(self.transport),
            Errno::ENODEV if mode == AttachMode::Bind => Some(not_local(self.transport, version::version())),
            _ => None,
        };
        match reason {
            Some(reason) => Refusal::new(errno, reason),
            None => Refusal::of_system(errno),
        }
    }

    /// Why the endpoint could not be unbound or disconnected.
    pub(crate) fn not_undone(&self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal {
                errno: Errno::ENOENT,
                reason: None,
            } if self.address.contains('*') => Refusal::new(
                Errno::ENOENT,
                "the socket is neither bound nor connected to this endpoint; `last_endpoint` returns what a wildcard was bound to",
            ),
            Refusal {
                errno: Errno::ENOENT,
                reason: None,
            } => Refusal::new(
                Errno::ENOENT,
                "the socket is neither bound nor connected to this endpoint",
            ),
            refusal => refusal,
        }
    }
}

/// Why libzmq reported `ENODEV` for an endpoint to bind.
fn not_local(transport: Transport, (major, minor, patch): (u32, u32, u32)) -> String {
    if transport == Transport::Tcp && (major, minor, patch) >= (4, 3, 5) {
        return "this machine has no such interface, and there is no such address or host name".to_owned();
    }
    format!(
        "bind takes an address or the name of an interface of this machine; libzmq {major}.{minor}.{patch} does not resolve \
        host names there"
    )
}

fn check_inproc(name: &str, mode: AttachMode, ty: SocketType) -> Result<(), Refusal> {
    // A handler of another type aborts the process when the first peer comes.
    let handles = [SocketType::REP, SocketType::ROUTER, SocketType::SERVER].contains(&ty);
    if name == ZAP && mode == AttachMode::Bind && !handles {
        let reason = format!("an authentication handler is a REP or a ROUTER, not a {ty:?}");
        return Err(Refusal::new(Errno::ENOCOMPATPROTO, reason));
    }
    Ok(())
}

/// `cid:port`; `@` is this machine, and `*` leaves the choice.
fn check_vmci(address: &str, mode: AttachMode) -> Result<(), Refusal> {
    let (cid, port) = address
        .rsplit_once(':')
        .ok_or_else(|| Refusal::invalid("the port is missing"))?;
    let wildcard = |text| text == "*" && mode == AttachMode::Bind;
    if !(wildcard(cid) || cid == "@" || decimal::<u32>(cid).is_some()) {
        return Err(Refusal::invalid(format!("{cid:?} is not a context id")));
    }
    if !(wildcard(port) || decimal::<u32>(port).is_some()) {
        return Err(Refusal::invalid(format!("{port:?} is not a port")));
    }
    Ok(())
}

/// A number of digits alone: no sign, no space, nothing after it.
fn decimal<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
