//! [`Network`]: one entry of an allow or deny list, an address or a range of them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// An IP network. A single address is one with all bits in its prefix.
///
/// Addresses are compared as addresses, however they are written: IPv6 in its long and short forms, IPv4 alone and
/// mapped into IPv6 (`::ffff:127.0.0.1`, as a socket with [`ipv6`](crate::Socket::set_ipv6) has it). Bits behind the prefix
/// are ignored: `127.0.0.1/8` is `127.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        masked(address, self.prefix) == Some(self.first)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address
            .parse()
            .map_err(|_| format!("{text:?} is not an IP address or network"))?;
        let canonical = written.to_canonical();
        let bits = length(written);
        let prefix = match prefix {
            None => bits,
            Some(digits) => number(digits)
                .filter(|prefix| *prefix <= bits)
                .ok_or_else(|| format!("{text:?} is not a network: its prefix is a number from 0 to {bits}"))?,
        };
        // An IPv4 network that is written as IPv6 has the bits of the mapping in front.
        let mapping = bits - length(canonical);
        let prefix = prefix.checked_sub(mapping).ok_or_else(|| {
            format!("{text:?} is not a network: IPv4 within IPv6 has a prefix from {mapping} to {bits}")
        })?;
        let first = masked(canonical, prefix).ok_or_else(|| format!("{text:?} is not a network"))?;
        Ok(Network { first, prefix })
    }
}

/// The address, and the prefix unless it covers all bits.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        if self.prefix < length(self.first) {
            write!(f, "/{}", self.prefix)?;
        }
        Ok(())
    }
}

/// The address of a peer, as libzmq reports it; `None` if it has none, as over ipc.
pub(crate) fn of_peer(text: &str) -> Option<IpAddr> {
    // A link-local address names its interface, which is not part of it.
    let text = match text.split_once('%') {
        Some((address, _)) if address.parse::<Ipv6Addr>().is_ok() => address,
        _ => text,
    };
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

fn length(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// Decimal digits and nothing else: no sign, no blank, no zero in front.
fn number(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    plain.then(|| digits.parse().ok()).flatten()
}

/// The first address of the network that contains this one; `None` if the prefix is longer than the address.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let behind = u32::from(length(address).checked_sub(prefix)?);
    Some(match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(behind).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(behind).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_in_a_network_or_not() {
        let table = [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("127.0.0.1/8", "127.255.0.9", true),
            ("127.0.0.1/8", "128.0.0.1", false),
            ("10.1.2.0/24", "10.1.2.255", true),
            ("10.1.2.0/24", "10.1.3.0", false),
            ("10.1.2.4/31", "10.1.2.5", true),
            ("10.1.2.4/31", "10.1.2.6", false),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::ffff:1.2.3.4", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true),
            ("::/0", "1.2.3.4", false),
            ("::1", "0:0:0:0:0:0:0:1", true),
            ("0:0:0:0:0:0:0:1", "::1", true),
            ("::1", "::2", false),
            ("2001:DB8::/32", "2001:db8:1::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("fe80::/10", "fe80::1%eth0", true),
            ("fe80::1", "fe80::1%2", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("10.0.0.1", "::ffff:a00:1", true),
            ("::ffff:10.0.0.0/104", "10.9.9.9", true),
            ("::ffff:10.0.0.0/104", "11.0.0.0", false),
            ("::ffff:0.0.0.0/96", "11.0.0.0", true),
            // The deprecated "IPv4-compatible" form is IPv6, and nothing else.
            ("::10.0.0.1", "10.0.0.1", false),
        ];
        for (list, peer, inside) in table {
            let address = of_peer(peer).unwrap();
            assert_eq!(network(list).contains(address), inside, "{peer} in {list}");
        }
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        let table = [
            "",
            " ",
            "localhost",
            "*",
            "127.0.0.1 ",
            " 127.0.0.1",
            "127.1",
            "127.0.0.256",
            "127.0.0.01",
            "127.0.0.1/",
            "127.0.0.1/33",
            "127.0.0.1/-1",
            "127.0.0.1/+8",
            "127.0.0.1/08",
            "127.0.0.1/ 8",
            "127.0.0.1/8/8",
            "127.0.0.1/256",
            "127.0.0.1/99999999999",
            "127.0.0.1/255.0.0.0",
            "127.0.0.1:5555",
            "[::1]",
            "::1/129",
            ":::1",
            "fe80::1%eth0",
            "1.2.3.4%eth0",
            "::ffff:10.0.0.1/95",
            "/8",
            "::g",
            "127.0.0.1\0",
            "１.2.3.4",
        ];
        for text in table {
            let refusal = text.parse::<Network>().unwrap_err();
            assert!(refusal.contains(&format!("{text:?}")), "{refusal}");
        }
    }

    #[test]
    fn a_network_is_written_as_one() {
        for (read, written) in [
            ("127.0.0.1/8", "127.0.0.0/8"),
            ("127.0.0.1/32", "127.0.0.1"),
            ("0:0::1", "::1"),
            ("::ffff:10.0.0.1/104", "10.0.0.0/8"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(network(read).to_string(), written);
            assert_eq!(network(written), network(read));
        }
    }

    #[test]
    fn a_peer_may_have_no_address() {
        for text in [
            "",
            "localhost:0:0:1234",
            ":1000:1000:7",
            "1.2.3.4%eth0",
            "%",
            "fe80::1/64",
        ] {
            assert_eq!(of_peer(text), None, "{text}");
        }
    }
}
