//! [`SocketType`]: which of ZeroMQ's patterns a socket plays a part in.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::version;

/// The type of a socket.
///
/// # Types that do not go together
/// Types talk to those that their pattern names: REQ to REP and ROUTER, for instance. Over tcp, ipc and the like, a connection
/// between others ends in the handshake, and the side that connected does not try again; neither is an error of `connect` or of a
/// send. A [monitor](crate::Monitor) there reports that the connection was made and ended. Over inproc the types are not compared: the
/// connection stays, and messages arrive or are dropped as the types happen to treat them.
///
/// # DRAFT types
/// [`SERVER`], [`CLIENT`], [`RADIO`], [`DISH`], [`GATHER`], [`SCATTER`], [`DGRAM`], [`PEER`] and [`CHANNEL`] belong to libzmq's DRAFT API. They
/// need the feature `draft` of this crate and a libzmq that was built with its DRAFT API, as the feature `vendored` does it;
/// [`has("draft")`](crate::has) says whether that is so. Opening one elsewhere is `EINVAL`, with a reason that names what is missing.
///
/// All but DGRAM are thread-safe: with the feature `draft`, a `SharedSocket` lets several threads use one at the same time. Their
/// messages have one frame each; a send with [`SNDMORE`](crate::SNDMORE) is `EINVAL`.
///
/// The constants also stand at the root of the crate, as in C and Go: `zmq4::REQ`. Each links to its RFC, to its section in
/// libzmq's manual, and to the chapter of the [Guide](https://zguide.zeromq.org/) that introduces it.
///
/// ```
/// use zmq4::SocketType;
/// assert_eq!(zmq4::REQ, SocketType::REQ);
/// assert_eq!(zmq4::REQ.to_string(), "REQ");
/// assert_eq!(SocketType::from_raw(77).to_string(), "<INVALID>");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[doc(alias = "Type")]
pub struct SocketType(c_int);

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl SocketType {
            $($(#[$doc])*
            pub const $name: SocketType = SocketType($value);)*

            fn name(self) -> Option<&'static str> {
                $(if self == SocketType::$name { return Some(stringify!($name)); })*
                None
            }
        }
        $($(#[$doc])*
        pub const $name: SocketType = SocketType::$name;)*
    };
}

