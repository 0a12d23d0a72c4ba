//! 06: a receiver at its high-water mark, so that its engine does not read.

use std::ffi::{c_int, c_void};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, count, pause, ready, try_recv, turn};
use crate::peer::{COMMAND, Peer, frame, listen, port};
use crate::support::background;
use crate::support::zmq::*;

/// Longer than it takes to deliver what is there.
const NOTHING_MORE: Duration = Duration::from_millis(500);

fn heartbeats(socket: *mut c_void, interval: c_int, timeout: c_int) {
    set(socket, ZMQ_HEARTBEAT_IVL, interval);
    set(socket, ZMQ_HEARTBEAT_TIMEOUT, timeout);
}

/// A receiver of that type reads after a pause longer than its heartbeat takes.
fn reads_after_a_pause(test: &str, kind: c_int, sender: c_int) {
    case(test, Plain::Prints("stream_engine_base.cpp:396"), || {
        let context = context();
        let (receiver, sender) = (socket(context, kind), socket(context, sender));
        set(sender, ZMQ_SNDHWM, 100_000);
        set(receiver, ZMQ_RCVHWM, 5);
        heartbeats(receiver, 50, 100);
        if kind == ZMQ_SUB {
            set_bytes(receiver, ZMQ_SUBSCRIBE, b"");
        }
        connect(receiver, &bind(sender, c"tcp://127.0.0.1:*"));
        pause(150);
        for _ in 0..50 {
            sys!(zmq_send(sender, [b'x'; 2000].as_ptr().cast(), 2000, ZMQ_DONTWAIT));
        }
        ready();
        pause(1000);
        count(receiver, Duration::from_millis(300));
        close(receiver);
        close(sender);
        term(context);
    });
}

#[test]
fn pull_with_heartbeats_reads_after_a_pause() {
    reads_after_a_pause("paused::pull_with_heartbeats_reads_after_a_pause", ZMQ_PULL, ZMQ_PUSH);
}

#[test]
fn sub_with_heartbeats_reads_after_a_pause() {
    reads_after_a_pause("paused::sub_with_heartbeats_reads_after_a_pause", ZMQ_SUB, ZMQ_PUB);
}

#[test]
fn heartbeat_is_due_after_the_peer_has_gone() {
    case(
        "paused::heartbeat_is_due_after_the_peer_has_gone",
        Plain::Prints("stream_engine_base.cpp:310"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_RCVHWM, 5);
            heartbeats(pull, 50, 5000);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            peer.write(&frame(b"x", 0).repeat(20));
            pause(100);
            ready();
            peer.reset();
            pause(300);
            assert_eq!(count(pull, NOTHING_MORE), 20);
            close(pull);
            term(context);
        },
    );
}

#[test]
fn ping_waits_after_the_peer_has_gone() {
    case(
        "paused::ping_waits_after_the_peer_has_gone",
        Plain::Prints("stream_engine_base.cpp:310"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            // One more than the mark, and then what wants an answer.
            let ping = frame(b"\x04PING\0\0", COMMAND);
            peer.write(&[frame(b"x", 0).repeat(1001), ping].concat());
            pause(100);
            ready();
            peer.reset();
            pause(300);
            assert_eq!(count(pull, NOTHING_MORE), 1001);
            close(pull);
            term(context);
        },
    );
}

#[test]
fn heartbeats_of_a_paused_reader_keep_the_peer() {
    case(
        "paused::heartbeats_of_a_paused_reader_keep_the_peer",
        Plain::Prints("left: "),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_RCVHWM, 5);
            heartbeats(pull, 50, 200);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            let mut reader = Peer(peer.0.try_clone().unwrap());
            let ended = Arc::new(AtomicBool::new(false));
            let tells = ended.clone();
            // Replies to each PING at once, and so is alive.
            let done = background(move || {
                let mut head = [0; 2];
                while std::io::Read::read_exact(&mut reader.0, &mut head).is_ok() {
                    let body = reader.read(head[1].into());
                    if body.starts_with(b"\x04PING") {
                        let context = body.get(7..).unwrap_or_default();
                        reader.write(&frame(&[b"\x04PONG", context].concat(), COMMAND));
                    }
                }
                tells.store(true, Ordering::SeqCst);
            });
            ready();
            peer.write(&frame(&[b'x'; 1000], 0).repeat(200));
            pause(1200);
            assert_eq!(count(pull, NOTHING_MORE), 200);
            assert!(!ended.load(Ordering::SeqCst), "the connection was dropped");
            peer.shut();
            let _ = done.recv_timeout(Duration::from_secs(5));
            close(pull);
            term(context);
        },
    );
}

