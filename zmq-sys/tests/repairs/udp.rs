//! 17: udp.

use std::ffi::{CString, c_int};
use std::net::UdpSocket;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::groups::radio;
use crate::support::zmq::*;

fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn endpoint(host: &str, port: u16) -> CString {
    CString::new(format!("udp://{host}:{port}")).unwrap()
}

#[test]
fn radio_drops_what_is_too_long() {
    case("udp::radio_drops_what_is_too_long", Plain::Fails, || {
        let there = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = there.local_addr().unwrap().port();
        let context = context();
        let sender = socket(context, ZMQ_RADIO);
        connect(sender, &endpoint("127.0.0.1", port));
        ready();
        radio(sender, c"g", &[b'x'; 20_000]);
        radio(sender, c"g", b"small");
        let mut packet = [0; 100];
        let len = there.recv(&mut packet).unwrap();
        assert_eq!(&packet[..len], b"\x01gsmall");
        close(sender);
        term(context);
    });
}

#[test]
fn dgram_drops_what_is_too_long() {
    case("udp::dgram_drops_what_is_too_long", Plain::Fails, || {
        let there = UdpSocket::bind("127.0.0.1:0").unwrap();
        let to = there.local_addr().unwrap().to_string();
        let context = context();
        let dgram = socket(context, ZMQ_DGRAM);
        ok!(zmq_bind(dgram, endpoint("127.0.0.1", free_port()).as_ptr()));
        ready();
        for body in [&[b'x'; 60_000][..], b"small"] {
            send(dgram, to.as_bytes(), ZMQ_SNDMORE);
            send(dgram, body, 0);
        }
        let mut packet = [0; 100];
        let len = there.recv(&mut packet).unwrap();
        assert_eq!(&packet[..len], b"small");
        close(dgram);
        term(context);
    });
}

/// A packet that is ignored, and one that is not.
fn ignored(test: &str, kind: c_int, host: &str, packet: &'static [u8], plain: Plain) {
    case(test, plain, || {
        let port = free_port();
        let context = context();
        let receiver = socket(context, kind);
        if host.starts_with('[') {
            set(receiver, ZMQ_IPV6, 1);
        }
        if kind == ZMQ_DISH {
            ok!(zmq_join(receiver, c"g".as_ptr()));
        }
        ok!(zmq_bind(receiver, endpoint(host, port).as_ptr()));
        pause(100);
        ready();
        let stranger = UdpSocket::bind(format!("{host}:0")).unwrap();
        stranger.send_to(packet, format!("{host}:{port}")).unwrap();
        pause(100);
        if kind == ZMQ_DISH {
            stranger.send_to(b"\x01ghi", format!("{host}:{port}")).unwrap();
            let mut message = unset();
            ok!(zmq_msg_init(&mut message));
            assert_eq!(ok!(zmq_msg_recv(&mut message, receiver, 0)), 2);
            ok!(zmq_msg_close(&mut message));
        }
        close(receiver);
        term(context);
    });
}

#[test]
fn dish_ignores_a_group_that_is_too_long() {
    ignored(
        "udp::dish_ignores_a_group_that_is_too_long",
        ZMQ_DISH,
        "127.0.0.1",
        b"\x80hello",
        Plain::Prints("udp_engine.cpp:547"),
    );
}

#[test]
fn dish_ignores_a_packet_cut_short() {
    ignored(
        "udp::dish_ignores_a_packet_cut_short",
        ZMQ_DISH,
        "127.0.0.1",
        b"\x64short",
        // It leaks.
        Plain::MayFail,
    );
}

#[test]
fn dish_ignores_an_empty_packet() {
    ignored(
        "udp::dish_ignores_an_empty_packet",
        ZMQ_DISH,
        "127.0.0.1",
        b"",
        Plain::MayFail,
    );
}

#[test]
fn dgram_ignores_a_packet_of_ipv6() {
    if UdpSocket::bind("[::1]:0").is_err() {
        println!("skipped: no IPv6 here");
        return;
    }
    ignored(
        "udp::dgram_ignores_a_packet_of_ipv6",
        ZMQ_DGRAM,
        "[::1]",
        b"x",
        Plain::Prints("udp_engine.cpp:535"),
    );
}
