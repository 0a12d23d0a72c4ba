//! DRAFT options: libzmq may still change or drop them.
//!
//! Some act by number in a stable libzmq too; all stand behind the feature `draft`, because `zmq.h` hides them.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

use super::newtype::named;
use super::row::*;
use super::value::{Bool, Bytes, Enum, INT_MAX, Named, Text, UInt};
use crate::error::Result;
use crate::socket::Socket;
use crate::socket_type::SocketType;

const DRAFT: &[&str] = &["draft"];
const NORM: &[&str] = &["draft", "norm"];
const WSS: &[&str] = &["draft", "WSS"];
const XPUB: &[SocketType] = &[SocketType::XPUB];

/// From 1 up, as far as an `int` goes.
const SOME: UInt = UInt::within(1, INT_MAX);

options! {
    "# Options of the DRAFT API";
    /// Whether the authentication handler (ZAP) is used only with a [`zap_domain`](Socket::zap_domain), and is required then.
    /// The default is `false`.
    ///
    /// A [PLAIN server](Socket::set_plain_server) must have a domain then: binding and connecting are rejected otherwise,
    /// because libzmq would abort when the first peer connects.
    ZMQ_ZAP_ENFORCE_DOMAIN = "ZMQ_ZAP_ENFORCE_DOMAIN", "4.2.3", &[], next, needs &[], Bool, {
        get zap_enforce_domain: bool, "GetZapEnforceDomain"; set set_zap_enforce_domain: bool, "SetZapEnforceDomain";
        good [true, false]; bad []
    }
    /// Whether loopback TCP uses the fast path of Windows. The default is `false`. Other systems ignore it.
    ZMQ_LOOPBACK_FASTPATH = "ZMQ_LOOPBACK_FASTPATH", "4.2.4", &[], next, needs &[], Bool, {
        get loopback_fastpath: bool, "GetLoopbackFastpath"; set set_loopback_fastpath: bool, "SetLoopbackFastpath";
        good [true, false]; bad []
    }
    /// Adds a property, as in `X-name:value`, that the peers find in the messages of this socket
    /// ([`Message::property`](crate::Message::property)). A name that was added before keeps its first value.
    ZMQ_METADATA = "ZMQ_METADATA", "4.2.4", &[], next, needs &[], Property, {
        set set_metadata: impl AsRef<str>, "SetMetadata";
        good ["X-key:value"]; bad ["key:value", "X-key", "X-key:", "X-:v", "X-k\0y:value"]
    }
    /// Whether a RADIO receives its own multicast over `udp://`. The default is `true`. PGM never does.
    ZMQ_MULTICAST_LOOP = "ZMQ_MULTICAST_LOOP", "4.3.0", &[], next, needs &[], Bool, {
        get multicast_loop: bool, "GetMulticastLoop"; set set_multicast_loop: bool, "SetMulticastLoop";
        good [false, true]; bad []
    }
    /// Whether a ROUTER receives an empty message, after the routing id, when a peer comes or goes.
    ZMQ_ROUTER_NOTIFY = "ZMQ_ROUTER_NOTIFY", "4.3.0", &[SocketType::ROUTER], next, needs DRAFT,
        Enum::<RouterNotify>::within(0, 3), {
        get router_notify: RouterNotify, "GetRouterNotify"; set set_router_notify: RouterNotify, "SetRouterNotify";
        good [RouterNotify::CONNECT, RouterNotify::DISCONNECT, RouterNotify::BOTH, RouterNotify::NONE];
        bad [RouterNotify::from_raw(4), RouterNotify::from_raw(-1)]
    }
    /// Like [`set_xpub_manual`](Socket::set_xpub_manual), and what is sent goes only to the peer that the last subscription
    /// came from. The default is `false`.
    ZMQ_XPUB_MANUAL_LAST_VALUE = "ZMQ_XPUB_MANUAL_LAST_VALUE", "4.3.2", XPUB, now, needs &[], Bool, {
        set set_xpub_manual_last_value: bool, "SetXpubManualLastValue";
        good [true, false]; bad []
    }
    /// The user name for the [SOCKS5 proxy](Socket::socks_proxy), at most 255 bytes; empty, the default, is none.
    ZMQ_SOCKS_USERNAME = "ZMQ_SOCKS_USERNAME", "4.3.2", &[], next, needs &[], Text::CLEARED_BY_NONE, {
        get socks_username: String, "GetSocksUsername"; set set_socks_username: impl AsRef<str>, "SetSocksUsername";
        good ["someone", ""]; bad ["some\0one"]
    }
    /// The password for the [SOCKS5 proxy](Socket::socks_proxy), at most 255 bytes; empty, the default, is none.
    ZMQ_SOCKS_PASSWORD = "ZMQ_SOCKS_PASSWORD", "4.3.2", &[], next, needs &[], Text::CLEARED_BY_NONE, {
        get socks_password: String, "GetSocksPassword"; set set_socks_password: impl AsRef<str>, "SetSocksPassword";
        good ["secret", ""]; bad ["sec\0ret"]
    }
    /// The private key of a `wss://` server, as PEM.
    ZMQ_WSS_KEY_PEM = "ZMQ_WSS_KEY_PEM", "4.3.3", &[], next, needs WSS, Bytes::ANY, {
        set set_wss_key_pem: impl AsRef<[u8]>, "SetWssKeyPem";
        good ["pem", ""]; bad []
    }
    /// The certificate of a `wss://` server, as PEM.
    ZMQ_WSS_CERT_PEM = "ZMQ_WSS_CERT_PEM", "4.3.3", &[], next, needs WSS, Bytes::ANY, {
        set set_wss_cert_pem: impl AsRef<[u8]>, "SetWssCertPem";
        good ["pem", ""]; bad []
    }
    /// The certificates that a `wss://` client trusts, as PEM.
    ZMQ_WSS_TRUST_PEM = "ZMQ_WSS_TRUST_PEM", "4.3.3", &[], next, needs WSS, Bytes::ANY, {
        set set_wss_trust_pem: impl AsRef<[u8]>, "SetWssTrustPem";
        good ["pem", ""]; bad []
    }
    /// The name that a `wss://` client expects in the server's certificate.
    ZMQ_WSS_HOSTNAME = "ZMQ_WSS_HOSTNAME", "4.3.3", &[], next, needs WSS, Bytes::ANY, {
        set set_wss_hostname: impl AsRef<[u8]>, "SetWssHostname";
        good ["example.net", ""]; bad []
    }
    /// Whether a `wss://` client trusts the certificates of the system. The default is `false`.
    ZMQ_WSS_TRUST_SYSTEM = "ZMQ_WSS_TRUST_SYSTEM", "4.3.3", &[], next, needs WSS, Bool, {
        set set_wss_trust_system: bool, "SetWssTrustSystem";
        good [true, false]; bad []
    }
    /// Whether frames after a first one that is no subscription are none either. The default is `false`. For XPUB and
    /// XSUB.
    ZMQ_ONLY_FIRST_SUBSCRIBE = "ZMQ_ONLY_FIRST_SUBSCRIBE", "4.3.3", &[SocketType::XPUB, SocketType::XSUB], now,
        needs &[], Bool, {
        set set_only_first_subscribe: bool, "SetOnlyFirstSubscribe";
        good [true, false]; bad []
    }
    /// When a connection that failed or broke is not tried again; the default is never. libzmq 4.3.4 has 3 in place of
    /// [`ReconnectStop::AFTER_DISCONNECT`].
    ZMQ_RECONNECT_STOP = "ZMQ_RECONNECT_STOP", "4.3.3", &[], next, needs &[], Enum::<ReconnectStop>::within(0, 7), {
        get reconnect_stop: ReconnectStop, "GetReconnectStop"; set set_reconnect_stop: ReconnectStop, "SetReconnectStop";
        good [ReconnectStop::CONN_REFUSED, ReconnectStop::HANDSHAKE_FAILED, ReconnectStop::NEVER];
        bad [ReconnectStop::from_raw(8), ReconnectStop::from_raw(-1)]
    }
    /// A message that is sent to each new peer first; empty, the default, is none. For ROUTER and DEALER.
    ZMQ_HELLO_MSG = "ZMQ_HELLO_MSG", "4.3.3", &[], next, needs DRAFT, Bytes::ANY, {
        set set_hello_msg: impl AsRef<[u8]>, "SetHelloMsg";
        good ["hello", ""]; bad []
    }
    /// A message that this socket receives when a peer that connected to it has disconnected; empty, the default, is none.
    /// For ROUTER.
    ZMQ_DISCONNECT_MSG = "ZMQ_DISCONNECT_MSG", "4.3.3", &[], next, needs DRAFT, Bytes::ANY, {
        set set_disconnect_msg: impl AsRef<[u8]>, "SetDisconnectMsg";
        good ["gone", ""]; bad []
    }
    /// The priority of the packets (`SO_PRIORITY`), 0 to 6: more needs a privilege. The default is 0.
    ZMQ_PRIORITY = "ZMQ_PRIORITY", "4.3.4", &[], next, needs DRAFT, UInt::within(0, 6), {
        get priority: u32, "GetPriority"; set set_priority: u32, "SetPriority";
        good [6, 0]; bad [7, u32::MAX]
    }
    /// For how many microseconds the system polls the network device before it sleeps (`SO_BUSY_POLL`). The default is 0.
    /// More than the system's own number needs a privilege, without which it stays so. libzmq cannot read it back.
    ZMQ_BUSY_POLL = "ZMQ_BUSY_POLL", "4.3.5", &[], next, needs DRAFT, UInt::ANY, {
        set set_busy_poll: u32, "SetBusyPoll";
        good [50, 0]; bad [u32::MAX]
    }
    /// A message that this socket receives when it has lost a peer that it connected to; empty, the default, is none. For
    /// DEALER.
    ZMQ_HICCUP_MSG = "ZMQ_HICCUP_MSG", "4.3.5", &[], next, needs DRAFT, Bytes::ANY, {
        set set_hiccup_msg: impl AsRef<[u8]>, "SetHiccupMsg";
        good ["hiccup", ""]; bad []
    }
    /// Whether an XSUB passes on each subscription that is taken back, and not the last one alone. The default is `false`.
    ZMQ_XSUB_VERBOSE_UNSUBSCRIBE = "ZMQ_XSUB_VERBOSE_UNSUBSCRIBE", "4.3.5", &[SocketType::XSUB], now, needs DRAFT,
        Bool, {
        set set_xsub_verbose_unsubscribe: bool, "SetXsubVerboseUnsubscribe";
        good [true, false]; bad []
    }
    /// How many topics are subscribed to: by a SUB or XSUB, or by the peers of a PUB or XPUB. A SUB or XSUB of a libzmq
    /// with the radix tree, as `vendored` has it, counts a topic as often as it was subscribed to.
    ZMQ_TOPICS_COUNT = "ZMQ_TOPICS_COUNT", "4.3.5", &[SocketType::XPUB], read, needs &[], UInt::ANY, {
        get topics_count: u32, "GetTopicsCount";
    }
    /// How NORM limits its rate.
    ZMQ_NORM_MODE = "ZMQ_NORM_MODE", "4.3.5", &[], next, needs NORM, Enum::<NormMode>::within(0, 4), {
        get norm_mode: NormMode, "GetNormMode"; set set_norm_mode: NormMode, "SetNormMode";
        good [NormMode::FIXED, NormMode::CCE_ECNONLY, NormMode::CC]; bad [NormMode::from_raw(5), NormMode::from_raw(-1)]
    }
    /// Whether NORM receivers ask the sender alone for what they miss. The default is `false`.
    ZMQ_NORM_UNICAST_NACK = "ZMQ_NORM_UNICAST_NACK", "4.3.5", &[], next, needs NORM, Bool, {
        get norm_unicast_nack: bool, "GetNormUnicastNack"; set set_norm_unicast_nack: bool, "SetNormUnicastNack";
        good [true, false]; bad []
    }
    /// NORM's buffer, in kilobytes. The default is 2048.
    ZMQ_NORM_BUFFER_SIZE = "ZMQ_NORM_BUFFER_SIZE", "4.3.5", &[], next, needs NORM, SOME, {
        get norm_buffer_size: u32, "GetNormBufferSize"; set set_norm_buffer_size: u32, "SetNormBufferSize";
        good [1, 4096]; bad [0, u32::MAX]
    }
    /// The size of NORM's segments, in bytes. The default is 1400.
    ZMQ_NORM_SEGMENT_SIZE = "ZMQ_NORM_SEGMENT_SIZE", "4.3.5", &[], next, needs NORM, SOME, {
        get norm_segment_size: u32, "GetNormSegmentSize"; set set_norm_segment_size: u32, "SetNormSegmentSize";
        good [1, 1000]; bad [0, u32::MAX]
    }
    /// How many segments a block of NORM's has, 1 to 255. The default is 16.
    ZMQ_NORM_BLOCK_SIZE = "ZMQ_NORM_BLOCK_SIZE", "4.3.5", &[], next, needs NORM, UInt::within(1, 255), {
        get norm_block_size: u32, "GetNormBlockSize"; set set_norm_block_size: u32, "SetNormBlockSize";
        good [1, 255]; bad [0, 256]
    }
    /// How many parity segments NORM can make for a block, 0 to 254. The default is 4.
    ZMQ_NORM_NUM_PARITY = "ZMQ_NORM_NUM_PARITY", "4.3.5", &[], next, needs NORM, UInt::within(0, 254), {
        get norm_num_parity: u32, "GetNormNumParity"; set set_norm_num_parity: u32, "SetNormNumParity";
        good [0, 254]; bad [255]
    }
    /// How many parity segments NORM sends with each block unasked, 0 to 254. The default is 0.
    ZMQ_NORM_NUM_AUTOPARITY = "ZMQ_NORM_NUM_AUTOPARITY", "4.3.5", &[], next, needs NORM, UInt::within(0, 254), {
        get norm_num_autoparity: u32, "GetNormNumAutoparity"; set set_norm_num_autoparity: u32, "SetNormNumAutoparity";
        good [0, 254]; bad [255]
    }
    /// Whether NORM drops the oldest data where its buffer is full. The default is `false`.
    ZMQ_NORM_PUSH = "ZMQ_NORM_PUSH", "4.3.5", &[], next, needs NORM, Bool, {
        get norm_push: bool, "GetNormPush"; set set_norm_push: bool, "SetNormPush";
        good [true, false]; bad []
    }
}

