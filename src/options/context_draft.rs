//! Options of a context that are in the DRAFT API.

use super::context_row::*;

context_options! {
    "# Options of the DRAFT API";
    /// Whether received messages share the buffer that they were read into. The default is `true`. With `false` they are
    /// copied out of it.
    ZMQ_ZERO_COPY_RECV = "ZMQ_ZERO_COPY_RECV", "4.2.4", now, 0 to 1, {
        get zero_copy_recv: bool, "zmq_ctx_get"; set set_zero_copy_recv, "zmq_ctx_set";
    }
}
