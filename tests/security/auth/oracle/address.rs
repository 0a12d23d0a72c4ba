//! Addresses and networks as rows of bits.

use std::net::{IpAddr, Ipv6Addr};

/// The first bits of the addresses in a network, and whether those are IPv4.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Net {
    four: bool,
    bits: Vec<bool>,
}

impl Net {
    /// All of an address. IPv4 within IPv6 is IPv4.
    fn whole(address: IpAddr) -> Net {
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => match address.octets() {
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, last @ ..] => last.to_vec(),
                octets => octets.to_vec(),
            },
        };
        Net {
            four: octets.len() == 4,
            bits: octets
                .iter()
                .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1))
                .collect(),
        }
    }

    /// What stands in a list, if it is a network.
    pub(super) fn listed(text: &str) -> Option<Net> {
        let mut parts = text.splitn(2, '/');
        let written: IpAddr = parts.next()?.parse().ok()?;
        let mut net = Net::whole(written);
        let Some(prefix) = parts.next() else {
            return Some(net);
        };
        let prefix = (0..=128).find(|number| number.to_string() == prefix)?;
        let in_front = if written.is_ipv6() && net.four { 96 } else { 0 };
        let kept = usize::checked_sub(prefix, in_front)?;
        if kept > net.bits.len() {
            return None;
        }
        net.bits.truncate(kept);
        Some(net)
    }

    /// A peer, if it has an address: with its interface behind a `%`, where it is IPv6.
    pub(super) fn peer(text: &str) -> Option<Net> {
        let bare = text.find('%').map_or(text, |end| &text[..end]);
        match bare.parse::<Ipv6Addr>() {
            Ok(address) => Some(Net::whole(address.into())),
            Err(_) => text.parse().ok().map(Net::whole),
        }
    }

    pub(super) fn contains(&self, peer: &Net) -> bool {
        self.four == peer.four && peer.bits.starts_with(&self.bits)
    }
}
