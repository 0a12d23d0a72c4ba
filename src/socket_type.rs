//! [`SocketType`]: which of ZeroMQ's patterns a socket plays a part in.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

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
/// The constants also stand at the root of the crate, as in C and Go: `zmq4::REQ`.
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
    ($($(#[$doc:meta])* $name:ident = $value:ident;)*) => {
        impl SocketType {
            $($(#[$doc])*
            pub const $name: SocketType = SocketType(sys::$value);)*

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
    /// Exclusive pair: one peer, both ways; mostly between threads (RFC 31).
    ///
    /// A second peer is ignored, also when the first has left. Over tcp and ipc it is not notified: its connect succeeds, it sends
    /// until its queue is full, and nothing of that arrives; over inproc its sends wait. To change peers, have the first leave, and
    /// then the second connect.
    #[doc(alias = "ZMQ_PAIR")]
    PAIR = ZMQ_PAIR;
    /// Publishes to subscribers, each by its own subscriptions (RFC 29). Subscriptions come
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    #[doc(alias = "ZMQ_PUB")]
    PUB = ZMQ_PUB;
    /// Subscribes by topic prefix (RFC 29). One that binds subscribes at new publishers
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    #[doc(alias = "ZMQ_SUB")]
    SUB = ZMQ_SUB;
    /// Sends a request, then receives its reply, in turn (RFC 28).
    #[doc(alias = "ZMQ_REQ")]
    REQ = ZMQ_REQ;
    /// Receives a request, then sends its reply, in turn (RFC 28).
    #[doc(alias = "ZMQ_REP")]
    REP = ZMQ_REP;
    /// Sends round robin and receives from all, without turns (RFC 28).
    #[doc(alias = "ZMQ_DEALER")]
    DEALER = ZMQ_DEALER;
    /// Receives each message with the sender's routing id in front, and sends to the peer that the first frame names
    /// (RFC 28).
    ///
    /// A peer that comes with a routing id that another one has is ignored, or the other one is: see
    /// [`set_router_handover`](crate::Socket::set_router_handover). Neither is notified.
    #[doc(alias = "ZMQ_ROUTER")]
    ROUTER = ZMQ_ROUTER;
    /// Receives from the pushers, fairly (RFC 30).
    #[doc(alias = "ZMQ_PULL")]
    PULL = ZMQ_PULL;
    /// Sends to the pullers, round robin (RFC 30).
    #[doc(alias = "ZMQ_PUSH")]
    PUSH = ZMQ_PUSH;
    /// A PUB that also receives the subscriptions (RFC 29).
    #[doc(alias = "ZMQ_XPUB")]
    XPUB = ZMQ_XPUB;
    /// A SUB that subscribes by sending messages (RFC 29).
    #[doc(alias = "ZMQ_XSUB")]
    XSUB = ZMQ_XSUB;
    /// Talks to plain TCP peers: each message is a routing id and bytes. Peers come and go
    /// [inside its calls](crate::Socket#work-happens-inside-calls).
    #[doc(alias = "ZMQ_STREAM")]
    STREAM = ZMQ_STREAM;
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

    /// Refuses a DRAFT type where libzmq has none: it makes such a socket, and aborts when the first peer comes.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if self.0 > SocketType::STREAM.0 && !version::has("draft") {
            let reason = "this libzmq has no such type, or was built without the DRAFT API";
            return Err(Refusal::invalid(reason));
        }
        Ok(())
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
