//! Messages over connections arrive whole, in order and as they were sent, whatever fits into one read or write of libzmq.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod flow;
mod memory;
mod turns;

use std::ffi::CString;
use std::sync::OnceLock;
use std::time::Duration;

use zmq_sys::*;

use support::child::in_child;
use support::zmq::*;

/// Lengths around the limits: of short messages, of blocks, of batches and of bodies that are not copied.
const LENGTHS: [usize; 26] = [
    0, 1, 33, 34, 255, 256, 1023, 1024, 1025, 4095, 4096, 4097, 8150, 8183, 8191, 8192, 8193, 16_384, 32_768, 65_527,
    65_535, 65_536, 65_537, 131_072, 262_145, 1_048_576,
];

/// More than a test takes on a busy machine: it moves some hundred megabytes.
const LONG: Duration = Duration::from_secs(120);

/// So many bytes of a pattern with a long period, from another place for each number.
fn bytes(len: usize, number: usize) -> Vec<u8> {
    static PATTERN: OnceLock<Vec<u8>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| (0..1_100_000_usize).map(|at| (at * 7 + at / 251) as u8).collect());
    pattern[number * 13..][..len].to_vec()
}

/// The frames of a message: one of some length, several, or two hundred short ones.
fn message(number: usize) -> Vec<Vec<u8>> {
    let len = LENGTHS[number % LENGTHS.len()];
    match number % 7 {
        5 => vec![
            bytes(3, number),
            bytes(len, number),
            bytes(0, number),
            bytes(300, number),
        ],
        6 => (0..200).map(|frame| bytes(frame, number)).collect(),
        _ => vec![bytes(len, number)],
    }
}

fn recv_frame(socket: Handle) -> (Vec<u8>, bool) {
    let mut frame = unset();
    ok!(zmq_msg_init(&mut frame));
    ok!(zmq_msg_recv(&mut frame, socket.ptr(), 0));
    let len = sys!(zmq_msg_size(&frame));
    let data = sys!(zmq_msg_data(&mut frame)).cast::<u8>();
    // SAFETY: the message holds so many bytes until it is closed.
    let copy = unsafe { std::slice::from_raw_parts(data, len) }.to_vec();
    let more = sys!(zmq_msg_more(&frame)) != 0;
    ok!(zmq_msg_close(&mut frame));
    (copy, more)
}

/// Has messages go from a PUSH to a PULL in contexts of their own, once each is set up.
fn exchange(transport: &str, set_up: impl Fn(*mut std::ffi::c_void, bool), slow: bool) {
    const COUNT: usize = 7 * 26;
    let (receives, sends) = (context(), context());
    let (pull, push) = (socket(receives, ZMQ_PULL), socket(sends, ZMQ_PUSH));
    set_up(pull, false);
    set_up(push, true);
    let endpoint = match transport {
        "ipc" => unused_ipc(),
        _ => CString::new(format!("{transport}://127.0.0.1:*")).unwrap(),
    };
    connect(push, &bind(pull, &endpoint));
    let [receiver, sender] = [pull, push].map(Handle::new);
    let sending = std::thread::spawn(move || {
        for number in 0..COUNT {
            let frames = message(number);
            for (at, frame) in frames.iter().enumerate() {
                let more = if at + 1 < frames.len() { ZMQ_SNDMORE } else { 0 };
                send(sender.ptr(), frame, more);
            }
        }
    });
    for number in 0..COUNT {
        if slow && number % 40 == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
        let frames = message(number);
        for (at, frame) in frames.iter().enumerate() {
            let (got, more) = recv_frame(receiver);
            assert!(
                got == *frame,
                "message {number}, frame {at}, {} bytes for {}",
                got.len(),
                frame.len()
            );
            assert_eq!(more, at + 1 < frames.len(), "message {number}, frame {at}");
        }
    }
    sending.join().unwrap();
    close(pull);
    close(push);
    term(receives);
    term(sends);
}

#[test]
fn messages_of_all_lengths_arrive() {
    in_child("messages_of_all_lengths_arrive", LONG, || {
        for transport in ["tcp", "ipc"] {
            exchange(transport, |_, _| {}, false);
        }
    });
}

/// A client masks what it sends. What a distribution's libzmq lacks, the vendored one has.
#[test]
fn masked_messages_of_all_lengths_arrive() {
    in_child("masked_messages_of_all_lengths_arrive", LONG, || {
        let found = has(c"WS");
        assert!(found || !cfg!(zmq_vendored), "no ws");
        if found {
            exchange("ws", |_, _| {}, false);
        }
    });
}

#[test]
fn small_marks_and_buffers_lose_nothing() {
    in_child("small_marks_and_buffers_lose_nothing", LONG, || {
        for transport in ["tcp", "ipc"] {
            exchange(
                transport,
                |socket, _| {
                    for (option, value) in [(ZMQ_SNDHWM, 1), (ZMQ_RCVHWM, 1), (ZMQ_SNDBUF, 4096), (ZMQ_RCVBUF, 4096)] {
                        set(socket, option, value);
                    }
                },
                true,
            );
        }
    });
}

#[test]
fn heartbeats_within_batches_change_nothing() {
    in_child("heartbeats_within_batches_change_nothing", LONG, || {
        for transport in ["tcp", "ipc"] {
            exchange(
                transport,
                |socket, _| {
                    for (option, value) in [
                        (ZMQ_HEARTBEAT_IVL, 2),
                        (ZMQ_HEARTBEAT_TIMEOUT, 60_000),
                        (ZMQ_RCVHWM, 10),
                    ] {
                        set(socket, option, value);
                    }
                },
                true,
            );
        }
    });
}

/// Without edit 04 libzmq corrupts memory where a batch is no multiple of 8, or less than 10 bytes.
#[cfg(feature = "draft")]
#[test]
fn batches_of_any_sizes_work_together() {
    in_child("batches_of_any_sizes_work_together", LONG, || {
        let odd = cfg!(zmq_vendored) && has(c"repaired") && option_env!("LIBZMQ_SKIP_EDITS").is_none();
        let sizes: &[std::ffi::c_int] = if odd {
            &[1, 9, 64, 8193, 262_144]
        } else {
            &[64, 4096, 65_536]
        };
        for (index, size) in sizes.iter().enumerate() {
            let other = sizes[(index + 2) % sizes.len()];
            exchange(
                if index % 2 == 0 { "ipc" } else { "tcp" },
                |socket, sends| {
                    let (reads, writes) = if sends { (*size, other) } else { (other, *size) };
                    set(socket, ZMQ_IN_BATCH_SIZE, reads);
                    set(socket, ZMQ_OUT_BATCH_SIZE, writes);
                },
                false,
            );
        }
    });
}
