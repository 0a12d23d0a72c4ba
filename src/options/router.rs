//! ROUTER, REQ and STREAM.

use super::row::*;
use super::value::Bool;
use crate::socket::Socket;
use crate::socket_type::SocketType;

const ROUTER: &[SocketType] = &[SocketType::ROUTER];
const REQ: &[SocketType] = &[SocketType::REQ];

const PROBING: &[SocketType] = &[SocketType::ROUTER, SocketType::DEALER, SocketType::REQ];

options! {
    "# Options: ROUTER, REQ and STREAM";
    /// Whether a message to a peer that the ROUTER does not know fails with `EHOSTUNREACH`, and one to a peer whose queue
    /// is full waits, or fails with `EAGAIN`. The default, `false`, drops both.
    #[doc(alias = "ZMQ_ROUTER_BEHAVIOR")]
    #[doc(alias = "ZMQ_FAIL_UNROUTABLE")]
    ZMQ_ROUTER_MANDATORY = "ZMQ_ROUTER_MANDATORY", "3.2.1", ROUTER, now, needs &[], Bool, {
        set set_router_mandatory: bool, "SetRouterMandatory";
        good [true, false]; bad []
    }
    /// Whether a new peer takes over the routing id of one that is there. The default, `false`, keeps the old one and ignores
    /// the new.
    ///
    /// **The loser is not disconnected,** in either case: it stays connected and is not notified, its monitor reports nothing, and it sends
    /// until its queue is full, also when the winner has left. Nothing of that arrives, and nothing is sent to it; what a peer had sent before
    /// its id was taken over may still arrive, under an id that libzmq makes up. It comes back when it disconnects and
    /// connects again. So give each peer an id of its own, or none; and have the application reply to peers, so that they notice.
    ZMQ_ROUTER_HANDOVER = "ZMQ_ROUTER_HANDOVER", "4.1.0", ROUTER, now, needs &[], Bool, {
        set set_router_handover: bool, "SetRouterHandover";
        good [true, false]; bad []
    }
    /// Whether an empty message is sent to each new peer, by which a ROUTER learns of this socket. The default is
    /// `false`. For ROUTER, DEALER and REQ.
    ZMQ_PROBE_ROUTER = "ZMQ_PROBE_ROUTER", "4.0.0", PROBING, next, needs &[], Bool, {
        set set_probe_router: bool, "SetProbeRouter";
        good [true, false]; bad []
    }
    /// Whether a REQ puts a number of its own in front of each request, and drops replies that lack it: a late reply to a
    /// request that was given up is then not taken for the reply to the next. The default is `false`. Set it before the
    /// first request; the peer must send the envelope back whole, as REP and well-behaved ROUTERs do.
    ZMQ_REQ_CORRELATE = "ZMQ_REQ_CORRELATE", "4.0.0", REQ, now, needs &[], Bool, {
        set set_req_correlate: bool, "SetReqCorrelate";
        good [true, false]; bad []
    }
    /// Whether a REQ may send again before it has a reply, which gives the first request up. The default is `false`. Use
    /// it together with [`set_req_correlate`](Socket::set_req_correlate).
    ZMQ_REQ_RELAXED = "ZMQ_REQ_RELAXED", "4.0.0", REQ, now, needs &[], Bool, {
        set set_req_relaxed: bool, "SetReqRelaxed";
        good [true, false]; bad []
    }
    /// Whether a STREAM receives an empty message when a peer connects, and when it is gone. The default is `true`.
    ZMQ_STREAM_NOTIFY = "ZMQ_STREAM_NOTIFY", "4.2.0", &[SocketType::STREAM], next, needs &[], Bool, {
        set set_stream_notify: bool, "SetStreamNotify";
        good [false, true]; bad []
    }
}
