//! Every function and every constant of `zmq.h` 4.3.5 is declared, under its
//! name and with its value, and every function is linked.
// With `bindgen` alone the declarations are those of whatever header was found.
#![cfg(any(not(feature = "bindgen"), feature = "vendored"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

/// The names that follow `pub const` or `pub fn` in a generated file.
fn declared<'a>(text: &'a str, kind: &str) -> BTreeSet<&'a str> {
    let names = text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("pub ")?.strip_prefix(kind)?;
        rest.trim_start().split([':', '(']).next()
    });
    names.collect()
}

macro_rules! constants {
    ($($name:ident = $value:expr;)*) => {
        [$((stringify!($name), i64::from(zmq_sys::$name), $value)),*]
    };
}

macro_rules! functions {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), zmq_sys::$name as *const ())),*]
    };
}

/// The table must name each item of `text` once, and nothing else.
fn assert_names<'a>(names: impl Iterator<Item = &'a str>, text: &str, kind: &str) {
    let names: Vec<_> = names.collect();
    let unique: BTreeSet<_> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len(), "a name stands twice in the table");
    assert_eq!(unique, declared(text, kind));
}

fn assert_constants(table: &[(&str, i64, i64)]) {
    for (name, value, expected) in table {
        assert_eq!(value, expected, "{name}");
    }
}

#[test]
fn versions_are_ordered_as_the_header_orders_them() {
    assert_eq!(zmq_sys::ZMQ_MAKE_VERSION(4, 3, 5), 40305);
    assert_eq!(zmq_sys::ZMQ_VERSION, 40305);
}

#[test]
fn stable_functions() {
    let table = functions![
        zmq_errno,
        zmq_strerror,
        zmq_version,
        zmq_ctx_new,
        zmq_ctx_term,
        zmq_ctx_shutdown,
        zmq_ctx_set,
        zmq_ctx_get,
        zmq_init,
        zmq_term,
        zmq_ctx_destroy,
        zmq_msg_init,
        zmq_msg_init_size,
        zmq_msg_init_data,
        zmq_msg_send,
        zmq_msg_recv,
        zmq_msg_close,
        zmq_msg_move,
        zmq_msg_copy,
        zmq_msg_data,
        zmq_msg_size,
        zmq_msg_more,
        zmq_msg_get,
        zmq_msg_set,
        zmq_msg_gets,
        zmq_socket,
        zmq_close,
        zmq_setsockopt,
        zmq_getsockopt,
        zmq_bind,
        zmq_connect,
        zmq_unbind,
        zmq_disconnect,
        zmq_send,
        zmq_send_const,
        zmq_recv,
        zmq_socket_monitor,
        zmq_poll,
        zmq_proxy,
        zmq_proxy_steerable,
        zmq_has,
        zmq_device,
        zmq_sendmsg,
        zmq_recvmsg,
        zmq_sendiov,
        zmq_recviov,
        zmq_z85_encode,
        zmq_z85_decode,
        zmq_curve_keypair,
        zmq_curve_public,
        zmq_atomic_counter_new,
        zmq_atomic_counter_set,
        zmq_atomic_counter_inc,
        zmq_atomic_counter_dec,
        zmq_atomic_counter_value,
        zmq_atomic_counter_destroy,
        zmq_timers_new,
        zmq_timers_destroy,
        zmq_timers_add,
        zmq_timers_cancel,
        zmq_timers_set_interval,
        zmq_timers_reset,
        zmq_timers_timeout,
        zmq_timers_execute,
        zmq_stopwatch_start,
        zmq_stopwatch_intermediate,
        zmq_stopwatch_stop,
        zmq_sleep,
        zmq_threadstart,
        zmq_threadclose,
    ];
    assert_eq!(table.len(), 70);
    assert_names(table.iter().map(|row| row.0), include_str!("../src/bindings.rs"), "fn ");
    assert!(table.iter().all(|row| !row.1.is_null()));
}

