//! Endpoints, read strictly before libzmq sees them.
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

use std::ffi::CString;

pub(crate) use port_reservation::reserve_port;
#[cfg(unix)]
pub(crate) use released_files::SocketFile;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;
use crate::version;

/// What an endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Bind,
    Connect,
}

/// Where libzmq looks for the handler that authenticates peers (RFC 27).
pub(crate) const ZAP: &str = "zeromq.zap.01";

/// The DRAFT types that matter here, by their numbers in `zmq.h`.
const SERVER: SocketType = SocketType::from_raw(12);
const RADIO: SocketType = SocketType::from_raw(14);
const DISH: SocketType = SocketType::from_raw(15);
const DGRAM: SocketType = SocketType::from_raw(18);

/// The text for libzmq, if a socket of this type may bind or connect it.
pub(crate) fn check(endpoint: &str, role: Role, ty: SocketType) -> Result<CString, Refusal> {
    let text = CString::new(endpoint).map_err(|_| Refusal::invalid("an endpoint has no NUL"))?;
    let (transport, address) = endpoint
        .split_once("://")
        .ok_or_else(|| Refusal::invalid("an endpoint is transport://address"))?;
    if transport.is_empty() {
        return Err(Refusal::invalid("the transport is missing"));
    }
    if address.is_empty() {
        return Err(Refusal::invalid("the address is missing"));
    }
    match transport {
        "tcp" => {
            carries(ty != DGRAM, transport, ty)?;
            ip::tcp(address, role)?;
        }
        "inproc" => {
            // STREAM over inproc aborts, and libzmq accepts it.
            carries(ty != SocketType::STREAM && ty != DGRAM, transport, ty)?;
            inproc(address, role, ty)?;
        }
        "ipc" => {
            carries(ty != SocketType::STREAM && ty != DGRAM, transport, ty)?;
            ipc::check(address, role)?;
        }
        "ws" | "wss" => {
            carries(ty != SocketType::STREAM && ty != DGRAM, transport, ty)?;
            ip::ws(address, role)?;
        }
        "tipc" => {
            carries(ty != SocketType::STREAM && ty != DGRAM, transport, ty)?;
            tipc::check(address, role)?;
        }
        "vmci" => {
            carries(ty != SocketType::STREAM && ty != DGRAM, transport, ty)?;
            vmci(address, role)?;
        }
        "pgm" | "epgm" => {
            carries(is_pub_sub(ty), transport, ty)?;
            multicast::pgm(address)?;
            if transport == "pgm" {
                multicast::raw_socket()?;
            }
        }
        "norm" => {
            carries(is_pub_sub(ty), transport, ty)?;
            multicast::norm(address)?;
        }
        "udp" => {
            let carried = match role {
                Role::Bind => ty == DISH || ty == DGRAM,
                Role::Connect => ty == RADIO,
            };
            carries(carried, transport, ty)?;
            ip::udp(address, role, ty == DGRAM)?;
        }
        _ => {
            let reason = format!("{transport:?} is not a transport that is known");
            return Err(Refusal::new(Errno::EPROTONOSUPPORT, reason));
        }
    }
    Ok(text)
}

/// Refuses to bind a path where libzmq would remove what stands there. A descriptor that was handed in leaves it alone.
pub(crate) fn unoccupied(endpoint: &str) -> Result<(), Refusal> {
    match endpoint.strip_prefix("ipc://") {
        Some("*") | None => Ok(()),
        Some(path) => ipc::unoccupied(path),
    }
}

/// Refuses what this kernel cannot do, or what this libzmq does not survive.
pub(crate) fn usable(endpoint: &str) -> Result<(), Refusal> {
    match endpoint.split_once("://") {
        Some(("tipc", _)) => support::tipc_in_kernel(),
        Some(("udp", _)) => support::sound_udp(version::version(), version::repaired()),
        _ => Ok(()),
    }
}

/// Whether the endpoint has an IPv6 address in it, which libzmq understands with `ZMQ_IPV6` 1 alone.
pub(crate) fn has_ipv6(endpoint: &str) -> bool {
    match endpoint.split_once("://") {
        Some(("tcp" | "ws" | "wss" | "udp", address)) => ip::has_ipv6(address),
        _ => false,
    }
}

/// Whether the endpoint is a group or an address that both sides join.
pub(crate) fn is_multicast(endpoint: &str) -> bool {
    ["pgm:", "epgm:", "norm:"]
        .iter()
        .any(|transport| endpoint.starts_with(transport))
}

/// Whether libzmq may look up the address of an endpoint that is undone: it does where it does not know the text.
pub(crate) fn is_looked_up(endpoint: &str) -> bool {
    endpoint.starts_with("tcp://")
}

/// What libzmq reported for an endpoint, and what it means.
pub(crate) fn failed(endpoint: &str, role: Role, errno: Errno) -> Refusal {
    let reason = match errno {
        Errno::EPROTONOSUPPORT => support::not_built(endpoint),
        Errno::ENODEV if role == Role::Bind => Some(not_here(endpoint, version::version())),
        _ => None,
    };
    match reason {
        Some(reason) => Refusal::new(errno, reason),
        None => errno.into(),
    }
}

/// Why libzmq reported `ENODEV` for an endpoint to bind.
fn not_here(endpoint: &str, (major, minor, patch): (u32, u32, u32)) -> String {
    if endpoint.starts_with("tcp://") && (major, minor, patch) >= (4, 3, 5) {
        return "this machine has no such interface, and there is no such address or host name".to_owned();
    }
    format!(
        "bind takes an address or the name of an interface of this machine; libzmq {major}.{minor}.{patch} does not resolve \
        host names there"
    )
}

/// The name within `inproc://name`.
pub(crate) fn inproc_name(endpoint: &str) -> Option<&str> {
    endpoint.strip_prefix("inproc://")
}

fn carries(carried: bool, transport: &str, ty: SocketType) -> Result<(), Refusal> {
    if carried {
        return Ok(());
    }
    let reason = format!("{transport} does not carry {ty:?} sockets this way");
    Err(Refusal::new(Errno::ENOCOMPATPROTO, reason))
}

fn is_pub_sub(ty: SocketType) -> bool {
    [SocketType::PUB, SocketType::SUB, SocketType::XPUB, SocketType::XSUB].contains(&ty)
}

fn inproc(name: &str, role: Role, ty: SocketType) -> Result<(), Refusal> {
    // A handler of another type aborts the process when the first peer comes.
    let handles = [SocketType::REP, SocketType::ROUTER, SERVER].contains(&ty);
    if name == ZAP && role == Role::Bind && !handles {
        let reason = format!("an authentication handler is a REP or a ROUTER, not a {ty:?}");
        return Err(Refusal::new(Errno::ENOCOMPATPROTO, reason));
    }
    Ok(())
}

/// `cid:port`; `@` is this machine, and `*` leaves the choice.
fn vmci(address: &str, role: Role) -> Result<(), Refusal> {
    let (cid, port) = address
        .rsplit_once(':')
        .ok_or_else(|| Refusal::invalid("the port is missing"))?;
    let wildcard = |text| text == "*" && role == Role::Bind;
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
