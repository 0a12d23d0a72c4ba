//! Transports that not every libzmq and not every kernel has.

use super::transport::Transport;
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::version;

/// Why libzmq reported `EPROTONOSUPPORT`, if it was built without the transport.
pub(super) fn not_built(transport: Transport) -> Option<String> {
    if version::has(transport.capability()?) {
        return None;
    }
    let (major, minor, patch) = version::version();
    let name = transport.name();
    Some(format!("this libzmq {major}.{minor}.{patch} was built without {name}"))
}

/// Refuses what the kernel cannot do: libzmq would accept the connect, and retry indefinitely without a report.
pub(super) fn tipc_in_kernel() -> Result<(), Refusal> {
    #[cfg(target_os = "linux")]
    if version::has("tipc") && !crate::ffi::system::has_tipc() {
        let reason = "this kernel has no TIPC, or its module \"tipc\" is not loaded";
        return Err(Refusal::new(Errno::EAFNOSUPPORT, reason));
    }
    Ok(())
}

/// Refuses udp where a datagram of more than 8 kB overflows a buffer, ours or a peer's, and a peer's group of more than
/// 127 bytes aborts the process: in all releases so far, unless they are repaired.
pub(super) fn sound_udp(version: (u32, u32, u32), repaired: bool) -> Result<(), Refusal> {
    let (major, minor, patch) = version;
    if repaired || version > (4, 3, 5) {
        return Ok(());
    }
    let reason = format!("udp is not safe with libzmq {major}.{minor}.{patch}: large datagrams corrupt memory");
    Err(Refusal::new(Errno::EPROTONOSUPPORT, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_release_so_far_has_a_sound_udp() {
        for version in [(4, 2, 0), (4, 3, 4), (4, 3, 5)] {
            let refusal = sound_udp(version, false).unwrap_err();
            assert_eq!(refusal.errno, Errno::EPROTONOSUPPORT);
            assert!(sound_udp(version, true).is_ok());
        }
        assert!(sound_udp((4, 3, 6), false).is_ok() && sound_udp((4, 10, 0), false).is_ok());
    }
}
