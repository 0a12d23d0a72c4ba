//! Which libzmq runs, and what it was built with.

use std::ffi::CString;

use crate::ffi;

/// Whether the libzmq that is linked is known to be free of the faults that this crate guards against at some price. No
/// release of libzmq is.
pub(crate) const REPAIRED: bool = false;

/// The version of the libzmq that runs: major, minor, patch (`zmq_version`).
///
/// ```
/// let (major, minor, _) = zmq4::version();
/// assert!((major, minor) >= (4, 2));
/// ```
#[doc(alias = "zmq_version")]
#[doc(alias = "Version")]
pub fn version() -> (u32, u32, u32) {
    ffi::version::version()
}

/// Whether the libzmq that runs was built with a capability (`zmq_has`).
///
/// It knows `"ipc"`, `"pgm"`, `"tipc"`, `"norm"`, `"curve"`, `"gssapi"`, `"vmci"`, `"draft"`, and since 4.3.3 `"WS"`
/// and `"WSS"`. `"repaired"` is true of the libzmq that the feature `vendored` compiles, unless `LIBZMQ_UNREPAIRED=1` was
/// set: it has none of the faults that `docs/vendored.md` lists as repaired. Case matters. Anything else gives `false`, `"tcp"` and `"inproc"` too, which are always there.
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