types! {
    /// Exclusive pair: one peer, both ways; mostly between threads ([RFC 31](https://rfc.zeromq.org/spec/31/)).
    ///
    /// A second peer is ignored, also when the first has left. Over tcp and ipc it is not notified: its connect succeeds, it sends
    /// until its queue is full, and nothing of that arrives; over inproc its sends wait. To change peers, have the first leave, and
    /// then the second connect.
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_pair)
    /// and the Guide: [Signaling Between Threads](https://zguide.zeromq.org/docs/chapter2/#Signaling-Between-Threads-PAIR-Sockets).
    #[doc(alias = "ZMQ_PAIR")]
    PAIR = sys::ZMQ_PAIR;
    /// Publishes to subscribers, each by its own subscriptions ([RFC 29](https://rfc.zeromq.org/spec/29/)). Subscriptions come
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_pub)
    /// and the Guide: [Getting the Message Out](https://zguide.zeromq.org/docs/chapter1/#Getting-the-Message-Out).
    #[doc(alias = "ZMQ_PUB")]
    PUB = sys::ZMQ_PUB;
    /// Subscribes by topic prefix ([RFC 29](https://rfc.zeromq.org/spec/29/)). One that binds subscribes at new publishers
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_sub)
    /// and the Guide: [Getting the Message Out](https://zguide.zeromq.org/docs/chapter1/#Getting-the-Message-Out).
    #[doc(alias = "ZMQ_SUB")]
    SUB = sys::ZMQ_SUB;
    /// Sends a request, then receives its reply, in turn ([RFC 28](https://rfc.zeromq.org/spec/28/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_req)
    /// and the Guide: [Ask and Ye Shall Receive](https://zguide.zeromq.org/docs/chapter1/#Ask-and-Ye-Shall-Receive).
    #[doc(alias = "ZMQ_REQ")]
    REQ = sys::ZMQ_REQ;
    /// Receives a request, then sends its reply, in turn ([RFC 28](https://rfc.zeromq.org/spec/28/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_rep)
    /// and the Guide: [Ask and Ye Shall Receive](https://zguide.zeromq.org/docs/chapter1/#Ask-and-Ye-Shall-Receive).
    #[doc(alias = "ZMQ_REP")]
    REP = sys::ZMQ_REP;
    /// Sends round robin and receives from all, without turns ([RFC 28](https://rfc.zeromq.org/spec/28/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_dealer)
    /// and the Guide: [Shared Queue](https://zguide.zeromq.org/docs/chapter2/#Shared-Queue-DEALER-and-ROUTER-sockets).
    #[doc(alias = "ZMQ_DEALER")]
    DEALER = sys::ZMQ_DEALER;
    /// Receives each message with the sender's routing id in front, and sends to the peer that the first frame names
    /// ([RFC 28](https://rfc.zeromq.org/spec/28/)).
    ///
    /// A peer that comes with a routing id that another one has is ignored, or the other one is: see
    /// [`set_router_handover`](crate::Socket::set_router_handover). Neither is notified.
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_router)
    /// and the Guide: [Exploring ROUTER Sockets](https://zguide.zeromq.org/docs/chapter3/#Exploring-ROUTER-Sockets).
    #[doc(alias = "ZMQ_ROUTER")]
    ROUTER = sys::ZMQ_ROUTER;
    /// Receives from the pushers, fairly ([RFC 30](https://rfc.zeromq.org/spec/30/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_pull)
    /// and the Guide: [Divide and Conquer](https://zguide.zeromq.org/docs/chapter1/#Divide-and-Conquer).
    #[doc(alias = "ZMQ_PULL")]
    PULL = sys::ZMQ_PULL;
    /// Sends to the pullers, round robin ([RFC 30](https://rfc.zeromq.org/spec/30/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_push)
    /// and the Guide: [Divide and Conquer](https://zguide.zeromq.org/docs/chapter1/#Divide-and-Conquer).
    #[doc(alias = "ZMQ_PUSH")]
    PUSH = sys::ZMQ_PUSH;
    /// A PUB that also receives the subscriptions ([RFC 29](https://rfc.zeromq.org/spec/29/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_xpub)
    /// and the Guide: [The Dynamic Discovery Problem](https://zguide.zeromq.org/docs/chapter2/#The-Dynamic-Discovery-Problem).
    #[doc(alias = "ZMQ_XPUB")]
    XPUB = sys::ZMQ_XPUB;
    /// A SUB that subscribes by sending messages ([RFC 29](https://rfc.zeromq.org/spec/29/)).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_xsub)
    /// and the Guide: [The Dynamic Discovery Problem](https://zguide.zeromq.org/docs/chapter2/#The-Dynamic-Discovery-Problem).
    #[doc(alias = "ZMQ_XSUB")]
    XSUB = sys::ZMQ_XSUB;
    /// Talks to plain TCP peers: each message is a routing id and bytes. Peers come and go
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_stream).
    #[doc(alias = "ZMQ_STREAM")]
    STREAM = sys::ZMQ_STREAM;
    /// Talks to any number of [`CLIENT`] sockets: each message carries the routing id of its client ([RFC 41](https://rfc.zeromq.org/spec/41/), DRAFT).
    ///
    /// `Message::routing_id` of a request is the client's; a reply is sent with the same id. A client
    /// that is not connected is `EHOSTUNREACH`. Thread-safe: see [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_server).
    #[doc(alias = "ZMQ_SERVER")]
    SERVER = 12;
    /// Talks to one or more [`SERVER`] sockets, without turns ([RFC 41](https://rfc.zeromq.org/spec/41/), DRAFT). Thread-safe: see
    /// [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_client).
    #[doc(alias = "ZMQ_CLIENT")]
    CLIENT = 13;
    /// Publishes to groups, which [`DISH`] sockets join ([RFC 48](https://rfc.zeromq.org/spec/48/), DRAFT). Each message carries its group:
    /// `Message::set_group`. Thread-safe: see [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_radio).
    #[doc(alias = "ZMQ_RADIO")]
    RADIO = 14;
    /// Receives what [`RADIO`] sockets publish to the groups that it joined: `Socket::join` ([RFC 48](https://rfc.zeromq.org/spec/48/), DRAFT). Thread-safe: see
    /// [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_dish).
    #[doc(alias = "ZMQ_DISH")]
    DISH = 15;
    /// Receives from [`SCATTER`] sockets, fairly: a PULL for messages of one frame ([RFC 49](https://rfc.zeromq.org/spec/49/), DRAFT). Thread-safe: see
    /// [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_gather).
    #[doc(alias = "ZMQ_GATHER")]
    GATHER = 16;
    /// Sends to [`GATHER`] sockets, round robin: a PUSH for messages of one frame ([RFC 49](https://rfc.zeromq.org/spec/49/), DRAFT). Thread-safe: see
    /// [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_scatter).
    #[doc(alias = "ZMQ_SCATTER")]
    SCATTER = 17;
    /// Sends and receives UDP packets over `udp://`: each message is an address, as in `"127.0.0.1:5555"`, and a body (DRAFT). libzmq ends
    /// the address of a received message with a NUL, and sends to one with or without it. It is not thread-safe.
    ///
    /// See [zmq_udp(7)](https://libzmq.readthedocs.io/en/latest/zmq_udp.html).
    #[doc(alias = "ZMQ_DGRAM")]
    DGRAM = 18;
    /// Talks to any number of peers, each named by a routing id that `Socket::connect_peer` returns
    /// ([RFC 51](https://rfc.zeromq.org/spec/51/), DRAFT). Thread-safe: see [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_peer).
    #[doc(alias = "ZMQ_PEER")]
    PEER = 19;
    /// A PAIR for messages of one frame: one peer, both ways ([RFC 52](https://rfc.zeromq.org/spec/52/), DRAFT). Thread-safe: see
    /// [DRAFT types](SocketType#draft-types).
    ///
    /// See [zmq_socket(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket.html#_zmq_channel).
    #[doc(alias = "ZMQ_CHANNEL")]
    CHANNEL = 20;
}