named! {
    /// What a ROUTER receives about its peers ([`Socket::set_router_notify`]).
    #[doc(alias = "RouterNotifyOption")]
    RouterNotify {
        /// Nothing, the default.
        NONE = 0;
        /// That one has come.
        #[doc(alias = "ZMQ_NOTIFY_CONNECT")]
        CONNECT = sys::ZMQ_NOTIFY_CONNECT;
        /// That one is gone.
        #[doc(alias = "ZMQ_NOTIFY_DISCONNECT")]
        DISCONNECT = sys::ZMQ_NOTIFY_DISCONNECT;
        /// Either.
        BOTH = sys::ZMQ_NOTIFY_CONNECT | sys::ZMQ_NOTIFY_DISCONNECT;
    }
}

named! {
    /// When a connection is not tried again ([`Socket::set_reconnect_stop`]); combine them with `|`.
    ReconnectStop {
        /// It always is, the default.
        NEVER = 0;
        /// If the peer refused it.
        #[doc(alias = "ZMQ_RECONNECT_STOP_CONN_REFUSED")]
        CONN_REFUSED = sys::ZMQ_RECONNECT_STOP_CONN_REFUSED;
        /// If the handshake failed.
        #[doc(alias = "ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED")]
        HANDSHAKE_FAILED = sys::ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED;
        /// After [`Socket::disconnect`], where something is left to be delivered. Over ipc alone. libzmq 4.3.5 reads a
        /// variable that it never set for it, so that it may stop before.
        #[doc(alias = "ZMQ_RECONNECT_STOP_AFTER_DISCONNECT")]
        AFTER_DISCONNECT = sys::ZMQ_RECONNECT_STOP_AFTER_DISCONNECT;
    }
}

