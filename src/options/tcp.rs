//! TCP, and options of the system's connections.

use std::time::Duration;

use super::newtype::Tos;
use super::row::*;
use super::value::{Bool, Enum, OptBool, OptUInt, Text, Time, UInt};
use crate::error::Result;
use crate::socket::Socket;

/// The limits of Linux; beyond them no connection is made, and no error is reported.
const PROBES: UInt = UInt::within(1, 127);
const PROBE_TIME: Time = Time::SECONDS.within(1, 32767);

options! {
    "# Options: TCP and addresses";
    /// Whether IPv6 addresses may be used, besides those of IPv4. The default is `false`, or what the context says
    /// ([`Context::set_ipv6`](crate::Context::set_ipv6)).
    ZMQ_IPV6 = "ZMQ_IPV6", "4.0.0", &[], next, needs &[], Bool, {
        get ipv6: bool, "GetIpv6"; set set_ipv6: bool, "SetIpv6";
        good [true, false]; bad []
    }
    /// The size of the system's buffer for what is sent (`SO_SNDBUF`), in bytes; `None`, the default, leaves it to the
    /// system. Linux doubles it.
    ZMQ_SNDBUF = "ZMQ_SNDBUF", "3.1.0", &[], next, needs &[], OptUInt(UInt::ANY), {
        get sndbuf: Option<u32>, "GetSndbuf"; set set_sndbuf: Option<u32>, "SetSndbuf";
        good [Some(0), Some(65536), None]; bad [Some(2_147_483_648)]
    }
    /// The size of the system's buffer for what is received (`SO_RCVBUF`), in bytes; `None`, the default, leaves it to
    /// the system. Linux doubles it.
    ZMQ_RCVBUF = "ZMQ_RCVBUF", "3.1.0", &[], next, needs &[], OptUInt(UInt::ANY), {
        get rcvbuf: Option<u32>, "GetRcvbuf"; set set_rcvbuf: Option<u32>, "SetRcvbuf";
        good [Some(0), Some(65536), None]; bad [Some(2_147_483_648)]
    }
    /// The type-of-service byte of the packets (`IP_TOS`), 0 to 255. The default is 0.
    ZMQ_TOS = "ZMQ_TOS", "4.1.0", &[], next, needs &[], Enum::<Tos>::within(0, 255), {
        get tos: Tos, "GetTos"; set set_tos: Tos, "SetTos";
        good [Tos::LOW_DELAY, Tos::from(255), Tos::NORMAL]; bad [Tos::from_raw(256), Tos::from_raw(-1)]
    }
    /// Whether the system sends keep-alive probes (`SO_KEEPALIVE`); `None`, the default, is the system's default.
    ZMQ_TCP_KEEPALIVE = "ZMQ_TCP_KEEPALIVE", "3.2.1", &[], next, needs &[], OptBool, {
        get tcp_keepalive: Option<bool>, "GetTcpKeepalive"; set set_tcp_keepalive: Option<bool>, "SetTcpKeepalive";
        good [Some(true), Some(false), None]; bad []
    }
    /// The number of unacknowledged keep-alive probes after which a connection is broken (`TCP_KEEPCNT`), 1 to 127; `None`,
    /// the default, is the system's default.
    ZMQ_TCP_KEEPALIVE_CNT = "ZMQ_TCP_KEEPALIVE_CNT", "3.2.1", &[], next, needs &[], OptUInt(PROBES), {
        get tcp_keepalive_cnt: Option<u32>, "GetTcpKeepaliveCnt";
        set set_tcp_keepalive_cnt: Option<u32>, "SetTcpKeepaliveCnt";
        good [Some(1), Some(127), None]; bad [Some(0), Some(128)]
    }
    /// The idle time after which keep-alive probes begin (`TCP_KEEPIDLE`), 1 to 32767 seconds, rounded up; `None`, the
    /// default, is the system's default.
    ZMQ_TCP_KEEPALIVE_IDLE = "ZMQ_TCP_KEEPALIVE_IDLE", "3.2.1", &[], next, needs &[], PROBE_TIME, {
        get tcp_keepalive_idle: Option<Duration>, "GetTcpKeepaliveIdle";
        set set_tcp_keepalive_idle: impl Into<Option<Duration>>, "SetTcpKeepaliveIdle";
        good [Some(Duration::from_secs(1)), Some(Duration::from_secs(32767)), None];
        bad [Some(Duration::ZERO), Some(Duration::from_secs(32768))]
    }
    /// The interval between keep-alive probes (`TCP_KEEPINTVL`), 1 to 32767 seconds, rounded up; `None`, the default, is the
    /// system's default.
    ZMQ_TCP_KEEPALIVE_INTVL = "ZMQ_TCP_KEEPALIVE_INTVL", "3.2.1", &[], next, needs &[], PROBE_TIME, {
        get tcp_keepalive_intvl: Option<Duration>, "GetTcpKeepaliveIntvl";
        set set_tcp_keepalive_intvl: impl Into<Option<Duration>>, "SetTcpKeepaliveIntvl";
        good [Some(Duration::from_secs(1)), Some(Duration::from_secs(32767)), None];
        bad [Some(Duration::ZERO), Some(Duration::from_secs(32768))]
    }
    /// How long sent data may stay unacknowledged before the connection is broken (`TCP_USER_TIMEOUT`); `None` or zero, the
    /// default, is the system's default. Rounded up to milliseconds. If it is less than the
    /// network takes, connections break again and again.
    ZMQ_TCP_MAXRT = "ZMQ_TCP_MAXRT", "4.2.0", &[], next, needs &[], Time::MS_OR_ZERO, {
        get tcp_maxrt: Option<Duration>, "GetTcpMaxrt"; set set_tcp_maxrt: impl Into<Option<Duration>>, "SetTcpMaxrt";
        good [Some(Duration::from_millis(1)), None]; bad [Some(Duration::MAX)]
    }
    /// The timeout of a TCP connection attempt, which is then repeated; `None` or zero, the default, is the system's
    /// default. Rounded up to milliseconds. If it is less than the network takes, no connection is ever made.
    ZMQ_CONNECT_TIMEOUT = "ZMQ_CONNECT_TIMEOUT", "4.2.0", &[], next, needs &[], Time::MS_OR_ZERO, {
        get connect_timeout: Option<Duration>, "GetConnectTimeout";
        set set_connect_timeout: impl Into<Option<Duration>>, "SetConnectTimeout";
        good [Some(Duration::from_millis(1)), None]; bad [Some(Duration::MAX)]
    }
    /// The SOCKS5 proxy through which TCP connections go, as `host:port`, a port of 1 to 65535; empty, the default, is none.
    ///
    /// libzmq, 4.3.5 included, aborts the process when a socket is closed or disconnected while its proxy refuses
    /// connections. Nothing here can prevent that: use it where the proxy is sure to be there. A [repaired](crate::has) libzmq
    /// does not abort.
    ZMQ_SOCKS_PROXY = "ZMQ_SOCKS_PROXY", "4.1.0", &[], next, needs &[], Proxy, {
        get socks_proxy: String, "GetSocksProxy"; set set_socks_proxy: impl AsRef<str>, "SetSocksProxy";
        good ["127.0.0.1:1080", "[::1]:1", "host:65535", ""];
        bad ["with\0zero", "host", ":1080", "host:", "host:0", "host:65536", "host:port"]
    }
    /// The network interface that the connections are bound to (`SO_BINDTODEVICE`), at most 15 bytes; empty, the default,
    /// is none. Older kernels want a privilege for it. If there is no such interface, `bind` fails with `ENODEV`, and a
    /// connection is tried again without an error until there is one.
    ZMQ_BINDTODEVICE = "ZMQ_BINDTODEVICE", "4.3.0", &[], next, needs &[], Text { min: 0, max: 15 }, {
        get bindtodevice: String, "GetBindtodevice"; set set_bindtodevice: impl AsRef<str>, "SetBindtodevice";
        good ["lo", ""]; bad ["sixteen-and-more", "l\0o"]
    }
    ZMQ_USE_FD = "ZMQ_USE_FD", "4.2.0", &[], bind, needs &[], Bool, { hand "get/set" }
}

/// `host:port`. libzmq takes any text, and then never connects.
struct Proxy;

impl Proxy {
    fn get(&self, socket: &Socket, row: &Row) -> Result<String> {
        Text::CLEARED_BY_NONE.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, proxy: impl AsRef<str>) -> Result<()> {
        let text = proxy.as_ref();
        let is_valid = |(host, port): (&str, &str)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0);
        if text.is_empty() || text.contains('\0') || text.rsplit_once(':').is_some_and(is_valid) {
            return Text::CLEARED_BY_NONE.set(socket, row, text);
        }
        Err(row.refuse("it is not host:port with a port of 1 to 65535"))
    }
}
