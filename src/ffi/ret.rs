//! The one funnel for C's answers: only this file knows -1 and null.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

use zmq_sys as sys;

use crate::errno::Errno;

/// The error number of the call that just failed on this thread.
#[cold]
#[inline(never)]
pub(crate) fn last() -> Errno {
    // SAFETY: reads the calling thread's error number and has no precondition.
    Errno::new(unsafe { sys::zmq_errno() })
}

/// -1 means failure. Nothing else does: libzmq leaves an error number behind after successes too.
#[inline]
pub(crate) fn number(rc: c_int) -> Result<c_int, Errno> {
    if rc == -1 { Err(last()) } else { Ok(rc) }
}

/// As [`number`], for calls that answer nothing but success.
#[inline]
pub(crate) fn status(rc: c_int) -> Result<(), Errno> {
    number(rc).map(drop)
}

/// Null means failure.
#[inline]
pub(crate) fn pointer(ptr: *mut c_void) -> Result<NonNull<c_void>, Errno> {
    NonNull::new(ptr).ok_or_else(last)
}
