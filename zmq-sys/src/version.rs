//! The version of the header, as `zmq.h` computes it.

use core::ffi::c_int;

use crate::bindings::{ZMQ_VERSION_MAJOR, ZMQ_VERSION_MINOR, ZMQ_VERSION_PATCH};

/// One number that orders versions: `ZMQ_MAKE_VERSION(4, 3, 5)` is 40305.
#[must_use]
pub const fn ZMQ_MAKE_VERSION(major: c_int, minor: c_int, patch: c_int) -> c_int {
    major * 10000 + minor * 100 + patch
}

/// The version that these declarations were made from.
///
/// The library that is linked may be another one: ask
/// [`zmq_version`](crate::zmq_version).
pub const ZMQ_VERSION: c_int = ZMQ_MAKE_VERSION(ZMQ_VERSION_MAJOR, ZMQ_VERSION_MINOR, ZMQ_VERSION_PATCH);
