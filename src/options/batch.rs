//! How much is read and written at once.
//!
//! `zmq.h` has these options in its DRAFT API. A libzmq with the edit `vendor/speed/07-batch-options` has them without it.

use super::row::*;
use super::value::UInt;
use crate::error::Result;
use crate::socket::Socket;

/// Either will do.
const EITHER: &[&str] = &["draft|batch-sizes"];

/// 16 MiB. More than a connection holds brings nothing, and libzmq aborts where it does not get a buffer.
const MOST: u32 = 1 << 24;

options! {
    "# Options: batches";
    /// The number of bytes that are read from a connection at once: a multiple of 8, from 64 to 16 MiB. The default is 8192. With a
    /// number that is less, or no multiple of 8, libzmq writes beyond its buffer.
    ///
    /// The libzmq that the feature `vendored` compiles has the option with and without the feature `draft`. There the default means
    /// a size that fits the traffic, up to 65536, and any other value is kept to. Another libzmq needs the DRAFT API, and always
    /// reads as much as is set: each connection has a buffer of this size.
    ZMQ_IN_BATCH_SIZE = "ZMQ_IN_BATCH_SIZE", "4.3.2", &[], next, needs EITHER, ReadSize, {
        get in_batch_size: u32, "GetInBatchSize"; set set_in_batch_size: u32, "SetInBatchSize";
        good [64, 65536, 1 << 24]; bad [0, 1, 63, 65, (1 << 24) + 8, u32::MAX]
    }
    /// The number of bytes that are written to a connection at once, at most 16 MiB. The default is 8192.
    ///
    /// The libzmq that the feature `vendored` compiles has the option with and without the feature `draft`. There the default means
    /// 65536 bytes that are copied, and more that are not, and any other value is kept to. Another libzmq needs the DRAFT API, and
    /// always writes as much as is set: each connection has a buffer of this size.
    ZMQ_OUT_BATCH_SIZE = "ZMQ_OUT_BATCH_SIZE", "4.3.2", &[], next, needs EITHER, UInt::within(1, MOST), {
        get out_batch_size: u32, "GetOutBatchSize"; set set_out_batch_size: u32, "SetOutBatchSize";
        good [1, 65536, 1 << 24]; bad [0, (1 << 24) + 1, u32::MAX]
    }
}

/// How much is read at once. What libzmq keeps behind the buffer must be aligned, and the head of a frame must fit into it.
struct ReadSize;

impl ReadSize {
    const RANGE: UInt = UInt::within(64, MOST);

    fn get(&self, socket: &Socket, row: &Row) -> Result<u32> {
        Self::RANGE.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, size: u32) -> Result<()> {
        Self::RANGE.check(row, size)?;
        if size % 8 != 0 {
            return Err(row.refuse(format!(
                "{size} is not a multiple of 8: libzmq would write beyond its buffer"
            )));
        }
        Self::RANGE.set(socket, row, size)
    }
}
