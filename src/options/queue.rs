//! Queues: high-water marks, sizes, threads.

use super::pubsub::ONE_ONLY;
use super::row::*;
use super::value::{Bool, U64, UInt, out_of_range};
use crate::error::{Call, Result};
use crate::socket::Socket;
use crate::socket_type::SocketType;
use crate::version::repaired;

options! {
    "# Options: queues and sizes";
    /// The send high-water mark: the number of messages that may queue for a peer before a send blocks or drops. The default
    /// is 1000; 0 is no limit.
    ///
    /// It counts whole messages. Over inproc the limit is this and the [`rcvhwm`](Socket::rcvhwm) of the receiver
    /// together.
    /// libzmq reserves the right to let up to 90 % fewer wait, depending on the flow (`zmq_setsockopt(3)`). The one that the feature
    /// `vendored` compiles does so for messages of 16 KiB and more of a PUSH, DEALER, REQ, CLIENT or SCATTER whose queue has been full, until it is nearly empty.
    ///
    /// Set it before the socket binds or connects: later it is rejected (`EINVAL`), because libzmq writes to freed memory if a
    /// peer is about to leave then, which cannot be excluded. With a [repaired](crate::has) libzmq it may be set at any time, and
    /// holds for the peers that are there, too; over inproc the share of the other socket stays what it was when the two were connected.
    ///
    /// A SUB or XSUB has the default 0, where C and Go have 1000. Its sends are subscriptions, and libzmq drops those
    /// beyond the mark without an error, also the ones that it sends again when a publisher comes back. The
    /// queue takes memory in proportion to the subscriptions, and to those that are made and taken back while the publisher
    /// is away. For an XSUB that sends other messages too, set a mark that is greater than the number of its subscriptions.
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PUB)?;
    /// socket.set_sndhwm(10_000)?; // before it binds or connects
    /// assert_eq!(socket.sndhwm()?, 10_000);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "high water")]
    #[doc(alias = "high_water_mark")]
    ZMQ_SNDHWM = "ZMQ_SNDHWM", "3.1.0", &[], first, needs &[], Mark, {
        get sndhwm: u32, "GetSndhwm"; set set_sndhwm: u32, "SetSndhwm";
        good [0, 1, 1000, 2147483647]; bad [2147483648, u32::MAX]
    }
    /// The receive high-water mark: the number of messages of a peer that may queue before it is held up. The default is 1000;
    /// 0 is no limit.
    ///
    /// Like [`sndhwm`](Socket::sndhwm), it is set before the socket binds or connects, unless libzmq is repaired. On a PUB or
    /// XPUB it is how many subscriptions of a subscriber wait to be processed; none is lost.
    #[doc(alias = "high water")]
    #[doc(alias = "high_water_mark")]
    ZMQ_RCVHWM = "ZMQ_RCVHWM", "3.1.0", &[], first, needs &[], Mark, {
        get rcvhwm: u32, "GetRcvhwm"; set set_rcvhwm: u32, "SetRcvhwm";
        good [0, 1, 1000, 2147483647]; bad [2147483648, u32::MAX]
    }
    /// The maximum size of a received message, in bytes; `None`, the default, is no limit. A peer that sends a larger one
    /// is disconnected. It applies to every transport but inproc and multicast, and not to sent messages.
    ///
    /// It applies to commands as well: the handshake, and subscriptions. Less than 25 bytes is rejected, because no handshake
    /// is so short. A DEALER, REQ or ROUTER sends up to 41 bytes and its routing id, a CURVE client some 300, a PLAIN client
    /// 8 and its name and password, and a subscriber 10 and its topic. A peer that sends more connects again and
    /// again, and nothing is received from it: less than 512 bytes needs care.
    ZMQ_MAXMSGSIZE = "ZMQ_MAXMSGSIZE", "3.1.0", &[], next, needs &[], MaxSize, {
        get maxmsgsize: Option<u64>, "GetMaxmsgsize"; set set_maxmsgsize: Option<u64>, "SetMaxmsgsize";
        good [Some(25), Some(1 << 40), Some(u64::MAX / 2), None]; bad [Some(0), Some(24), Some(1 << 63), Some(u64::MAX)]
    }
    /// Whether only the newest message is kept, instead of a queue. The default is `false`.
    ///
    /// It affects PULL, PUSH, SUB, PUB and DEALER, on messages of one frame: to send several is
    /// `EMSGSIZE`, and once several have come, receiving is `EPROTO`. The high-water marks do not count then. Such a socket copies what
    /// it sends. libzmq up to 4.3.5 may lose the newest message, if it is sent at the moment at which the one before is received. A
    /// [repaired](crate::has) libzmq does not, and receives the last of several frames as a message.
    ///
    /// Subscriptions are messages, too: of a SUB with this option one alone reaches its publisher, so a second
    /// one is refused, and a PUB with it receives only the newest of the subscriptions that a subscriber sends at once over tcp or
    /// ipc. Set it on the SUB rather than on the PUB, and use an empty topic or one topic.
    ///
    /// It cannot be taken back after the socket has bound or connected: `EINVAL`. Its connections would still keep one frame of a message
    /// of several, with which the receiver aborts unless libzmq is repaired.
    ///
    /// Such a socket must not connect to an inproc name before it is bound, because libzmq would abort: that is rejected, also where
    /// C code has bound it, which is not known here. With a repaired libzmq it may.
    ZMQ_CONFLATE = "ZMQ_CONFLATE", "4.0.0", &[], first, needs &[], Conflate, {
        get conflate: bool, "GetConflate"; set set_conflate: bool, "SetConflate";
        good [true, false]; bad []
    }
    /// Whether messages queue only for connections that are complete. The default, `false`, queues them for peers that
    /// are not there yet as well. With `true`, a send blocks, or drops the message, if no peer is connected.
    ///
    /// With `true`, a connection that this socket made and that breaks loses the messages that arrived and were not received yet. If one of
    /// several frames was received in part by then, or was polled for by a ROUTER, REP, SUB or XSUB, the next receive aborts in a libzmq that
    /// is not [repaired](crate::has). So receive whole messages, and do not set it for these four types.
    ///
    /// It cannot be taken back after the socket has bound or connected: libzmq would abort when such a connection breaks. Nor can a
    /// SUB, XSUB or DISH set it then: its subscriptions would be lost with the connection. With a [repaired](crate::has) libzmq
    /// either is possible, and applies to later connections.
    #[doc(alias = "ZMQ_DELAY_ATTACH_ON_CONNECT")]
    ZMQ_IMMEDIATE = "ZMQ_IMMEDIATE", "4.0.0", &[], next, needs &[], Immediate, {
        get immediate: bool, "GetImmediate"; set set_immediate: bool, "SetImmediate";
        good [true, false]; bad []
    }
    /// The I/O threads of the context that serve the socket, one bit each, the lowest for the first; 0, the default, is
    /// any of them. If no such thread exists, binding and connecting fail with `EMTHREAD`.
    ZMQ_AFFINITY = "ZMQ_AFFINITY", "3.1.0", &[], next, needs &[], U64, {
        get affinity: u64, "GetAffinity"; set set_affinity: u64, "SetAffinity";
        good [1, u64::MAX, 0]; bad []
    }
}

