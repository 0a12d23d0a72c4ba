//! What proxies cost, ours beside libzmq's `zmq_proxy`, in one process and one run: messages through a proxy over inproc.
//!
//! `cargo bench --bench proxy`
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Socket, SocketType, zmq_sys};

/// An odd number, for the median.
const ROUNDS: usize = 11;
const MESSAGES: usize = 200_000;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Ours,
    Libzmq,
}

fn main() {
    println!("{:24} {:>12} {:>12} {:>8}", "", "ours", "zmq_proxy", "ratio");
    for frames in [1, 4] {
        for size in [8, 1024] {
            compare(&format!("PULL/PUSH {frames} x {size} B"), |way| {
                pipeline(way, frames, size)
            });
        }
    }
    for size in [8, 1024] {
        compare(&format!("ROUTER/DEALER {size} B"), |way| requests(way, size));
    }
}

/// Both ways in turn, each first as often, so that what else the machine does hits both.
fn compare(what: &str, run: impl Fn(Way) -> Duration) {
    let rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|round| {
            if round % 2 == 0 {
                let ours = run(Way::Ours);
                (ours, run(Way::Libzmq))
            } else {
                let theirs = run(Way::Libzmq);
                (run(Way::Ours), theirs)
            }
        })
        .collect();
    let rate = |time: Duration| MESSAGES as f64 / time.as_secs_f64();
    let ours = median(rounds.iter().map(|(ours, _)| rate(*ours)));
    let theirs = median(rounds.iter().map(|(_, theirs)| rate(*theirs)));
    let ratio = median(rounds.iter().map(|(ours, theirs)| rate(*ours) / rate(*theirs)));
    println!("{what:24} {ours:>10.0}/s {theirs:>10.0}/s {ratio:>8.3}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn bound(context: &Context, ty: SocketType, name: &str) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket.bind(name).unwrap();
    socket
}

fn connected(context: &Context, ty: SocketType, name: &str) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket.connect(name).unwrap();
    socket
}

/// Runs until the context ends.
#[allow(unsafe_code)]
fn forward(way: Way, front: &Socket, back: &Socket) {
    match way {
        Way::Ours => {
            let Err(error) = zmq4::proxy(front, back, None);
            drop(error);
        }
        Way::Libzmq => {
            // SAFETY: both are open, and used by nobody else meanwhile.
            unsafe { zmq_sys::zmq_proxy(front.as_ptr(), back.as_ptr(), std::ptr::null_mut()) };
        }
    }
}

fn frame(size: usize) -> Message {
    Message::build(size, |_| ()).unwrap()
}

/// One way: the time until all messages have come out.
fn pipeline(way: Way, frames: usize, size: usize) -> Duration {
    let context = Context::new().unwrap();
    let (front, back) = (
        bound(&context, zmq4::PULL, "inproc://front"),
        bound(&context, zmq4::PUSH, "inproc://back"),
    );
    let source = connected(&context, zmq4::PUSH, "inproc://front");
    let sink = connected(&context, zmq4::PULL, "inproc://back");
    let proxy = thread::spawn(move || forward(way, &front, &back));
    let start = Instant::now();
    let sender = thread::spawn(move || {
        for _ in 0..MESSAGES {
            for number in 1..=frames {
                let flags = if number < frames { zmq4::SNDMORE } else { Flags::NONE };
                source.send(frame(size), flags).unwrap();
            }
        }
        source
    });
    let mut message = Message::new();
    for _ in 0..MESSAGES * frames {
        sink.recv_into(&mut message, Flags::NONE).unwrap();
    }
    let time = start.elapsed();
    let source = sender.join().unwrap();
    context.shutdown().unwrap();
    proxy.join().unwrap();
    drop((source, sink));
    time
}

/// Both ways: a client with many requests under way, and a worker that sends each back.
fn requests(way: Way, size: usize) -> Duration {
    const UNDER_WAY: usize = 100;
    let context = Context::new().unwrap();
    let (front, back) = (
        bound(&context, zmq4::ROUTER, "inproc://front"),
        bound(&context, zmq4::DEALER, "inproc://back"),
    );
    let client = connected(&context, zmq4::DEALER, "inproc://front");
    let worker = connected(&context, zmq4::DEALER, "inproc://back");
    let proxy = thread::spawn(move || forward(way, &front, &back));
    let worker = thread::spawn(move || {
        let mut message = Message::new();
        while worker.recv_into(&mut message, Flags::NONE).is_ok() {
            let flags = if message.more() { zmq4::SNDMORE } else { Flags::NONE };
            if worker.send(&mut message, flags).is_err() {
                break;
            }
        }
    });
    let start = Instant::now();
    for _ in 0..UNDER_WAY {
        client.send(frame(size), Flags::NONE).unwrap();
    }
    let mut message = Message::new();
    for number in 0..MESSAGES {
        client.recv_into(&mut message, Flags::NONE).unwrap();
        if number + UNDER_WAY < MESSAGES {
            client.send(&mut message, Flags::NONE).unwrap();
        }
    }
    let time = start.elapsed();
    context.shutdown().unwrap();
    proxy.join().unwrap();
    worker.join().unwrap();
    time
}
