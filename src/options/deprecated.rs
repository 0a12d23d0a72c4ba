//! Options that libzmq keeps for old programs.

use super::row::*;
use super::value::{Bool, Text};
use crate::socket::Socket;
use crate::socket_type::SocketType;

options! {
    "# Options: deprecated";
    /// Whether IPv6 addresses may *not* be used. The default is `true`.
    #[deprecated = "use `ipv6`, which says the opposite"]
    ZMQ_IPV4ONLY = "ZMQ_IPV4ONLY", "3.1.0", &[], next, needs &[], Bool, {
        get ipv4only: bool, "GetIpv4only"; set set_ipv4only: bool, "SetIpv4only";
        good [false, true]; bad []
    }
    /// Adds an address, as in `192.0.2.0/24`, to those that may connect over TCP; empty text, the default, lets all
    /// connect.
    #[deprecated = "libzmq recommends ZAP, as an authenticator uses it"]
    ZMQ_TCP_ACCEPT_FILTER = "ZMQ_TCP_ACCEPT_FILTER", "3.2.1", &[], bind, needs &[], Text::CLEARED_BY_NONE, {
        set set_tcp_accept_filter: impl AsRef<str>, "SetTcpAcceptFilter";
        good ["127.0.0.1", "192.0.2.0/24", ""]; bad ["127.0.0.1\0"]
    }
    /// Whether a ROUTER accepts plain TCP peers. The default is `false`; once `true` it cannot be reset.
    #[deprecated = "use a STREAM"]
    ZMQ_ROUTER_RAW = "ZMQ_ROUTER_RAW", "4.0.0", &[SocketType::ROUTER], first, needs &[], Bool, {
        set set_router_raw: bool, "SetRouterRaw";
        good [true]; bad []
    }
}
