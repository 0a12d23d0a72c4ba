//! Which libzmq runs, and its texts.

use std::ffi::{CStr, c_int};

use zmq_sys as sys;

pub(crate) fn version() -> (u32, u32, u32) {
    let [mut major, mut minor, mut patch]: [c_int; 3] = [0; 3];
    // SAFETY: the three pointers are to live integers.
    unsafe { sys::zmq_version(&mut major, &mut minor, &mut patch) };
    (major.unsigned_abs(), minor.unsigned_abs(), patch.unsigned_abs())
}

pub(crate) fn has(capability: &CStr) -> bool {
    // SAFETY: the text ends in NUL.
    unsafe { sys::zmq_has(capability.as_ptr()) == 1 }
}

pub(crate) fn strerror(errno: c_int) -> String {
    // SAFETY: takes any number, and never gives null.
    let text = unsafe { sys::zmq_strerror(errno) };
    // SAFETY: the text ends in NUL, and stays until the next call on this thread at the least.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_string_lossy().into_owned()
}
