//! The one funnel for what C returns: only this file knows -1 and null.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

#[cfg(not(target_os = "linux"))]
use zmq_sys as sys;

use super::errno::Errno;

/// The error number of the call that just failed on this thread.
///
/// It is the system's `errno`, which `zmq_errno(3)` says to read directly if there is one C library.
#[inline]
pub(crate) fn last() -> Errno {
    // SAFETY: has no precondition.
    #[cfg(target_os = "linux")]
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: the place is the calling thread's, as long as it lives.
    #[cfg(target_os = "linux")]
    return Errno::new(unsafe { *errno });
    // SAFETY: reads the calling thread's error number and has no precondition.
    #[cfg(not(target_os = "linux"))]
    return Errno::new(unsafe { sys::zmq_errno() });
}

/// -1 means failure. Nothing else does: libzmq leaves an error number behind after successes too.
#[inline]
pub(crate) fn number(rc: c_int) -> Result<c_int, Errno> {
    if rc == -1 { Err(last()) } else { Ok(rc) }
}

/// Like [`number`], for calls where -1 may be a value too. A call that succeeds leaves the error number at `before`.
pub(crate) fn value(rc: c_int, before: Errno) -> Result<c_int, Errno> {
    match last() {
        errno if rc == -1 && errno != before => Err(errno),
        _ => Ok(rc),
    }
}

/// Like [`number`], for calls that return success or failure only.
#[inline]
pub(crate) fn status(rc: c_int) -> Result<(), Errno> {
    number(rc).map(drop)
}

/// Null means failure.
#[inline]
pub(crate) fn pointer(ptr: *mut c_void) -> Result<NonNull<c_void>, Errno> {
    NonNull::new(ptr).ok_or_else(last)
}