#[cfg(feature = "draft")]
#[test]
fn draft_functions() {
    let table = functions![
        zmq_ctx_set_ext,
        zmq_ctx_get_ext,
        zmq_join,
        zmq_leave,
        zmq_connect_peer,
        zmq_msg_set_routing_id,
        zmq_msg_routing_id,
        zmq_msg_set_group,
        zmq_msg_group,
        zmq_msg_init_buffer,
        zmq_poller_new,
        zmq_poller_destroy,
        zmq_poller_size,
        zmq_poller_add,
        zmq_poller_modify,
        zmq_poller_remove,
        zmq_poller_wait,
        zmq_poller_wait_all,
        zmq_poller_fd,
        zmq_poller_add_fd,
        zmq_poller_modify_fd,
        zmq_poller_remove_fd,
        zmq_socket_get_peer_state,
        zmq_socket_monitor_versioned,
        zmq_socket_monitor_pipes_stats,
        zmq_ppoll,
    ];
    assert_eq!(table.len(), 26);
    assert_names(
        table.iter().map(|row| row.0),
        include_str!("../src/bindings_draft.rs"),
        "fn ",
    );
    assert!(table.iter().all(|row| !row.1.is_null()));
}

#[test]
fn stable_constants() {
    let table = constants! {
        ZMQ_VERSION_MAJOR = 4;
        ZMQ_VERSION_MINOR = 3;
        ZMQ_VERSION_PATCH = 5;
        ZMQ_DEFINED_STDINT = 1;
        ZMQ_HAUSNUMERO = 156384712;
        EFSM = 156384763;
        ENOCOMPATPROTO = 156384764;
        ETERM = 156384765;
        EMTHREAD = 156384766;
        ZMQ_IO_THREADS = 1;
        ZMQ_MAX_SOCKETS = 2;
        ZMQ_SOCKET_LIMIT = 3;
        ZMQ_THREAD_PRIORITY = 3;
        ZMQ_THREAD_SCHED_POLICY = 4;
        ZMQ_MAX_MSGSZ = 5;
        ZMQ_MSG_T_SIZE = 6;
        ZMQ_THREAD_AFFINITY_CPU_ADD = 7;
        ZMQ_THREAD_AFFINITY_CPU_REMOVE = 8;
        ZMQ_THREAD_NAME_PREFIX = 9;
        ZMQ_IO_THREADS_DFLT = 1;
        ZMQ_MAX_SOCKETS_DFLT = 1023;
        ZMQ_THREAD_PRIORITY_DFLT = -1;
        ZMQ_THREAD_SCHED_POLICY_DFLT = -1;
        ZMQ_PAIR = 0;
        ZMQ_PUB = 1;
        ZMQ_SUB = 2;
        ZMQ_REQ = 3;
        ZMQ_REP = 4;
        ZMQ_DEALER = 5;
        ZMQ_ROUTER = 6;
        ZMQ_PULL = 7;
        ZMQ_PUSH = 8;
        ZMQ_XPUB = 9;
        ZMQ_XSUB = 10;
        ZMQ_STREAM = 11;
        ZMQ_XREQ = 5;
        ZMQ_XREP = 6;
        ZMQ_AFFINITY = 4;
        ZMQ_ROUTING_ID = 5;
        ZMQ_SUBSCRIBE = 6;
        ZMQ_UNSUBSCRIBE = 7;
        ZMQ_RATE = 8;
        ZMQ_RECOVERY_IVL = 9;
        ZMQ_SNDBUF = 11;
        ZMQ_RCVBUF = 12;
        ZMQ_RCVMORE = 13;
        ZMQ_FD = 14;
        ZMQ_EVENTS = 15;
        ZMQ_TYPE = 16;
        ZMQ_LINGER = 17;
        ZMQ_RECONNECT_IVL = 18;
        ZMQ_BACKLOG = 19;
        ZMQ_RECONNECT_IVL_MAX = 21;
        ZMQ_MAXMSGSIZE = 22;
        ZMQ_SNDHWM = 23;
        ZMQ_RCVHWM = 24;
        ZMQ_MULTICAST_HOPS = 25;
        ZMQ_RCVTIMEO = 27;
        ZMQ_SNDTIMEO = 28;
        ZMQ_LAST_ENDPOINT = 32;
        ZMQ_ROUTER_MANDATORY = 33;
        ZMQ_TCP_KEEPALIVE = 34;
        ZMQ_TCP_KEEPALIVE_CNT = 35;
        ZMQ_TCP_KEEPALIVE_IDLE = 36;
        ZMQ_TCP_KEEPALIVE_INTVL = 37;
        ZMQ_IMMEDIATE = 39;
        ZMQ_XPUB_VERBOSE = 40;
        ZMQ_ROUTER_RAW = 41;
        ZMQ_IPV6 = 42;
        ZMQ_MECHANISM = 43;
        ZMQ_PLAIN_SERVER = 44;
        ZMQ_PLAIN_USERNAME = 45;
        ZMQ_PLAIN_PASSWORD = 46;
        ZMQ_CURVE_SERVER = 47;
        ZMQ_CURVE_PUBLICKEY = 48;
        ZMQ_CURVE_SECRETKEY = 49;
        ZMQ_CURVE_SERVERKEY = 50;
        ZMQ_PROBE_ROUTER = 51;
        ZMQ_REQ_CORRELATE = 52;
        ZMQ_REQ_RELAXED = 53;
        ZMQ_CONFLATE = 54;
        ZMQ_ZAP_DOMAIN = 55;
        ZMQ_ROUTER_HANDOVER = 56;
        ZMQ_TOS = 57;
        ZMQ_CONNECT_ROUTING_ID = 61;
        ZMQ_GSSAPI_SERVER = 62;
        ZMQ_GSSAPI_PRINCIPAL = 63;
        ZMQ_GSSAPI_SERVICE_PRINCIPAL = 64;
        ZMQ_GSSAPI_PLAINTEXT = 65;
        ZMQ_HANDSHAKE_IVL = 66;
        ZMQ_SOCKS_PROXY = 68;
        ZMQ_XPUB_NODROP = 69;
        ZMQ_BLOCKY = 70;
        ZMQ_XPUB_MANUAL = 71;
        ZMQ_XPUB_WELCOME_MSG = 72;
        ZMQ_STREAM_NOTIFY = 73;
        ZMQ_INVERT_MATCHING = 74;
        ZMQ_HEARTBEAT_IVL = 75;
        ZMQ_HEARTBEAT_TTL = 76;
        ZMQ_HEARTBEAT_TIMEOUT = 77;
        ZMQ_XPUB_VERBOSER = 78;
        ZMQ_CONNECT_TIMEOUT = 79;
        ZMQ_TCP_MAXRT = 80;
        ZMQ_THREAD_SAFE = 81;
        ZMQ_MULTICAST_MAXTPDU = 84;
        ZMQ_VMCI_BUFFER_SIZE = 85;
        ZMQ_VMCI_BUFFER_MIN_SIZE = 86;
        ZMQ_VMCI_BUFFER_MAX_SIZE = 87;
        ZMQ_VMCI_CONNECT_TIMEOUT = 88;
        ZMQ_USE_FD = 89;
        ZMQ_GSSAPI_PRINCIPAL_NAMETYPE = 90;
        ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE = 91;
        ZMQ_BINDTODEVICE = 92;
        ZMQ_MORE = 1;
        ZMQ_SHARED = 3;
        ZMQ_DONTWAIT = 1;
        ZMQ_SNDMORE = 2;
        ZMQ_NULL = 0;
        ZMQ_PLAIN = 1;
        ZMQ_CURVE = 2;
        ZMQ_GSSAPI = 3;
        ZMQ_GROUP_MAX_LENGTH = 255;
        ZMQ_IDENTITY = 5;
        ZMQ_CONNECT_RID = 61;
        ZMQ_TCP_ACCEPT_FILTER = 38;
        ZMQ_IPC_FILTER_PID = 58;
        ZMQ_IPC_FILTER_UID = 59;
        ZMQ_IPC_FILTER_GID = 60;
        ZMQ_IPV4ONLY = 31;
        ZMQ_DELAY_ATTACH_ON_CONNECT = 39;
        ZMQ_NOBLOCK = 1;
        ZMQ_FAIL_UNROUTABLE = 33;
        ZMQ_ROUTER_BEHAVIOR = 33;
        ZMQ_SRCFD = 2;
        ZMQ_GSSAPI_NT_HOSTBASED = 0;
        ZMQ_GSSAPI_NT_USER_NAME = 1;
        ZMQ_GSSAPI_NT_KRB5_PRINCIPAL = 2;
        ZMQ_EVENT_CONNECTED = 0x0001;
        ZMQ_EVENT_CONNECT_DELAYED = 0x0002;
        ZMQ_EVENT_CONNECT_RETRIED = 0x0004;
        ZMQ_EVENT_LISTENING = 0x0008;
        ZMQ_EVENT_BIND_FAILED = 0x0010;
        ZMQ_EVENT_ACCEPTED = 0x0020;
        ZMQ_EVENT_ACCEPT_FAILED = 0x0040;
        ZMQ_EVENT_CLOSED = 0x0080;
        ZMQ_EVENT_CLOSE_FAILED = 0x0100;
        ZMQ_EVENT_DISCONNECTED = 0x0200;
        ZMQ_EVENT_MONITOR_STOPPED = 0x0400;
        ZMQ_EVENT_ALL = 0xffff;
        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL = 0x0800;
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED = 0x1000;
        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL = 0x2000;
        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH = 0x4000;
        ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED = 0x10000000;
        ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND = 0x10000001;
        ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE = 0x10000002;
        ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE = 0x10000003;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED = 0x10000011;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE = 0x10000012;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO = 0x10000013;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE = 0x10000014;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR = 0x10000015;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY = 0x10000016;
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME = 0x10000017;
        ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA = 0x10000018;
        ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC = 0x11000001;
        ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH = 0x11000002;
        ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED = 0x20000000;
        ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY = 0x20000001;
        ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID = 0x20000002;
        ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION = 0x20000003;
        ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE = 0x20000004;
        ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA = 0x20000005;
        ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED = 0x30000000;
        ZMQ_POLLIN = 1;
        ZMQ_POLLOUT = 2;
        ZMQ_POLLERR = 4;
        ZMQ_POLLPRI = 8;
        ZMQ_POLLITEMS_DFLT = 16;
        ZMQ_HAS_CAPABILITIES = 1;
        ZMQ_STREAMER = 1;
        ZMQ_FORWARDER = 2;
        ZMQ_QUEUE = 3;
    };
    assert_names(
        table.iter().map(|row| row.0),
        include_str!("../src/bindings.rs"),
        "const ",
    );
    assert_constants(&table);
}

