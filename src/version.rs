//! Which libzmq runs, and what it was built with.

use std::ffi::CString;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::ffi;
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

/// Whether the libzmq that runs has the repairs of `vendor/repairs/`. What is rejected only because of a fault that they fix
/// is allowed then.
///
/// Asked at run time, once: a shared library may be replaced by another one after the program was built.
pub(crate) fn repaired() -> bool {
    const UNKNOWN: u8 = 0;
    const PLAIN: u8 = 1;
    const REPAIRED: u8 = 2;
    static KNOWN: AtomicU8 = AtomicU8::new(UNKNOWN);
    match KNOWN.load(Ordering::Relaxed) {
        UNKNOWN => {
            let repaired = has("repaired");
            KNOWN.store(if repaired { REPAIRED } else { PLAIN }, Ordering::Relaxed);
            repaired
        }
        known => known == REPAIRED,
    }
}

/// The version of the libzmq that runs: major, minor, patch ([`zmq_version`]).
///
/// ```
/// let (major, minor, _) = zmq4::version();
/// assert!((major, minor) >= (4, 3));
/// ```
///
/// [`zmq_version`]: https://libzmq.readthedocs.io/en/latest/zmq_version.html
#[doc(alias = "zmq_version")]
#[doc(alias = "Version")]
pub fn version() -> (u32, u32, u32) {
    ffi::version::version()
}

/// The oldest libzmq that this crate is safe with, as in the build script of `zmq4-sys`.
const OLDEST: (u32, u32, u32) = (4, 3, 3);

/// Refuses a libzmq that is too old: a program may run with another one than it was built with.
pub(crate) fn check(version: (u32, u32, u32)) -> Result<(), Refusal> {
    if version >= OLDEST {
        return Ok(());
    }
    let (major, minor, patch) = version;
    let reason = format!("libzmq {major}.{minor}.{patch} is too old: 4.3.3 or newer is needed");
    Err(Refusal::new(Errno::ENOTSUP, reason))
}

/// Whether the libzmq that runs was built with a capability ([`zmq_has`]).
///
/// It knows `"ipc"`, `"pgm"`, `"tipc"`, `"norm"`, `"curve"`, `"gssapi"`, `"vmci"`, `"draft"`, and since 4.3.3 `"WS"`
/// and `"WSS"`. Case matters. Anything else gives `false`, `"tcp"` and `"inproc"` too, which are always there.
///
/// `"repaired"` is true of the libzmq that the feature `vendored` compiles, unless `LIBZMQ_UNREPAIRED=1` was set: it has none of
/// the faults that `docs/vendored.md` lists as repaired, and what this crate rejects only because of such a fault is allowed.
/// `"batch-sizes"` is true of it where [`Socket::set_in_batch_size`](crate::Socket::set_in_batch_size) works without `"draft"`.
///
/// [`zmq_has`]: https://libzmq.readthedocs.io/en/latest/zmq_has.html
#[doc(alias = "zmq_has")]
pub fn has(capability: &str) -> bool {
    CString::new(capability).is_ok_and(|capability| ffi::version::has(&capability))
}

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $go:literal;)*) => {$(
        $(#[$doc])*
        #[doc(alias = $go)]
        pub fn $name() -> bool {
            has($key)
        }
    )*};
}

capabilities! {
    /// Whether libzmq was built with CURVE, which needs libsodium.
    has_curve = "curve", "HasCurve";
    /// Whether libzmq was built with GSSAPI (Kerberos).
    has_gssapi = "gssapi", "HasGssapi";
    /// Whether libzmq was built with the transport `ipc://`.
    has_ipc = "ipc", "HasIpc";
    /// Whether libzmq was built with the transport `norm://`.
    has_norm = "norm", "HasNorm";
    /// Whether libzmq was built with the transports `pgm://` and `epgm://`.
    has_pgm = "pgm", "HasPgm";
    /// Whether libzmq was built with the transport `tipc://`.
    has_tipc = "tipc", "HasTipc";
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_before_the_oldest_are_refused() {
        for old in [(4, 3, 2), (4, 2, 5), (3, 9, 9)] {
            let refusal = super::check(old).unwrap_err();
            assert!(refusal.reason.unwrap().contains("too old"));
        }
        for new in [(4, 3, 3), super::version(), (4, 4, 0), (5, 0, 0)] {
            assert!(super::check(new).is_ok());
        }
    }
}
