//! REQ to REP and back, between two threads: the time of a round trip.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion};
use zmq4::{REP, REQ, Socket};

use crate::SIZES;
use crate::net::{Movable, TRANSPORTS, pair};
use crate::way::{Ours, Raw, Way};

pub(crate) fn all(criterion: &mut Criterion) {
    for transport in TRANSPORTS {
        let mut group = criterion.benchmark_group(format!("latency/{transport}"));
        for size in SIZES {
            let (server, client) = pair(transport, REP, REQ);
            let server = Movable::new(server);
            let data = vec![7; size];
            group.bench_function(BenchmarkId::new(Raw::NAME, size), |bencher| {
                bencher.iter_custom(|count| round_trips::<Raw>(&server, &client, &data, count));
            });
            group.bench_function(BenchmarkId::new(Ours::NAME, size), |bencher| {
                bencher.iter_custom(|count| round_trips::<Ours>(&server, &client, &data, count));
            });
        }
        group.finish();
    }
}

fn round_trips<W: Way>(server: &Movable, client: &Socket, data: &[u8], count: u64) -> Duration {
    server.away(
        |socket| {
            let mut slot = W::Slot::default();
            for _ in 0..count {
                W::recv(socket, &mut slot);
                W::send(socket, data, false);
            }
        },
        || {
            let mut slot = W::Slot::default();
            let start = Instant::now();
            for _ in 0..count {
                W::send(client, data, false);
                W::recv(client, &mut slot);
            }
            start.elapsed()
        },
    )
}
