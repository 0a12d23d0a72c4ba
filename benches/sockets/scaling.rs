//! Several PUSH, each on a dedicated thread, to one PULL over tcp: by how many they are, and by I/O threads.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use zmq4::{Context, Flags, Message, PULL, PUSH, Socket};

use crate::net::{bound, connected};

const SIZE: usize = 64;

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scaling/tcp");
    group.throughput(Throughput::Elements(1));
    for io_threads in [1, 2, 4] {
        for peers in [1, 4, 16] {
            let context = Context::new().unwrap();
            context.set_io_threads(io_threads).unwrap();
            let (pull, endpoint) = bound(&context, PULL, "tcp");
            let senders: Vec<Sender> = (0..peers)
                .map(|_| Sender::start(connected(&context, PUSH, &endpoint)))
                .collect();
            let name = BenchmarkId::new(format!("{io_threads}-io-threads"), format!("{peers}-peers"));
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|count| receive(&pull, &senders, count))
            });
        }
    }
    group.finish();
}

/// A thread that sends as many messages as asked for.
struct Sender {
    counts: Option<mpsc::Sender<u64>>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    fn start(push: Socket) -> Sender {
        let (counts, orders) = mpsc::channel();
        let thread = thread::spawn(move || {
            for count in orders {
                for _ in 0..count {
                    push.send(&[7; SIZE][..], Flags::NONE).unwrap();
                }
            }
        });
        Sender {
            counts: Some(counts),
            thread: Some(thread),
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        drop(self.counts.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The time for `count` messages in all.
fn receive(pull: &Socket, senders: &[Sender], count: u64) -> Duration {
    let each = count.div_ceil(senders.len() as u64);
    let start = Instant::now();
    for sender in senders {
        sender.counts.as_ref().unwrap().send(each).unwrap();
    }
    let mut message = Message::new();
    for _ in 0..each * senders.len() as u64 {
        pull.recv_msg_into(&mut message, Flags::NONE).unwrap();
    }
    let elapsed = start.elapsed();
    elapsed.mul_f64(count as f64 / (each * senders.len() as u64) as f64)
}
