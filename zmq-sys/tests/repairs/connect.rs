//! 05: what the network and the kernel say to `connect()`, `send()` and `recv()`.

use std::ffi::{CStr, CString, c_int};

use zmq_sys::*;

use crate::case::{Plain, case, ready, try_recv, turn, until};
use crate::faults::{Fault, RECV, SEND, SO_ERROR, descriptors};
use crate::peer::{listen, unused_address};
use crate::support::monitor::Monitor;
use crate::support::zmq::*;

/// The call of an I/O thread fails once with that error; messages come through
/// afterwards.
fn fails_once(test: &str, fault: &Fault, endpoint: &CStr, errno: c_int, plain: &'static str) {
    case(test, Plain::Prints(plain), || {
        let context = context();
        let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        set(push, ZMQ_RECONNECT_IVL, 30);
        let endpoint = bind(pull, endpoint);
        if std::ptr::eq(fault, &SO_ERROR) {
            ready();
            fault.arm(errno);
            connect(push, &endpoint);
        } else {
            connect(push, &endpoint);
            send(push, b"before", 0);
            assert_eq!(recv(pull), b"before");
            ready();
            fault.arm(errno);
        }
        // What is sent in the moment of the fault may be lost.
        until("a message comes after the fault", || {
            sys!(zmq_send(push, c"x".as_ptr().cast(), 1, ZMQ_DONTWAIT));
            turn(pull);
            try_recv(pull).is_some() && fault.used()
        });
        close(pull);
        close(push);
        term(context);
    });
}

const TCP: &CStr = c"tcp://127.0.0.1:*";
const WS: &CStr = c"ws://127.0.0.1:*";

#[test]
fn tcp_protocol_unreachable_is_tried_again() {
    fails_once(
        "connect::tcp_protocol_unreachable_is_tried_again",
        &SO_ERROR,
        TCP,
        libc::ENOPROTOOPT,
        "tcp_connecter.cpp:262",
    );
}

#[test]
fn ws_protocol_unreachable_is_tried_again() {
    fails_once(
        "connect::ws_protocol_unreachable_is_tried_again",
        &SO_ERROR,
        WS,
        libc::ENOPROTOOPT,
        "ws_connecter.cpp:227",
    );
}

#[test]
fn ipc_full_backlog_is_tried_again() {
    fails_once(
        "connect::ipc_full_backlog_is_tried_again",
        &SO_ERROR,
        &unused_ipc(),
        libc::EAGAIN,
        "ipc_connecter.cpp:147",
    );
}

#[test]
fn send_without_memory_goes_on() {
    fails_once(
        "connect::send_without_memory_goes_on",
        &SEND,
        TCP,
        libc::ENOMEM,
        "tcp.cpp:227",
    );
}

#[test]
fn send_forbidden_goes_on() {
    fails_once(
        "connect::send_forbidden_goes_on",
        &SEND,
        TCP,
        libc::EACCES,
        "tcp.cpp:227",
    );
}

#[test]
fn send_too_long_goes_on() {
    fails_once(
        "connect::send_too_long_goes_on",
        &SEND,
        &unused_ipc(),
        libc::EMSGSIZE,
        "tcp.cpp:227",
    );
}

#[test]
fn recv_without_memory_goes_on() {
    fails_once(
        "connect::recv_without_memory_goes_on",
        &RECV,
        TCP,
        libc::ENOMEM,
        "tcp.cpp:279",
    );
}

#[test]
fn ws_recv_without_memory_goes_on() {
    fails_once(
        "connect::ws_recv_without_memory_goes_on",
        &RECV,
        WS,
        libc::ENOMEM,
        "tcp.cpp:279",
    );
}

#[test]
fn options_refused_leave_no_descriptor() {
    case(
        "connect::options_refused_leave_no_descriptor",
        Plain::Prints("descriptors leak"),
        || {
            let (_listener, endpoint) = listen();
            let context = context();
            let push = socket(context, ZMQ_PUSH);
            set(push, ZMQ_RECONNECT_IVL, 10);
            set(push, ZMQ_TCP_KEEPALIVE, 1);
            // More than the kernel takes.
            set(push, ZMQ_TCP_KEEPALIVE_CNT, 1000);
            let monitor = Monitor::new(context, push, ZMQ_EVENT_CONNECT_RETRIED);
            connect(push, &endpoint);
            monitor.wait_for(ZMQ_EVENT_CONNECT_RETRIED);
            let before = descriptors();
            ready();
            for _ in 0..10 {
                monitor.wait_for(ZMQ_EVENT_CONNECT_RETRIED);
            }
            let after = descriptors();
            assert!(after < before + 3, "descriptors leak: {before}, then {after}");
            monitor.close(push);
            close(push);
            term(context);
        },
    );
}

#[test]
fn connected_to_itself_is_not_connected() {
    case(
        "connect::connected_to_itself_is_not_connected",
        Plain::Prints("talks to itself"),
        || {
            let free = unused_address();
            let context = context();
            let pair = socket(context, ZMQ_PAIR);
            set(pair, ZMQ_RECONNECT_IVL, 50);
            let monitor = Monitor::new(context, pair, ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
            // From the port to the port itself, which chance does by itself.
            let endpoint = CString::new(format!("tcp://{free};{free}")).unwrap();
            ready();
            connect(pair, &endpoint);
            let (event, ..) = monitor.next();
            assert_eq!(event, ZMQ_EVENT_CONNECT_RETRIED, "talks to itself");
            monitor.close(pair);
            close(pair);
            // The port is free.
            let server = socket(context, ZMQ_PAIR);
            let endpoint = CString::new(format!("tcp://{free}")).unwrap();
            until("the server binds", || sys!(zmq_bind(server, endpoint.as_ptr())) == 0);
            close(server);
            term(context);
        },
    );
}
