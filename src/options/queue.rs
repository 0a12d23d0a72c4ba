//! How many messages wait, how large they may be, and where.

use super::row::*;
use super::value::{Count, Switch, Wide};
use crate::error::Result;
use crate::options::Row;
use crate::socket::Socket;

options! {
    /// How many messages may queue for a peer before sending waits or drops: the high-water mark. The default is 1000;
    /// 0 is no limit.
    ///
    /// It counts whole messages, for connections that exist as well. Over inproc the limit is this and the
    /// [`rcvhwm`](Socket::rcvhwm) of the receiver together.
    ZMQ_SNDHWM = "ZMQ_SNDHWM", "3.1.0", &[], now, needs &[], Count::ANY, {
        get sndhwm: u32, "GetSndhwm"; set set_sndhwm: u32, "SetSndhwm";
        good [0, 1, 1000, 2147483647]; bad [2147483648, u32::MAX]
    }
    /// How many messages of a peer may queue before it is held back: the high-water mark. The default is 1000; 0 is no
    /// limit.
    ZMQ_RCVHWM = "ZMQ_RCVHWM", "3.1.0", &[], now, needs &[], Count::ANY, {
        get rcvhwm: u32, "GetRcvhwm"; set set_rcvhwm: u32, "SetRcvhwm";
        good [0, 1, 1000, 2147483647]; bad [2147483648, u32::MAX]
    }
    /// The longest message that is received, in bytes; `None`, the default, is no limit. A peer that sends a longer one
    /// is disconnected. It holds for every transport but inproc and multicast, and not for what is sent.
    ZMQ_MAXMSGSIZE = "ZMQ_MAXMSGSIZE", "3.1.0", &[], next, needs &[], MaxSize, {
        get maxmsgsize: Option<u64>, "GetMaxmsgsize"; set set_maxmsgsize: Option<u64>, "SetMaxmsgsize";
        good [Some(0), Some(1 << 40), Some(u64::MAX / 2), None]; bad [Some(1 << 63), Some(u64::MAX)]
    }
    /// Whether only the newest message is kept, in place of a queue. The default is `false`.
    ///
    /// It acts on PULL, PUSH, SUB, PUB and DEALER, on messages of one frame: those of several break. The high-water marks
    /// do not count then. Such a socket copies what it sends. libzmq up to 4.3.5 may lose the newest message, if it is sent
    /// at the moment at which the one before is received. Such a socket must not connect to an inproc name before it is bound, because libzmq would
    /// abort: that is refused, also where C code has bound it, which is not known here.
    ZMQ_CONFLATE = "ZMQ_CONFLATE", "4.0.0", &[], first, needs &[], Switch, {
        get conflate: bool, "GetConflate"; set set_conflate: bool, "SetConflate";
        good [true, false]; bad []
    }
    /// Whether messages queue only for connections that are complete. The default, `false`, queues them for peers that
    /// are not there yet as well. With `true` sending waits, or drops, where nobody is connected.
    #[doc(alias = "ZMQ_DELAY_ATTACH_ON_CONNECT")]
    ZMQ_IMMEDIATE = "ZMQ_IMMEDIATE", "4.0.0", &[], next, needs &[], Switch, {
        get immediate: bool, "GetImmediate"; set set_immediate: bool, "SetImmediate";
        good [true, false]; bad []
    }
    /// Which of the context's I/O threads serve the socket, one bit each, the lowest for the first; 0, the default, is
    /// any of them. Where no such thread exists, binding and connecting fail with `EMTHREAD`.
    ZMQ_AFFINITY = "ZMQ_AFFINITY", "3.1.0", &[], next, needs &[], Wide, {
        get affinity: u64, "GetAffinity"; set set_affinity: u64, "SetAffinity";
        good [1, u64::MAX, 0]; bad []
    }
}

/// 64 bits, where a negative number is no limit.
struct MaxSize;

const MAX: u64 = i64::MAX as u64;

impl MaxSize {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Option<u64>> {
        Wide.get(socket, row).map(|size| Some(size).filter(|size| *size <= MAX))
    }

    fn set(&self, socket: &Socket, row: &Row, size: Option<u64>) -> Result<()> {
        match size {
            Some(size) if size > MAX => Err(row.refuse(format!("{size} is not within 0 to {MAX}"))),
            size => Wide.set(socket, row, size.unwrap_or(u64::MAX)),
        }
    }
}
