//! pgm, epgm and norm, whose libraries libzmq trusts: it aborts where they refuse what it gives them.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use super::ip::check_port;
use super::{AttachMode, decimal};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

/// libzmq copies an address without its port into so many bytes.
const MAX_NETWORK: usize = 254;

/// `interface;group:port`.
///
/// OpenPGM takes an endpoint without an interface, and libzmq aborts where the host name is not that of one.
pub(super) fn pgm(address: &str) -> Result<(), Refusal> {
    let network = without_port(address)?;
    if network.len() > MAX_NETWORK {
        let reason = format!("an interface and a group have at most {MAX_NETWORK} bytes");
        return Err(Refusal::new(Errno::ENAMETOOLONG, reason));
    }
    let (interface, group) = network.split_once(';').unwrap_or(("", network));
    if interface.is_empty() {
        return Err(Refusal::invalid(
            "the interface is missing, which its address names best",
        ));
    }
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "._-:[]%".contains(letter);
    if !interface.chars().all(legal) {
        return Err(Refusal::invalid(format!("{interface:?} is not an interface")));
    }
    let bare = group.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match bare.unwrap_or(group).parse::<IpAddr>() {
        Ok(address) if address.is_multicast() && (address.is_ipv6() == bare.is_some()) => {
            interface_goes_with(interface, address)
        }
        _ => Err(Refusal::invalid(format!("{group:?} is not a multicast address"))),
    }
}

/// Where OpenPGM takes the two and cannot open a socket for them, libzmq aborts.
fn interface_goes_with(interface: &str, group: IpAddr) -> Result<(), Refusal> {
    let bare = interface.trim_start_matches('[').trim_end_matches(']');
    let Ok(address) = bare.split('%').next().unwrap_or_default().parse::<IpAddr>() else {
        return Ok(());
    };
    if address.is_multicast() {
        return Err(Refusal::invalid(format!(
            "{interface:?} is a group, and no interface's address"
        )));
    }
    if address.is_ipv6() != group.is_ipv6() {
        return Err(Refusal::invalid(format!(
            "{interface:?} and {group} are not of one family"
        )));
    }
    Ok(())
}

/// pgm needs a raw socket, and libzmq aborts where it may not have one.
pub(super) fn raw_socket() -> Result<(), Refusal> {
    #[cfg(unix)]
    if !crate::ffi::system::raw_socket_allowed() {
        let reason = "pgm needs the right to open raw sockets; epgm does not";
        return Err(Refusal::new(Errno::EPERM, reason));
    }
    Ok(())
}

/// `id,interface;address:port`, without the id and the interface for the default ones.
///
/// libzmq aborts where NORM's library cannot use an address. So only numeric ones pass, and [`norm_opens`] tries them.
pub(super) fn norm(address: &str) -> Result<(), Refusal> {
    let network = without_port(address)?;
    let (id, network) = network.split_once(',').unwrap_or(("*", network));
    if id != "*" && decimal::<i32>(id).is_none() {
        return Err(Refusal::invalid(format!("{id:?} is not a node id")));
    }
    interface_and_host(network).map(drop)
}

/// Tries the address without its port.
pub(super) fn norm_opens(address: &str, port: u16) -> Result<(), Refusal> {
    let network = address.split_once(',').map_or(address, |(_, network)| network);
    let (interface, host) = interface_and_host(network)?;
    let tried = if host.is_multicast() {
        // NORM lets others have the port as well, which the standard library cannot: try the group alone.
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|probe| probe.join_multicast_v4(&host, &interface))
    } else {
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).map(drop)
    };
    tried.map_err(|error| {
        let errno = Errno::of_io(&error, Errno::EADDRNOTAVAIL);
        Refusal::new(errno, "NORM could not use this address")
    })
}

fn interface_and_host(network: &str) -> Result<(Ipv4Addr, Ipv4Addr), Refusal> {
    match network.split_once(';') {
        Some((interface, host)) => Ok((ipv4(interface)?, ipv4(host)?)),
        None => Ok((Ipv4Addr::UNSPECIFIED, ipv4(network)?)),
    }
}

fn ipv4(text: &str) -> Result<Ipv4Addr, Refusal> {
    text.parse()
        .map_err(|_| Refusal::invalid(format!("{text:?} is not an IPv4 address, all that NORM gets")))
}

fn without_port(address: &str) -> Result<&str, Refusal> {
    let (network, port) = address
        .rsplit_once(':')
        .ok_or_else(|| Refusal::invalid("the port is missing"))?;
    // Binding and connecting are one here, and no port is chosen for either.
    check_port(port, AttachMode::Connect)?;
    Ok(network)
}
