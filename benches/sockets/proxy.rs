//! Messages through a proxy over inproc: ours beside libzmq's `zmq_proxy`.

use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use zmq4::{Context, DEALER, Flags, Message, PULL, PUSH, ROUTER, Socket, zmq_sys as sys};

use crate::net::{bound, connected};
use crate::way::{Ours, Raw, Way};

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("proxy/inproc");
    group.throughput(Throughput::Elements(1));
    for (frames, size) in [(1, 8), (1, 1024), (4, 8), (4, 1024)] {
        for (name, forward) in FORWARDS {
            group.bench_function(
                BenchmarkId::new(name, format!("pull-push-{frames}x{size}")),
                |bencher| {
                    bencher.iter_custom(|count| pipeline(forward, frames, size, count));
                },
            );
        }
    }
    for size in [8, 1024] {
        for (name, forward) in FORWARDS {
            group.bench_function(BenchmarkId::new(name, format!("router-dealer-{size}")), |bencher| {
                bencher.iter_custom(|count| requests(forward, size, count));
            });
        }
    }
    group.finish();
}

/// Both run until the context ends.
type Forward = fn(&Socket, &Socket);

const FORWARDS: [(&str, Forward); 2] = [(Raw::NAME, raw), (Ours::NAME, ours)];

fn raw(front: &Socket, back: &Socket) {
    // SAFETY: both are open, and not used elsewhere meanwhile.
    unsafe { sys::zmq_proxy(front.as_ptr(), back.as_ptr(), std::ptr::null_mut()) };
}

fn ours(front: &Socket, back: &Socket) {
    let Err(error) = zmq4::proxy(front, back, None);
    drop(error);
}

/// One way: the time until all messages have come out.
fn pipeline(forward: Forward, frames: usize, size: usize, count: u64) -> Duration {
    let context = Context::new().unwrap();
    let (front, entry) = bound(&context, PULL, "inproc");
    let (back, exit) = bound(&context, PUSH, "inproc");
    let source = connected(&context, PUSH, &entry);
    let sink = connected(&context, PULL, &exit);
    thread::scope(|scope| {
        scope.spawn(move || forward(&front, &back));
        let start = Instant::now();
        let sender = scope.spawn(move || {
            let data = vec![7; size];
            for _ in 0..count {
                (1..=frames).for_each(|number| Raw::send(&source, &data, number < frames));
            }
            source
        });
        let mut message = Message::new();
        for _ in 0..count * frames as u64 {
            sink.recv_msg_into(&mut message, Flags::NONE).unwrap();
        }
        let time = start.elapsed();
        drop(sender.join().unwrap());
        context.shutdown().unwrap();
        time
    })
}

/// Both ways: a client with many requests under way, and a worker that sends each back.
fn requests(forward: Forward, size: usize, count: u64) -> Duration {
    const UNDER_WAY: u64 = 100;
    let context = Context::new().unwrap();
    let (front, entry) = bound(&context, ROUTER, "inproc");
    let (back, exit) = bound(&context, DEALER, "inproc");
    let client = connected(&context, DEALER, &entry);
    let worker = connected(&context, DEALER, &exit);
    thread::scope(|scope| {
        scope.spawn(move || forward(&front, &back));
        scope.spawn(move || {
            let mut message = Message::new();
            while worker.recv_msg_into(&mut message, Flags::NONE).is_ok() {
                let flags = if message.more() { Flags::SNDMORE } else { Flags::NONE };
                if worker.send(&mut message, flags).is_err() {
                    break;
                }
            }
        });
        let start = Instant::now();
        let data = vec![7; size];
        (0..UNDER_WAY.min(count)).for_each(|_| Raw::send(&client, &data, false));
        let mut message = Message::new();
        for number in 0..count {
            client.recv_msg_into(&mut message, Flags::NONE).unwrap();
            if number + UNDER_WAY < count {
                client.send(&mut message, Flags::NONE).unwrap();
            }
        }
        let time = start.elapsed();
        context.shutdown().unwrap();
        time
    })
}
