//! 04: no descriptor left.

use std::ffi::CString;
use std::net::TcpListener;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::faults::take_all_descriptors;
use crate::peer::{Peer, unused_address};
use crate::support::zmq::*;

#[test]
fn source_address_at_the_limit_connects_later() {
    case(
        "descriptors::source_address_at_the_limit_connects_later",
        Plain::Prints("ip_resolver.cpp:542"),
        || {
            let address = unused_address();
            let context = context();
            let push = socket(context, ZMQ_PUSH);
            set(push, ZMQ_RECONNECT_IVL, 50);
            let endpoint = CString::new(format!("tcp://127.0.0.1:0;{address}")).unwrap();
            connect(push, &endpoint);
            ready();
            let taken = take_all_descriptors();
            pause(300);
            drop(taken);
            let server = TcpListener::bind(address).unwrap();
            Peer::accept(&server).handshake("PULL", b"");
            close(push);
            term(context);
        },
    );
}

#[cfg(feature = "draft")]
#[test]
fn udp_connect_at_the_limit_fails_quietly() {
    case(
        "descriptors::udp_connect_at_the_limit_fails_quietly",
        Plain::Prints("session_base.cpp:672"),
        || {
            let context = context();
            let radio = socket(context, ZMQ_RADIO);
            let taken = take_all_descriptors();
            ready();
            connect(radio, c"udp://127.0.0.1:9");
            pause(200);
            drop(taken);
            close(radio);
            term(context);
        },
    );
}

#[cfg(feature = "draft")]
#[test]
fn thread_safe_socket_at_the_limit_is_an_error() {
    case(
        "descriptors::thread_safe_socket_at_the_limit_is_an_error",
        Plain::Fails,
        || {
            let context = context();
            let first = socket(context, ZMQ_CLIENT);
            let taken = take_all_descriptors();
            ready();
            let second = sys!(zmq_socket(context, ZMQ_CLIENT));
            close(first);
            pause(200);
            assert!(second.is_null(), "made without a descriptor");
            assert_eq!(sys!(zmq_errno()), libc::EMFILE);
            drop(taken);
            term(context);
        },
    );
}
