//! Hosts and ports: tcp, ws, wss and udp.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{AttachMode, decimal};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::version::repaired;

/// The longest name that the domain name system has.
const MAX_HOST: usize = 253;

/// What libzmq writes into a request of 8192 bytes, along with a host and headers, and asserts that it fits.
const MAX_WS_PATH: usize = 1024;

/// `host:port`, or `source:port;host:port` to connect from a certain address.
pub(super) fn tcp(address: &str, mode: AttachMode) -> Result<(), Refusal> {
    let Some((source, peer)) = address.split_once(';') else {
        return host_and_port(address, mode);
    };
    if mode == AttachMode::Bind {
        return Err(Refusal::invalid("a source address is for connecting"));
    }
    if peer.contains(';') {
        return Err(Refusal::invalid("there is more than one source address"));
    }
    let (host, port) = split(source)?;
    local(host)?;
    connectable_characters(host)?;
    check_port(port, AttachMode::Bind)?;
    host_and_port(peer, AttachMode::Connect)?;
    let bare = |address: &str| address.replace(['[', ']'], "");
    if bare(source) == bare(peer) {
        // The system does connect a socket to itself.
        return Err(Refusal::invalid("the source is the peer itself"));
    }
    let (peer, _) = split(peer)?;
    match (family(host), family(peer)) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            // libzmq would retry as long as the socket lives.
            Err(Refusal::invalid("the source and the peer are not of one family"))
        }
        _ => Ok(()),
    }
}

/// `host:port`, and a path; of one segment, unless libzmq is repaired.
pub(super) fn ws(address: &str, mode: AttachMode) -> Result<(), Refusal> {
    let (address, path) = address.split_once('/').unwrap_or((address, ""));
    host_and_port(address, mode)?;
    if path.contains('/') && !repaired() {
        return Err(Refusal::invalid("libzmq keeps only the last segment of a path"));
    }
    if path.len() > MAX_WS_PATH {
        let reason = format!("a path has at most {MAX_WS_PATH} bytes");
        return Err(Refusal::new(Errno::ENAMETOOLONG, reason));
    }
    // The path becomes part of a line of HTTP.
    let legal = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    if !path.bytes().all(legal) {
        return Err(Refusal::invalid(format!("{path:?} is not a path")));
    }
    Ok(())
}

/// `address:port`, or `interface;group:port`.
pub(super) fn udp(address: &str, mode: AttachMode, is_dgram: bool) -> Result<(), Refusal> {
    let (interface, target) = match address.rsplit_once(';') {
        Some((interface, target)) => (Some(interface), target),
        None => (None, address),
    };
    if let Some(interface) = interface {
        local(interface)?;
    }
    host_and_port(target, mode)?;
    // The first datagram would abort the process.
    let (host, _) = split(target)?;
    if is_dgram && ipv6(host)? {
        return Err(Refusal::invalid("libzmq has no DGRAM over IPv6"));
    }
    Ok(())
}

fn host_and_port(address: &str, mode: AttachMode) -> Result<(), Refusal> {
    let (host, port) = split(address)?;
    match mode {
        AttachMode::Bind => local(host)?,
        AttachMode::Connect => remote(host)?,
    }
    check_port(port, mode)
}

fn split(address: &str) -> Result<(&str, &str), Refusal> {
    // The last colon: an IPv6 address has its own.
    let (host, port) = address
        .rsplit_once(':')
        .filter(|(_, port)| !port.ends_with(']'))
        .ok_or_else(|| Refusal::invalid("the port is missing"))?;
    if host.is_empty() {
        return Err(Refusal::invalid("the host is missing"));
    }
    Ok((host, port))
}

/// Digits, 65535 at the most; to bind, `0` and `*` leave the choice to the system.
pub(super) fn check_port(port: &str, mode: AttachMode) -> Result<(), Refusal> {
    let number = decimal::<u16>(port);
    match (port, mode, number) {
        ("*" | "0", AttachMode::Bind, _) => Ok(()),
        ("*" | "0", AttachMode::Connect, _) => Err(Refusal::invalid(format!("port {port} is for bind only"))),
        (_, _, Some(1..)) => Ok(()),
        ("", ..) => Err(Refusal::invalid("the port is missing")),
        _ => Err(Refusal::invalid(format!(
            "{port:?} is not a port, a number from 1 to 65535"
        ))),
    }
}

