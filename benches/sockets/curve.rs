//! Throughput over tcp with CURVE, and without.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use zmq4::{Context, PULL, PUSH, Socket};

use crate::net::{Movable, opened};
use crate::way::{Ours, Raw, Way};

/// The server's keys of libzmq's manual page `zmq_curve(7)`.
const PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

pub(crate) fn all(criterion: &mut Criterion) {
    if !zmq4::has_curve() {
        println!("curve: not in this libzmq");
        return;
    }
    let mut group = criterion.benchmark_group("curve/tcp");
    for size in [8, 1 << 10, 64 << 10] {
        group.throughput(Throughput::Bytes(size as u64));
        for (name, encrypted) in [("off", false), ("on", true)] {
            let (pull, push) = pair(encrypted);
            let pull = Movable::new(pull);
            let data = vec![7; size];
            group.bench_function(BenchmarkId::new(format!("{}-{name}", Raw::NAME), size), |bencher| {
                bencher.iter_custom(|count| exchange::<Raw>(&pull, &push, &data, count));
            });
            group.bench_function(BenchmarkId::new(format!("{}-{name}", Ours::NAME), size), |bencher| {
                bencher.iter_custom(|count| exchange::<Ours>(&pull, &push, &data, count));
            });
        }
    }
    group.finish();
}

fn pair(encrypted: bool) -> (Socket, Socket) {
    let context = Context::new().unwrap();
    let (pull, push) = (opened(&context, PULL), opened(&context, PUSH));
    if encrypted {
        pull.set_curve_secretkey(SECRET).unwrap();
        pull.set_curve_server(true).unwrap();
        // A client may have the same keys: it is not checked whose they are here.
        push.set_curve_publickey(PUBLIC).unwrap();
        push.set_curve_secretkey(SECRET).unwrap();
        push.set_curve_serverkey(PUBLIC).unwrap();
    }
    pull.bind("tcp://127.0.0.1:*").unwrap();
    push.connect(&pull.last_endpoint().unwrap()).unwrap();
    (pull, push)
}

fn exchange<W: Way>(pull: &Movable, push: &Socket, data: &[u8], count: u64) -> Duration {
    pull.away(
        |socket| {
            let mut slot = W::Slot::default();
            for _ in 0..count {
                W::recv(socket, &mut slot);
            }
        },
        || {
            let start = Instant::now();
            (0..count).for_each(|_| W::send(push, data, false));
            start
        },
    )
    .elapsed()
}