#[test]
fn ipc_stream_ends_at_a_full_receiver() {
    case(
        "paused::ipc_stream_ends_at_a_full_receiver",
        Plain::Prints("left: "),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_RCVHWM, 10);
            let path = std::env::temp_dir().join(format!("zmq-sys-paused-{}", std::process::id()));
            let endpoint = std::ffi::CString::new(format!("ipc://{}", path.display())).unwrap();
            let endpoint = bind(pull, &endpoint);
            drop(UnixStream::connect(&path).unwrap());
            let sender = background(move || {
                let context = context_of_its_own();
                let push = socket(context.ptr(), ZMQ_PUSH);
                set(push, ZMQ_SNDHWM, 10);
                set(push, ZMQ_LINGER, -1);
                connect(push, &endpoint);
                for _ in 0..200 {
                    send(push, &[b'x'; 1000], 0);
                }
                close(push);
                term(context.ptr());
            });
            ready();
            pause(100);
            let mut received = 0;
            loop {
                let now = count_some(pull, 10);
                received += now;
                if now < 10 {
                    break;
                }
                pause(1);
            }
            let _ = sender.recv_timeout(Duration::from_secs(5));
            let _ = std::fs::remove_file(path);
            assert_eq!(received, 200);
            close(pull);
            term(context);
        },
    );
}

fn context_of_its_own() -> Handle {
    Handle::new(context())
}

/// As many messages as come, but no more than `most`.
fn count_some(socket: *mut c_void, most: usize) -> usize {
    set(socket, ZMQ_RCVTIMEO, 1500);
    let mut buffer = vec![0_u8; 4096];
    (0..most)
        .take_while(|_| sys!(zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), 0)) >= 0)
        .count()
}

#[test]
fn tcp_reset_at_a_full_receiver_loses_nothing() {
    case(
        "paused::tcp_reset_at_a_full_receiver_loses_nothing",
        Plain::Prints("left: "),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_RCVHWM, 5);
            let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
            ready();
            peer.write(&frame(&[b'x'; 1000], 0).repeat(60));
            pause(200);
            peer.reset();
            pause(200);
            assert_eq!(count(pull, NOTHING_MORE), 60);
            close(pull);
            term(context);
        },
    );
}

/// A ROUTER that connects is full when its peer comes back.
fn comes_back(test: &str, zmtp: u8, plain: Plain) {
    case(test, plain, || {
        let (listener, endpoint) = listen();
        let context = context();
        let router = socket(context, ZMQ_ROUTER);
        set(router, ZMQ_RCVHWM, 2);
        set(router, ZMQ_RECONNECT_IVL, 20);
        connect(router, &endpoint);
        let greeted = || {
            let mut peer = Peer::accept(&listener);
            if zmtp == 3 {
                peer.handshake("DEALER", b"ME");
            } else {
                // ZMTP 2.0, in which the routing id is a frame.
                peer.write(b"\xff\0\0\0\0\0\0\0\x01\x7f\x01\x05");
                peer.read(12);
                peer.write(&frame(b"ME", 0));
                peer.frame();
            }
            peer
        };
        let mut peer = greeted();
        peer.write(&[frame(b"m0", 0), frame(b"m1", 0)].concat());
        pause(100);
        drop(peer);
        ready();
        let mut peer = greeted();
        pause(100);
        peer.write(&frame(b"m2", 0));
        pause(100);
        set(router, ZMQ_RCVTIMEO, 1000);
        let mut frames = Vec::new();
        while let Some(frame) = next(router) {
            frames.push(frame);
        }
        assert_eq!(frames, [&b"ME"[..], b"m0", b"ME", b"m1", b"ME", b"m2"]);
        close(router);
        term(context);
    });
}

fn next(socket: *mut c_void) -> Option<Vec<u8>> {
    let mut buffer = [0_u8; 64];
    let len = sys!(zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), 0));
    turn(socket);
    Some(buffer[..usize::try_from(len).ok()?].to_vec())
}

#[test]
fn router_is_full_when_its_peer_comes_back() {
    comes_back(
        "paused::router_is_full_when_its_peer_comes_back",
        3,
        Plain::Prints("left: "),
    );
}

#[test]
fn router_is_full_when_an_old_peer_comes_back() {
    comes_back(
        "paused::router_is_full_when_an_old_peer_comes_back",
        2,
        Plain::Prints("zmtp_engine.cpp:422"),
    );
}

#[test]
fn remaining_input_is_read_once() {
    case("paused::remaining_input_is_read_once", Plain::MayFail, || {
        let context = context();
        let pull = socket(context, ZMQ_PULL);
        let mut peer = Peer::greeted(port(&bind(pull, c"tcp://127.0.0.1:*")), "PUSH", b"");
        ready();
        peer.write(&frame(b"one", 0));
        assert_eq!(recv(pull), b"one");
        drop(peer);
        pause(50);
        assert_eq!(try_recv(pull), None);
        close(pull);
        term(context);
    });
}
