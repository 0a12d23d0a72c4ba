//! Two options of the DRAFT API that the vendored libzmq has without it.

use core::ffi::c_int;

/// How many bytes are read from a connection at once.
pub const ZMQ_IN_BATCH_SIZE: c_int = 101;
/// How many bytes are written to a connection at once.
pub const ZMQ_OUT_BATCH_SIZE: c_int = 102;
