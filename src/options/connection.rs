//! Connecting, heartbeats and reconnecting.

use std::time::Duration;

use super::row::*;
use super::value::{RequiredTime, Time, UInt};
use crate::error::Result;
use crate::socket::Socket;

/// The protocol counts tenths of a second, and the peer's libzmq converts them to milliseconds of 16 bits, which wrap beyond
/// this.
const MAX_TTL: i32 = 65_500;

options! {
    "# Options: reconnecting and heartbeats";
    /// The delay before a failed or broken connection is tried again; with `None` or zero it is not. The default is 100 ms.
    /// Rounded up to milliseconds.
    ///
    /// A random time of up to the same length is added; since libzmq 4.3.5 only if
    /// [`reconnect_ivl_max`](Socket::reconnect_ivl_max) is not set.
    ///
    /// With `None`, a connection that this socket made and that breaks loses the messages that arrived and were not received yet. If one
    /// of several frames was received in part by then, or was polled for by a ROUTER, REP, SUB or XSUB, the next receive aborts or waits
    /// in a libzmq that is not [repaired](crate::has). So receive whole messages, and do not set it to `None` for these four types.
    ZMQ_RECONNECT_IVL = "ZMQ_RECONNECT_IVL", "3.1.0", &[], next, needs &[], Time::MS, {
        get reconnect_ivl: Option<Duration>, "GetReconnectIvl";
        set set_reconnect_ivl: impl Into<Option<Duration>>, "SetReconnectIvl";
        good [Some(Duration::from_millis(1)), Some(Duration::ZERO), None]; bad [Some(Duration::MAX)]
    }
    /// The limit up to which the delay doubles with each failure; with `None` or zero, the default, it does not double.
    /// Rounded up to milliseconds.
    ZMQ_RECONNECT_IVL_MAX = "ZMQ_RECONNECT_IVL_MAX", "3.1.0", &[], next, needs &[], Time::MS_OR_ZERO, {
        get reconnect_ivl_max: Option<Duration>, "GetReconnectIvlMax";
        set set_reconnect_ivl_max: impl Into<Option<Duration>>, "SetReconnectIvlMax";
        good [Some(Duration::from_millis(500)), None]; bad [Some(Duration::MAX)]
    }
    /// The greatest length of the queue of connections that are not accepted yet. The default is 100.
    ZMQ_BACKLOG = "ZMQ_BACKLOG", "3.1.0", &[], bind, needs &[], UInt::ANY, {
        get backlog: u32, "GetBacklog"; set set_backlog: u32, "SetBacklog";
        good [0, 1, 4096]; bad [u32::MAX]
    }
    /// The handshake timeout, after which a new peer is disconnected; with `None` or zero there is none. The default is 30
    /// seconds. Rounded up to milliseconds. It does not apply to STREAM. If it is less than the handshake takes, a few round
    /// trips and with CURVE some computation, no connection is ever made.
    ZMQ_HANDSHAKE_IVL = "ZMQ_HANDSHAKE_IVL", "4.1.0", &[], next, needs &[], Time::MS_OR_ZERO, {
        get handshake_ivl: Option<Duration>, "GetHandshakeIvl";
        set set_handshake_ivl: impl Into<Option<Duration>>, "SetHandshakeIvl";
        good [Some(Duration::from_millis(50)), None]; bad [Some(Duration::MAX)]
    }
    /// The interval between heartbeats (ZMTP PINGs); with `None` or zero, the default, there are none. Rounded up to
    /// milliseconds. The peer must support ZMTP 3.1, as libzmq does since 4.2.
    ///
    /// Only a whole message counts as a sign of life, or the reply to a heartbeat. A peer that sends one large message cannot
    /// reply in the middle of it. If the message takes longer than
    /// [`heartbeat_timeout`](Socket::heartbeat_timeout), or than the peer's [`heartbeat_ttl`](Socket::heartbeat_ttl), the
    /// connection is broken and the message is lost: set both to more than the largest message takes on the slowest connection,
    /// or send large data in several messages.
    ///
    /// A socket that has reached its [`rcvhwm`](Socket::rcvhwm) reads nothing, and so sees no sign of life: libzmq breaks the
    /// connection, and may abort the process when the socket receives again (zeromq/libzmq#3596). With a `rcvhwm` of 0 this
    /// does not happen, nor with a [repaired](crate::has) libzmq.
    ZMQ_HEARTBEAT_IVL = "ZMQ_HEARTBEAT_IVL", "4.2.0", &[], next, needs &[], Time::MS_OR_ZERO, {
        get heartbeat_ivl: Option<Duration>, "GetHeartbeatIvl";
        set set_heartbeat_ivl: impl Into<Option<Duration>>, "SetHeartbeatIvl";
        good [Some(Duration::from_millis(250)), None]; bad [Some(Duration::MAX)]
    }
    /// The timeout that the heartbeats announce to the *peer*: it disconnects if it receives nothing from this socket for so
    /// long; with `None` or zero, the default, it does not. Rounded up to tenths of a second, at most 65.5 seconds: a peer with
    /// libzmq takes more for a shorter time, because it counts milliseconds in 16 bits. It has no effect without [`heartbeat_ivl`](Socket::heartbeat_ivl), and
    /// must be longer than that. The peer does not count a message that has arrived in part: it must be longer than
    /// the largest message takes.
    ZMQ_HEARTBEAT_TTL = "ZMQ_HEARTBEAT_TTL", "4.2.0", &[], next, needs &[], Time::MS_OR_ZERO.within(1, MAX_TTL).step(100), {
        get heartbeat_ttl: Option<Duration>, "GetHeartbeatTtl";
        set set_heartbeat_ttl: impl Into<Option<Duration>>, "SetHeartbeatTtl";
        good [Some(Duration::from_millis(300)), Some(Duration::from_millis(65_500)), None];
        bad [Some(Duration::from_millis(65_501)), Some(Duration::from_millis(6_553_500))]
    }
    /// How long to wait for a sign of life before the peer is disconnected; `None`, the default, is as long as
    /// [`heartbeat_ivl`](Socket::heartbeat_ivl), and zero is indefinite. Rounded up to milliseconds. It cannot be reset to `None`.
    /// A message that has arrived in part is no sign of life: it must be longer than the largest message takes.
    ZMQ_HEARTBEAT_TIMEOUT = "ZMQ_HEARTBEAT_TIMEOUT", "4.2.0", &[], next, needs &[], HeartbeatTimeout, {
        get heartbeat_timeout: Option<Duration>, "GetHeartbeatTimeout";
        set set_heartbeat_timeout: impl Into<Option<Duration>>, "SetHeartbeatTimeout";
        good [Some(Duration::ZERO), Some(Duration::from_millis(500))]; bad [None, Some(Duration::MAX)]
    }
}

/// A time that is `None` until it is set, and cannot be reset.
struct HeartbeatTimeout;

impl HeartbeatTimeout {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Option<Duration>> {
        Time::MS.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, time: impl Into<Option<Duration>>) -> Result<()> {
        match time.into() {
            Some(time) => RequiredTime(Time::MS).set(socket, row, time),
            None if self.get(socket, row)?.is_none() => row.check_type(socket.socket_type()),
            None => Err(row.refuse("it cannot be reset to None")),
        }
    }
}
