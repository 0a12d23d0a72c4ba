//! Transports that not every libzmq and not every kernel has.

use super::Refusal;
use crate::errno::Errno;
use crate::version;

/// What `zmq_has` calls the transports that a libzmq may be built without.
const OPTIONAL: [(&str, &str); 8] = [
    ("ipc", "ipc"),
    ("pgm", "pgm"),
    ("epgm", "pgm"),
    ("norm", "norm"),
    ("tipc", "tipc"),
    ("vmci", "vmci"),
    ("ws", "WS"),
    ("wss", "WSS"),
];

/// Why libzmq answered `EPROTONOSUPPORT`, if it is for want of the transport.
pub(crate) fn not_built(endpoint: &str) -> Option<String> {
    let (transport, _) = endpoint.split_once("://")?;
    let (_, capability) = OPTIONAL.iter().find(|(name, _)| *name == transport)?;
    if version::has(capability) {
        return None;
    }
    let (major, minor, patch) = version::version();
    Some(format!(
        "this libzmq {major}.{minor}.{patch} was built without {transport}"
    ))
}

/// Refuses what the kernel cannot do: libzmq would accept the connect, and try again for ever without a word.
pub(super) fn tipc_in_kernel() -> Result<(), Refusal> {
    #[cfg(target_os = "linux")]
    if version::has("tipc") && !crate::ffi::system::has_tipc() {
        let reason = "this kernel has no TIPC, or its module \"tipc\" is not loaded";
        return Err(Refusal::new(Errno::EAFNOSUPPORT, reason));
    }
    Ok(())
}