/// A high-water mark. libzmq passes a new one to the other ends of all connections, also to ends that are gone.
struct Mark;

impl Mark {
    fn get(&self, socket: &Socket, row: &Row) -> Result<u32> {
        UInt::ANY.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, mark: u32) -> Result<()> {
        let value = UInt::ANY.check(row, mark)?;
        if !repaired() && is_attached(socket, row)? {
            return Err(row.refuse(
                "it must be set before the socket binds or connects: if a peer has gone, libzmq writes to freed memory",
            ));
        }
        socket.write_int(row, value)
    }
}

/// Whether one message alone is kept, and of subscriptions one alone.
struct Conflate;

impl Conflate {
    fn get(&self, socket: &Socket, row: &Row) -> Result<bool> {
        Bool.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, conflate: bool) -> Result<()> {
        if conflate && socket.socket_type() == SocketType::SUB && socket.preconditions().subscriptions() > 1 {
            return Err(row.refuse(ONE_ONLY));
        }
        // Its connections go on to keep one frame, of messages of several too.
        if !conflate && socket.conflates() && is_attached(socket, row)? {
            return Err(row.refuse("it stays once the socket has bound or connected: its connections keep it"));
        }
        Bool.set(socket, row, conflate)
    }
}

fn is_attached(socket: &Socket, row: &Row) -> Result<bool> {
    socket
        .is_attached()
        .map_err(|errno| row.failed(Call::SetSockOpt, errno))
}

/// 64 bits, where a negative number is no limit.
struct MaxSize;

const MAX: u64 = i64::MAX as u64;

/// What the handshake's last command has, where the type of the socket has three letters and the mechanism is NULL.
const SHORTEST: u64 = 25;

impl MaxSize {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Option<u64>> {
        U64.get(socket, row).map(|size| Some(size).filter(|size| *size <= MAX))
    }

    fn set(&self, socket: &Socket, row: &Row, size: Option<u64>) -> Result<()> {
        match size {
            Some(size) if !(SHORTEST..=MAX).contains(&size) => Err(row.refuse(out_of_range(size, SHORTEST, MAX))),
            size => U64.set(socket, row, size.unwrap_or(u64::MAX)),
        }
    }
}

/// Whether messages queue only for complete connections. Each connection keeps what was set when it began. Where
/// the socket has another value when the connection breaks, a libzmq that is not repaired aborts, or loses subscriptions.
struct Immediate;

impl Immediate {
    fn get(&self, socket: &Socket, row: &Row) -> Result<bool> {
        Bool.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, immediate: bool) -> Result<()> {
        if repaired() || immediate == self.get(socket, row)? || !is_attached(socket, row)? {
            return Bool.set(socket, row, immediate);
        }
        if !immediate {
            return Err(row.refuse("it stays once the socket has bound or connected: libzmq aborts otherwise"));
        }
        if matches!(
            socket.socket_type(),
            SocketType::SUB | SocketType::XSUB | SocketType::DISH
        ) {
            return Err(row
                .refuse("a subscriber sets it before it binds or connects: libzmq loses its subscriptions otherwise"));
        }
        Bool.set(socket, row, immediate)
    }
}