#[cfg(feature = "draft")]
#[test]
fn draft_constants() {
    let table = constants! {
        ZMQ_SERVER = 12;
        ZMQ_CLIENT = 13;
        ZMQ_RADIO = 14;
        ZMQ_DISH = 15;
        ZMQ_GATHER = 16;
        ZMQ_SCATTER = 17;
        ZMQ_DGRAM = 18;
        ZMQ_PEER = 19;
        ZMQ_CHANNEL = 20;
        ZMQ_ZAP_ENFORCE_DOMAIN = 93;
        ZMQ_LOOPBACK_FASTPATH = 94;
        ZMQ_METADATA = 95;
        ZMQ_MULTICAST_LOOP = 96;
        ZMQ_ROUTER_NOTIFY = 97;
        ZMQ_XPUB_MANUAL_LAST_VALUE = 98;
        ZMQ_SOCKS_USERNAME = 99;
        ZMQ_SOCKS_PASSWORD = 100;
        ZMQ_IN_BATCH_SIZE = 101;
        ZMQ_OUT_BATCH_SIZE = 102;
        ZMQ_WSS_KEY_PEM = 103;
        ZMQ_WSS_CERT_PEM = 104;
        ZMQ_WSS_TRUST_PEM = 105;
        ZMQ_WSS_HOSTNAME = 106;
        ZMQ_WSS_TRUST_SYSTEM = 107;
        ZMQ_ONLY_FIRST_SUBSCRIBE = 108;
        ZMQ_RECONNECT_STOP = 109;
        ZMQ_HELLO_MSG = 110;
        ZMQ_DISCONNECT_MSG = 111;
        ZMQ_PRIORITY = 112;
        ZMQ_BUSY_POLL = 113;
        ZMQ_HICCUP_MSG = 114;
        ZMQ_XSUB_VERBOSE_UNSUBSCRIBE = 115;
        ZMQ_TOPICS_COUNT = 116;
        ZMQ_NORM_MODE = 117;
        ZMQ_NORM_UNICAST_NACK = 118;
        ZMQ_NORM_BUFFER_SIZE = 119;
        ZMQ_NORM_SEGMENT_SIZE = 120;
        ZMQ_NORM_BLOCK_SIZE = 121;
        ZMQ_NORM_NUM_PARITY = 122;
        ZMQ_NORM_NUM_AUTOPARITY = 123;
        ZMQ_NORM_PUSH = 124;
        ZMQ_NORM_FIXED = 0;
        ZMQ_NORM_CC = 1;
        ZMQ_NORM_CCL = 2;
        ZMQ_NORM_CCE = 3;
        ZMQ_NORM_CCE_ECNONLY = 4;
        ZMQ_RECONNECT_STOP_CONN_REFUSED = 1;
        ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED = 2;
        ZMQ_RECONNECT_STOP_AFTER_DISCONNECT = 4;
        ZMQ_ZERO_COPY_RECV = 10;
        ZMQ_NOTIFY_CONNECT = 1;
        ZMQ_NOTIFY_DISCONNECT = 2;
        ZMQ_EVENT_PIPES_STATS = 0x10000;
        ZMQ_CURRENT_EVENT_VERSION = 1;
        ZMQ_CURRENT_EVENT_VERSION_DRAFT = 2;
        ZMQ_EVENT_ALL_V1 = 0xffff;
        ZMQ_EVENT_ALL_V2 = 0x1ffff;
    };
    let text = [
        (
            "ZMQ_MSG_PROPERTY_ROUTING_ID",
            zmq_sys::ZMQ_MSG_PROPERTY_ROUTING_ID,
            c"Routing-Id",
        ),
        (
            "ZMQ_MSG_PROPERTY_SOCKET_TYPE",
            zmq_sys::ZMQ_MSG_PROPERTY_SOCKET_TYPE,
            c"Socket-Type",
        ),
        (
            "ZMQ_MSG_PROPERTY_USER_ID",
            zmq_sys::ZMQ_MSG_PROPERTY_USER_ID,
            c"User-Id",
        ),
        (
            "ZMQ_MSG_PROPERTY_PEER_ADDRESS",
            zmq_sys::ZMQ_MSG_PROPERTY_PEER_ADDRESS,
            c"Peer-Address",
        ),
    ];
    let names = table.iter().map(|row| row.0).chain(text.iter().map(|row| row.0));
    assert_names(names, include_str!("../src/bindings_draft.rs"), "const ");
    assert_constants(&table);
    for (name, value, expected) in text {
        assert_eq!(value, expected, "{name}");
    }
}
