// Written by `build/bindings.rs`; `tests/regenerate.rs` keeps it so.
use super::types::*;
use super::bindings::*;

pub const ZMQ_SERVER: ::core::ffi::c_int = 12;
pub const ZMQ_CLIENT: ::core::ffi::c_int = 13;
pub const ZMQ_RADIO: ::core::ffi::c_int = 14;
pub const ZMQ_DISH: ::core::ffi::c_int = 15;
pub const ZMQ_GATHER: ::core::ffi::c_int = 16;
pub const ZMQ_SCATTER: ::core::ffi::c_int = 17;
pub const ZMQ_DGRAM: ::core::ffi::c_int = 18;
pub const ZMQ_PEER: ::core::ffi::c_int = 19;
pub const ZMQ_CHANNEL: ::core::ffi::c_int = 20;
pub const ZMQ_ZAP_ENFORCE_DOMAIN: ::core::ffi::c_int = 93;
pub const ZMQ_LOOPBACK_FASTPATH: ::core::ffi::c_int = 94;
pub const ZMQ_METADATA: ::core::ffi::c_int = 95;
pub const ZMQ_MULTICAST_LOOP: ::core::ffi::c_int = 96;
pub const ZMQ_ROUTER_NOTIFY: ::core::ffi::c_int = 97;
pub const ZMQ_XPUB_MANUAL_LAST_VALUE: ::core::ffi::c_int = 98;
pub const ZMQ_SOCKS_USERNAME: ::core::ffi::c_int = 99;
pub const ZMQ_SOCKS_PASSWORD: ::core::ffi::c_int = 100;
pub const ZMQ_IN_BATCH_SIZE: ::core::ffi::c_int = 101;
pub const ZMQ_OUT_BATCH_SIZE: ::core::ffi::c_int = 102;
pub const ZMQ_WSS_KEY_PEM: ::core::ffi::c_int = 103;
pub const ZMQ_WSS_CERT_PEM: ::core::ffi::c_int = 104;
pub const ZMQ_WSS_TRUST_PEM: ::core::ffi::c_int = 105;
pub const ZMQ_WSS_HOSTNAME: ::core::ffi::c_int = 106;
pub const ZMQ_WSS_TRUST_SYSTEM: ::core::ffi::c_int = 107;
pub const ZMQ_ONLY_FIRST_SUBSCRIBE: ::core::ffi::c_int = 108;
pub const ZMQ_RECONNECT_STOP: ::core::ffi::c_int = 109;
pub const ZMQ_HELLO_MSG: ::core::ffi::c_int = 110;
pub const ZMQ_DISCONNECT_MSG: ::core::ffi::c_int = 111;
pub const ZMQ_PRIORITY: ::core::ffi::c_int = 112;
pub const ZMQ_BUSY_POLL: ::core::ffi::c_int = 113;
pub const ZMQ_HICCUP_MSG: ::core::ffi::c_int = 114;
pub const ZMQ_XSUB_VERBOSE_UNSUBSCRIBE: ::core::ffi::c_int = 115;
pub const ZMQ_TOPICS_COUNT: ::core::ffi::c_int = 116;
pub const ZMQ_NORM_MODE: ::core::ffi::c_int = 117;
pub const ZMQ_NORM_UNICAST_NACK: ::core::ffi::c_int = 118;
pub const ZMQ_NORM_BUFFER_SIZE: ::core::ffi::c_int = 119;
pub const ZMQ_NORM_SEGMENT_SIZE: ::core::ffi::c_int = 120;
pub const ZMQ_NORM_BLOCK_SIZE: ::core::ffi::c_int = 121;
pub const ZMQ_NORM_NUM_PARITY: ::core::ffi::c_int = 122;
pub const ZMQ_NORM_NUM_AUTOPARITY: ::core::ffi::c_int = 123;
pub const ZMQ_NORM_PUSH: ::core::ffi::c_int = 124;
pub const ZMQ_NORM_FIXED: ::core::ffi::c_int = 0;
pub const ZMQ_NORM_CC: ::core::ffi::c_int = 1;
pub const ZMQ_NORM_CCL: ::core::ffi::c_int = 2;
pub const ZMQ_NORM_CCE: ::core::ffi::c_int = 3;
pub const ZMQ_NORM_CCE_ECNONLY: ::core::ffi::c_int = 4;
pub const ZMQ_RECONNECT_STOP_CONN_REFUSED: ::core::ffi::c_int = 1;
pub const ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED: ::core::ffi::c_int = 2;
pub const ZMQ_RECONNECT_STOP_AFTER_DISCONNECT: ::core::ffi::c_int = 4;
pub const ZMQ_ZERO_COPY_RECV: ::core::ffi::c_int = 10;
pub const ZMQ_MSG_PROPERTY_ROUTING_ID: &::core::ffi::CStr = c"Routing-Id";
pub const ZMQ_MSG_PROPERTY_SOCKET_TYPE: &::core::ffi::CStr = c"Socket-Type";
pub const ZMQ_MSG_PROPERTY_USER_ID: &::core::ffi::CStr = c"User-Id";
pub const ZMQ_MSG_PROPERTY_PEER_ADDRESS: &::core::ffi::CStr = c"Peer-Address";
pub const ZMQ_NOTIFY_CONNECT: ::core::ffi::c_int = 1;
pub const ZMQ_NOTIFY_DISCONNECT: ::core::ffi::c_int = 2;
pub const ZMQ_EVENT_PIPES_STATS: ::core::ffi::c_int = 65536;
pub const ZMQ_CURRENT_EVENT_VERSION: ::core::ffi::c_int = 1;
pub const ZMQ_CURRENT_EVENT_VERSION_DRAFT: ::core::ffi::c_int = 2;
pub const ZMQ_EVENT_ALL_V1: ::core::ffi::c_int = 65535;
pub const ZMQ_EVENT_ALL_V2: ::core::ffi::c_int = 131071;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct zmq_poller_event_t {
    pub socket: *mut ::core::ffi::c_void,
    pub fd: zmq_fd_t,
    pub user_data: *mut ::core::ffi::c_void,
    pub events: ::core::ffi::c_short,
}
unsafe extern "C" {
    pub fn zmq_ctx_set_ext(
        context_: *mut ::core::ffi::c_void,
        option_: ::core::ffi::c_int,
        optval_: *const ::core::ffi::c_void,
        optvallen_: usize,
    ) -> ::core::ffi::c_int;
    pub fn zmq_ctx_get_ext(
        context_: *mut ::core::ffi::c_void,
        option_: ::core::ffi::c_int,
        optval_: *mut ::core::ffi::c_void,
        optvallen_: *mut usize,
    ) -> ::core::ffi::c_int;
    pub fn zmq_join(
        s: *mut ::core::ffi::c_void,
        group: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
    pub fn zmq_leave(
        s: *mut ::core::ffi::c_void,
        group: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
    pub fn zmq_connect_peer(
        s_: *mut ::core::ffi::c_void,
        addr_: *const ::core::ffi::c_char,
    ) -> u32;
    pub fn zmq_msg_set_routing_id(
        msg: *mut zmq_msg_t,
        routing_id: u32,
    ) -> ::core::ffi::c_int;
    pub fn zmq_msg_routing_id(msg: *mut zmq_msg_t) -> u32;
    pub fn zmq_msg_set_group(
        msg: *mut zmq_msg_t,
        group: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
    pub fn zmq_msg_group(msg: *mut zmq_msg_t) -> *const ::core::ffi::c_char;
    pub fn zmq_msg_init_buffer(
        msg_: *mut zmq_msg_t,
        buf_: *const ::core::ffi::c_void,
        size_: usize,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_new() -> *mut ::core::ffi::c_void;
    pub fn zmq_poller_destroy(
        poller_p: *mut *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_size(poller: *mut ::core::ffi::c_void) -> ::core::ffi::c_int;
    pub fn zmq_poller_add(
        poller: *mut ::core::ffi::c_void,
        socket: *mut ::core::ffi::c_void,
        user_data: *mut ::core::ffi::c_void,
        events: ::core::ffi::c_short,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_modify(
        poller: *mut ::core::ffi::c_void,
        socket: *mut ::core::ffi::c_void,
        events: ::core::ffi::c_short,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_remove(
        poller: *mut ::core::ffi::c_void,
        socket: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_wait(
        poller: *mut ::core::ffi::c_void,
        event: *mut zmq_poller_event_t,
        timeout: ::core::ffi::c_long,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_wait_all(
        poller: *mut ::core::ffi::c_void,
        events: *mut zmq_poller_event_t,
        n_events: ::core::ffi::c_int,
        timeout: ::core::ffi::c_long,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_fd(
        poller: *mut ::core::ffi::c_void,
        fd: *mut zmq_fd_t,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_add_fd(
        poller: *mut ::core::ffi::c_void,
        fd: zmq_fd_t,
        user_data: *mut ::core::ffi::c_void,
        events: ::core::ffi::c_short,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_modify_fd(
        poller: *mut ::core::ffi::c_void,
        fd: zmq_fd_t,
        events: ::core::ffi::c_short,
    ) -> ::core::ffi::c_int;
    pub fn zmq_poller_remove_fd(
        poller: *mut ::core::ffi::c_void,
        fd: zmq_fd_t,
    ) -> ::core::ffi::c_int;
    pub fn zmq_socket_get_peer_state(
        socket: *mut ::core::ffi::c_void,
        routing_id: *const ::core::ffi::c_void,
        routing_id_size: usize,
    ) -> ::core::ffi::c_int;
    pub fn zmq_socket_monitor_versioned(
        s_: *mut ::core::ffi::c_void,
        addr_: *const ::core::ffi::c_char,
        events_: u64,
        event_version_: ::core::ffi::c_int,
        type_: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
    pub fn zmq_socket_monitor_pipes_stats(
        s: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn zmq_ppoll(
        items_: *mut zmq_pollitem_t,
        nitems_: ::core::ffi::c_int,
        timeout_: ::core::ffi::c_long,
        sigmask_: *const sigset_t,
    ) -> ::core::ffi::c_int;
}
