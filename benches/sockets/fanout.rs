//! PUB to 1, 10 and 100 subscribers over inproc, in one thread: what a message costs until all have it.

use criterion::{BenchmarkId, Criterion, Throughput};
use zmq4::{Context, PUB, SUB, Socket};

use crate::net::opened;
use crate::way::{Ours, Raw, Way};

/// Of one message. Libzmq shares one buffer among the subscribers from 34 bytes up.
const SIZE: usize = 256;

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fanout/inproc");
    for subscribers in [1, 10, 100] {
        group.throughput(Throughput::Elements(subscribers));
        let context = Context::new().unwrap();
        // No mark: in one thread the publisher is so fast that it learns too late what was received, and would drop.
        let open = |ty| {
            let socket = opened(&context, ty);
            socket.set_sndhwm(0).unwrap();
            socket.set_rcvhwm(0).unwrap();
            socket
        };
        let publisher = open(PUB);
        publisher.bind("inproc://fan-out").unwrap();
        let subscribe = |_| {
            let socket = open(SUB);
            socket.connect("inproc://fan-out").unwrap();
            socket.subscribe("").unwrap();
            socket
        };
        let sockets: Vec<Socket> = (0..subscribers).map(subscribe).collect();
        // It takes the subscriptions in now: a send may come before it looks for them.
        publisher.events().unwrap();
        group.bench_function(BenchmarkId::new(Raw::NAME, subscribers), |bencher| {
            bencher.iter(|| publish::<Raw>(&publisher, &sockets));
        });
        group.bench_function(BenchmarkId::new(Ours::NAME, subscribers), |bencher| {
            bencher.iter(|| publish::<Ours>(&publisher, &sockets));
        });
    }
    group.finish();
}

fn publish<W: Way>(publisher: &Socket, subscribers: &[Socket]) {
    W::send(publisher, &[7; SIZE], false);
    let mut slot = W::Slot::default();
    for subscriber in subscribers {
        let (len, _) = W::recv(subscriber, &mut slot);
        assert_eq!(len, SIZE);
    }
}
