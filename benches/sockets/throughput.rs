//! PUSH to PULL, one thread each, as fast as it goes.

use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput};
use zmq4::{Flags, Message, PULL, PUSH, Socket};

use crate::SIZES;
use crate::net::{Movable, TRANSPORTS, pair};
use crate::way::{Ours, Raw, Way};

pub(crate) fn all(criterion: &mut Criterion) {
    for transport in TRANSPORTS {
        let mut group = criterion.benchmark_group(format!("throughput/{transport}"));
        for size in SIZES {
            group.throughput(Throughput::Bytes(size as u64));
            let (pull, push) = pair(transport, PULL, PUSH);
            let pull = Movable::new(pull);
            let data = vec![7; size];
            let mut measure = |name: &str, run: &dyn Fn(u64) -> Duration| {
                group.bench_function(BenchmarkId::new(name, size), |bencher| bencher.iter_custom(run));
            };
            measure(Raw::NAME, &|count| by_way::<Raw>(&pull, &push, &data, count));
            measure(Ours::NAME, &|count| by_way::<Ours>(&pull, &push, &data, count));
            if size >= Message::SHARE_THRESHOLD {
                let bytes = Bytes::from(data.clone());
                measure("ours-bytes", &|count| {
                    run(&pull, count, || {
                        push.send(bytes.clone(), Flags::NONE).map(drop).unwrap()
                    })
                });
                measure("ours-new-vec", &|count| {
                    run(&pull, count, || {
                        push.send(vec![7; size], Flags::NONE).map(drop).unwrap()
                    })
                });
            }
        }
        group.finish();
    }
}

fn by_way<W: Way>(pull: &Movable, push: &Socket, data: &[u8], count: u64) -> Duration {
    exchange::<W>(pull, count, || W::send(push, data, false))
}

fn run(pull: &Movable, count: u64, send: impl FnMut()) -> Duration {
    exchange::<Ours>(pull, count, send)
}

/// The time until the last of `count` messages has arrived. The receiver goes to another thread meanwhile.
fn exchange<W: Way>(pull: &Movable, count: u64, mut send: impl FnMut()) -> Duration {
    pull.away(
        |socket| {
            let mut slot = W::Slot::default();
            for _ in 0..count {
                W::recv(socket, &mut slot);
            }
        },
        || {
            let start = Instant::now();
            (0..count).for_each(|_| send());
            start
        },
    )
    .elapsed()
}
