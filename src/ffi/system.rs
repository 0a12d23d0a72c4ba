//! Questions to the operating system that decide whether a call into libzmq would abort.

use std::os::fd::{FromRawFd, OwnedFd};

/// PGM's number among the IP protocols (RFC 3208).
const IPPROTO_PGM: libc::c_int = 113;

/// Whether this process may open a raw socket, without which `pgm://` aborts.
pub(crate) fn raw_socket_allowed() -> bool {
    // SAFETY: takes integers only.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_RAW, IPPROTO_PGM) };
    if fd < 0 {
        return false;
    }
    // SAFETY: the descriptor was just made and has no other owner.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
    true
}