impl std::ops::BitOr for ReconnectStop {
    type Output = ReconnectStop;

    fn bitor(self, other: ReconnectStop) -> ReconnectStop {
        ReconnectStop::from_raw(self.raw() | other.raw())
    }
}

named! {
    /// How NORM limits its rate ([`Socket::set_norm_mode`]).
    NormMode {
        /// To a fixed rate.
        #[doc(alias = "ZMQ_NORM_FIXED")]
        FIXED = sys::ZMQ_NORM_FIXED;
        /// By congestion control, the default.
        #[doc(alias = "ZMQ_NORM_CC")]
        CC = sys::ZMQ_NORM_CC;
        /// By congestion control that takes loss into account less.
        #[doc(alias = "ZMQ_NORM_CCL")]
        CCL = sys::ZMQ_NORM_CCL;
        /// By congestion control with explicit notification.
        #[doc(alias = "ZMQ_NORM_CCE")]
        CCE = sys::ZMQ_NORM_CCE;
        /// By explicit notification alone.
        #[doc(alias = "ZMQ_NORM_CCE_ECNONLY")]
        CCE_ECNONLY = sys::ZMQ_NORM_CCE_ECNONLY;
    }
}

/// `X-name:value`.
struct Property;

impl Property {
    fn set(&self, socket: &Socket, row: &Row, property: impl AsRef<str>) -> Result<()> {
        let property = property.as_ref();
        let valid = property.split_once(':').is_some_and(|(name, value)| {
            // libzmq takes four bytes for a number.
            name.starts_with("X-") && name.len() <= 255 && !value.is_empty() && property.len() > 4
        });
        if !valid {
            return Err(row.refuse(format!("{property:?} is not X-name:value, of more than 4 bytes")));
        }
        Text { min: 5, max: 1 << 16 }.set(socket, row, property)
    }
}
