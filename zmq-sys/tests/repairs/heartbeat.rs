//! 07: PINGs, and frames of a WebSocket that must be refused.

use std::ffi::c_void;
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::peer::{COMMAND, Peer, frame, port};
use crate::support::zmq::*;

#[test]
fn short_ping_is_not_answered_with_memory() {
    case(
        "heartbeat::short_ping_is_not_answered_with_memory",
        Plain::Prints("right: 5"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            peer.write(&frame(b"secret-of-31-bytes-ABCDEFGHIJKL", 0));
            recv(pull);
            ready();
            peer.write(&frame(b"\x04PING", COMMAND));
            peer.write(&frame(b"\x04PING\0", COMMAND));
            // A right one, so that there is a reply; its context is "end".
            peer.write(&frame(b"\x04PING\0\0end", COMMAND));
            loop {
                let (_, pong) = peer.frame();
                assert!(pong.starts_with(b"\x04PONG"), "{pong:?}");
                if pong == b"\x04PONGend" {
                    break;
                }
                // Without a context, at the most.
                assert_eq!(pong.len(), 5, "{pong:?}");
            }
            close(pull);
            term(context);
        },
    );
}

#[test]
fn long_time_to_live_keeps_the_connection() {
    case(
        "heartbeat::long_time_to_live_keeps_the_connection",
        Plain::Prints("was dropped"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            ready();
            // 65.6 seconds, which is 64 ms in 16 bits.
            peer.write(&frame(&[&b"\x04PING"[..], &656_u16.to_be_bytes()].concat(), COMMAND));
            assert!(
                !peer.ends_within(Duration::from_millis(1500)),
                "the connection was dropped"
            );
            peer.write(&frame(b"alive", 0));
            assert_eq!(recv(pull), b"alive");
            close(pull);
            term(context);
        },
    );
}

/// A stranger that offers a WebSocket without a mechanism.
fn web_socket(pull: *mut c_void) -> Peer {
    let mut peer = Peer::connect(port(&bind(pull, c"ws://127.0.0.1:*")));
    peer.write(
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \
          dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ZWS2.0\r\n\r\n",
    );
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.extend(peer.read(1));
    }
    // The routing id, which is empty.
    peer.write(&[0x82, 0x81, 0, 0, 0, 0, 0]);
    peer
}

#[test]
fn ws_peer_without_mechanism_meets_heartbeats() {
    case(
        "heartbeat::ws_peer_without_mechanism_meets_heartbeats",
        Plain::Prints("stream_engine_base.cpp:603"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_HEARTBEAT_IVL, 100);
            ready();
            let mut peer = web_socket(pull);
            pause(400);
            peer.write(&[0x82, 0x83, 0, 0, 0, 0, 0, b'h', b'i']);
            assert_eq!(recv(pull), b"hi");
            close(pull);
            term(context);
        },
    );
}

/// The connection ends at a frame that is not allowed.
fn ends_at(test: &str, bytes: &'static [u8]) {
    case(test, Plain::Prints("was left open"), || {
        let context = context();
        let pull = socket(context, ZMQ_PULL);
        let mut peer = web_socket(pull);
        peer.write(&[0x82, 0x83, 0, 0, 0, 0, 0, b'h', b'i']);
        assert_eq!(recv(pull), b"hi");
        // The engine has found nothing more to read meanwhile.
        pause(50);
        ready();
        peer.write(bytes);
        assert!(peer.ends_within(Duration::from_secs(3)), "the connection was left open");
        close(pull);
        term(context);
    });
}

#[test]
fn ws_fragment_ends_the_connection() {
    ends_at(
        "heartbeat::ws_fragment_ends_the_connection",
        &[0x02, 0x83, 0, 0, 0, 0, 0, b'h', b'i'],
    );
}

#[test]
fn ws_frame_without_mask_ends_the_connection() {
    ends_at(
        "heartbeat::ws_frame_without_mask_ends_the_connection",
        &[0x82, 0x03, 0, b'h', b'i'],
    );
}

#[test]
fn ws_unknown_opcode_ends_the_connection() {
    ends_at(
        "heartbeat::ws_unknown_opcode_ends_the_connection",
        &[0x85, 0x83, 0, 0, 0, 0, 0, b'h', b'i'],
    );
}