impl SocketType {
    /// The type with this number in `zmq.h`, known or not.
    pub const fn from_raw(raw: c_int) -> SocketType {
        SocketType(raw)
    }

    /// The number in `zmq.h`.
    pub const fn raw(self) -> c_int {
        self.0
    }

    /// Whether several threads may use such a socket at the same time.
    ///
    /// ```
    /// assert!(zmq4::CLIENT.is_thread_safe());
    /// assert!(!zmq4::DEALER.is_thread_safe());
    /// assert!(!zmq4::DGRAM.is_thread_safe());
    /// ```
    #[doc(alias = "ZMQ_THREAD_SAFE")]
    pub const fn is_thread_safe(self) -> bool {
        self.is_draft() && self.0 != SocketType::DGRAM.0
    }

    const fn is_draft(self) -> bool {
        self.0 > SocketType::STREAM.0 && self.0 <= SocketType::CHANNEL.0
    }

    /// Refuses a DRAFT type where libzmq has none: it makes such a socket, and aborts when the first peer connects.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if !self.is_draft() {
            return Ok(());
        }
        let reason = if !cfg!(feature = "draft") {
            "a DRAFT type: it needs the feature `draft` of the crate zmq4, and a libzmq with the DRAFT API, as with the feature `vendored`"
        } else if !version::has("draft") {
            "a DRAFT type: the libzmq that is linked was built without the DRAFT API; the feature `vendored` builds one that has it"
        } else {
            return Ok(());
        };
        Err(Refusal::new(Errno::EINVAL, reason))
    }
}

impl fmt::Display for SocketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or("<INVALID>"))
    }
}

impl fmt::Debug for SocketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "SocketType({})", self.0),
        }
    }
}
