//! 02: what a SOCKS proxy may do.

use std::ffi::c_void;
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::peer::{Peer, unused_address};
use crate::support::monitor::Monitor;
use crate::support::zmq::*;

/// A socket that uses the proxy at this address.
fn behind(context: *mut c_void, proxy: &str) -> *mut c_void {
    let socket = socket(context, ZMQ_PUSH);
    set(socket, ZMQ_RECONNECT_IVL, 50);
    set_bytes(socket, ZMQ_SOCKS_PROXY, proxy.as_bytes());
    socket
}

/// A proxy that has taken a connection and its request.
fn asked() -> (*mut c_void, *mut c_void, TcpListener, Peer) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let context = context();
    let push = behind(context, &listener.local_addr().unwrap().to_string());
    connect(push, c"tcp://127.0.0.1:9");
    let mut proxy = Peer::accept(&listener);
    proxy.read(3);
    proxy.write(&[5, 0]);
    proxy.read(10);
    (context, push, listener, proxy)
}

#[test]
fn refusing_proxy_and_the_socket_is_closed() {
    case(
        "socks::refusing_proxy_and_the_socket_is_closed",
        Plain::Prints("epoll.cpp:86"),
        || {
            let context = context();
            let push = behind(context, &unused_address().to_string());
            // So that the close comes before the next attempt.
            set(push, ZMQ_RECONNECT_IVL, 60_000);
            let monitor = Monitor::new(context, push, ZMQ_EVENT_CONNECT_RETRIED);
            connect(push, c"tcp://127.0.0.1:9");
            monitor.wait_for(ZMQ_EVENT_CONNECT_RETRIED);
            ready();
            monitor.close(push);
            close(push);
            term(context);
        },
    );
}

#[test]
fn long_name_of_the_proxys_stays_in_its_buffer() {
    case(
        "socks::long_name_of_the_proxys_stays_in_its_buffer",
        Plain::Fails,
        || {
            let (context, push, listener, mut proxy) = asked();
            ready();
            proxy.write(&[5, 0, 0, 3, 0x80]);
            pause(20);
            // More than fits; the connection may end meanwhile.
            let _ = proxy.0.write_all(&vec![b'A'; 1_000_000]);
            drop(proxy);
            // It goes on.
            Peer::accept(&listener).read(3);
            close(push);
            term(context);
        },
    );
}

#[test]
fn pieces_of_an_answer_stay_in_the_buffer() {
    case("socks::pieces_of_an_answer_stay_in_the_buffer", Plain::Fails, || {
        let (context, push, listener, mut proxy) = asked();
        ready();
        proxy.write(&[5, 0, 0, 3, 0x7f]);
        pause(20);
        for round in 0..4000 {
            if proxy.0.write_all(&[b'A'; 100]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_micros(if round < 20 { 5000 } else { 200 }));
        }
        drop(proxy);
        Peer::accept(&listener).read(3);
        close(push);
        term(context);
    });
}

#[test]
fn honest_answer_in_pieces_connects() {
    case(
        "socks::honest_answer_in_pieces_connects",
        Plain::Prints("panicked"),
        || {
            let (context, push, _listener, mut proxy) = asked();
            let answer = [&[5, 0, 0, 3, 0x90][..], &[b'h'; 0x90], &[0, 1]].concat();
            ready();
            for byte in answer {
                proxy.write(&[byte]);
                std::thread::sleep(Duration::from_micros(300));
            }
            proxy.handshake("PULL", b"");
            send(push, b"through", 0);
            assert_eq!(proxy.frame(), (0, b"through".to_vec()));
            close(push);
            term(context);
        },
    );
}

#[test]
fn host_name_that_is_too_long_is_tried_again() {
    case(
        "socks::host_name_that_is_too_long_is_tried_again",
        Plain::Prints("socks.cpp:198"),
        || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let context = context();
            let push = behind(context, &listener.local_addr().unwrap().to_string());
            let endpoint = format!("tcp://{}:9\0", "a".repeat(300));
            ready();
            connect(push, std::ffi::CStr::from_bytes_with_nul(endpoint.as_bytes()).unwrap());
            for _ in 0..2 {
                let mut proxy = Peer::accept(&listener);
                proxy.read(3);
                proxy.write(&[5, 0]);
                assert!(proxy.ends_within(Duration::from_secs(5)));
            }
            close(push);
            term(context);
        },
    );
}
