//! The types of `zmq.h` that are not the same on every target.

#[cfg(windows)]
use core::ffi::c_void;
use core::mem::MaybeUninit;

/// A message: 64 bytes that only libzmq understands, aligned as a pointer is.
///
/// Not `Copy`, for two copies of one message would both be closed. Moving it
/// between calls is fine. To make one:
/// `MaybeUninit::<zmq_msg_t>::zeroed()`, then one of `zmq_msg_init*`.
#[repr(C)]
#[derive(Debug)]
pub struct zmq_msg_t {
    _align: [usize; 0],
    // libzmq leaves part of it unset.
    _bytes: [MaybeUninit<u8>; 64],
}

/// A descriptor of the operating system.
#[cfg(not(windows))]
pub type zmq_fd_t = core::ffi::c_int;
/// A `SOCKET` of Windows.
#[cfg(all(windows, target_pointer_width = "64"))]
pub type zmq_fd_t = u64;
/// A `SOCKET` of Windows.
#[cfg(all(windows, target_pointer_width = "32"))]
pub type zmq_fd_t = u32;

#[cfg(not(windows))]
pub use libc::{iovec, sigset_t};

/// One piece of scattered data, as libzmq declares it where the system does not.
#[cfg(windows)]
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iovec {
    /// Where it starts.
    pub iov_base: *mut c_void,
    /// How many bytes it has.
    pub iov_len: usize,
}

/// Windows has no signal masks: pass null.
#[cfg(windows)]
pub type sigset_t = c_void;
