//! 03: a connection that cannot be accepted.

use std::ffi::{CStr, c_int};
use std::os::unix::net::UnixStream;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, until};
use crate::faults::{ACCEPT, descriptors, take_all_descriptors};
use crate::peer::{Peer, port};
use crate::support::monitor::Monitor;
use crate::support::zmq::*;

#[test]
fn ipc_at_the_limit_of_descriptors_is_served_later() {
    case(
        "accept::ipc_at_the_limit_of_descriptors_is_served_later",
        Plain::Prints("ipc_listener.cpp:297"),
        || {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            let path = std::env::temp_dir().join(format!("zmq-sys-accept-{}", std::process::id()));
            let endpoint = format!("ipc://{}\0", path.display());
            let endpoint = bind(pull, CStr::from_bytes_with_nul(endpoint.as_bytes()).unwrap());
            // Made while there is one: connecting takes no further.
            let stranger = std::os::unix::net::UnixDatagram::unbound().unwrap();
            let taken = take_all_descriptors();
            drop(stranger);
            ready();
            let stranger = UnixStream::connect(&path).unwrap();
            pause(200);
            drop(taken);
            drop(stranger);
            connect(push, &endpoint);
            send(push, b"later", 0);
            assert_eq!(recv(pull), b"later");
            let _ = std::fs::remove_file(path);
            close(pull);
            close(push);
            term(context);
        },
    );
}

/// `accept()` fails once with that error; the client comes through all the same.
fn fails_once(test: &str, endpoint: &CStr, errno: c_int, plain: &'static str) {
    case(test, Plain::Prints(plain), || {
        let context = context();
        let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        let endpoint = bind(pull, endpoint);
        ready();
        ACCEPT.arm(errno);
        connect(push, &endpoint);
        until("accept() is called", || ACCEPT.used());
        send(push, b"accepted", 0);
        assert_eq!(recv(pull), b"accepted");
        close(pull);
        close(push);
        term(context);
    });
}

#[test]
fn tcp_forbidden_once_goes_on() {
    fails_once(
        "accept::tcp_forbidden_once_goes_on",
        c"tcp://127.0.0.1:*",
        libc::EPERM,
        "tcp_listener.cpp:196",
    );
}

#[test]
fn tcp_without_network_once_goes_on() {
    fails_once(
        "accept::tcp_without_network_once_goes_on",
        c"tcp://127.0.0.1:*",
        libc::ENETDOWN,
        "tcp_listener.cpp:196",
    );
}

#[test]
fn ipc_forbidden_once_goes_on() {
    fails_once(
        "accept::ipc_forbidden_once_goes_on",
        &unused_ipc(),
        libc::EPERM,
        "ipc_listener.cpp:297",
    );
}

#[test]
fn ws_forbidden_once_goes_on() {
    fails_once(
        "accept::ws_forbidden_once_goes_on",
        c"ws://127.0.0.1:*",
        libc::EPERM,
        "ws_listener.cpp:244",
    );
}

#[test]
fn options_refused_leave_no_descriptor() {
    case(
        "accept::options_refused_leave_no_descriptor",
        Plain::Prints("descriptors leak"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_TCP_KEEPALIVE, 1);
            // More than the kernel takes.
            set(pull, ZMQ_TCP_KEEPALIVE_CNT, 1000);
            let endpoint = bind(pull, c"tcp://127.0.0.1:*");
            let monitor = Monitor::new(context, pull, ZMQ_EVENT_ACCEPT_FAILED);
            let before = descriptors();
            ready();
            for _ in 0..20 {
                drop(Peer::connect(port(&endpoint)));
                monitor.wait_for(ZMQ_EVENT_ACCEPT_FAILED);
            }
            let after = descriptors();
            assert!(after < before + 3, "descriptors leak: {before}, then {after}");
            monitor.close(pull);
            close(pull);
            term(context);
        },
    );
}