/// A host to bind: an address, `*`, or an interface, which the system may have given any name.
pub(super) fn local(host: &str) -> Result<(), Refusal> {
    if ipv6(host)? || host == "*" {
        return Ok(());
    }
    within_limits(host)?;
    // A colon within, as in the alias `eth0:1`; others are those of an IPv6 address, whose end was taken for the port.
    if host.matches(':').count() > 1 || host.starts_with(':') || host.ends_with(':') {
        return Err(Refusal::invalid("an IPv6 address stands in brackets"));
    }
    Ok(())
}

/// A host to connect to: an address or a name that libzmq will ask the system for.
fn remote(host: &str) -> Result<(), Refusal> {
    if ipv6(host)? {
        return Ok(());
    }
    if host == "*" {
        return Err(Refusal::invalid("a wildcard is for bind only"));
    }
    within_limits(host)?;
    if host.contains(':') {
        return Err(Refusal::invalid("an IPv6 address stands in brackets"));
    }
    connectable_characters(host)
}

/// What libzmq itself lets through where it connects.
fn connectable_characters(host: &str) -> Result<(), Refusal> {
    let starts = host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[' || first == ':');
    let legal = |letter: char| letter.is_ascii_alphanumeric() || ".-_[]:%".contains(letter);
    if !starts || !host.chars().all(legal) {
        return Err(Refusal::invalid(format!("{host:?} is not a host")));
    }
    Ok(())
}

fn within_limits(host: &str) -> Result<(), Refusal> {
    if host.is_empty() {
        return Err(Refusal::invalid("the host is missing"));
    }
    if host.len() > MAX_HOST {
        let reason = format!("a host has at most {MAX_HOST} bytes");
        return Err(Refusal::new(Errno::ENAMETOOLONG, reason));
    }
    if host.contains(['[', ']']) {
        return Err(Refusal::invalid("brackets stand around an IPv6 address"));
    }
    if host.contains('%') {
        return Err(Refusal::invalid("a zone belongs to an IPv6 address, in brackets"));
    }
    Ok(())
}

/// Whether the host is an IPv6 address, in brackets or without; an error if what brackets hold is not one.
fn ipv6(host: &str) -> Result<bool, Refusal> {
    let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = in_brackets.unwrap_or(host);
    let (address, zone) = match inner.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (inner, None),
    };
    if address.parse::<Ipv6Addr>().is_err() {
        return match in_brackets {
            Some(_) => Err(Refusal::invalid(format!("{address:?} is not an IPv6 address"))),
            None => Ok(false),
        };
    }
    match zone {
        Some(zone) if !is_zone(zone) => Err(Refusal::invalid(format!("{zone:?} is not a zone"))),
        _ => Ok(true),
    }
}

#[derive(PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

/// The family of a host that is an address.
fn family(host: &str) -> Option<Family> {
    if host.parse::<Ipv4Addr>().is_ok() {
        return Some(Family::V4);
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address: Ipv6Addr = address.split('%').next()?.parse().ok()?;
    Some(match address.to_ipv4_mapped() {
        Some(_) => Family::V4,
        None => Family::V6,
    })
}

/// Whether an endpoint, which has passed the check of its text, has an IPv6 address in it.
pub(super) fn has_ipv6(address: &str) -> bool {
    let address = address.split_once('/').map_or(address, |(address, _)| address);
    address.split(';').any(|part| {
        // The interface of udp comes without a port.
        let host = split(part).map_or(part, |(host, _)| host);
        [host, part].into_iter().any(|host| matches!(ipv6(host), Ok(true)))
    })
}

/// The number or the name of an interface.
fn is_zone(zone: &str) -> bool {
    if zone.starts_with(|first: char| first.is_ascii_digit()) {
        return decimal::<u32>(zone).is_some_and(|index| index > 0);
    }
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    zone.starts_with(|first: char| first.is_ascii_alphabetic()) && zone.chars().all(legal)
}
