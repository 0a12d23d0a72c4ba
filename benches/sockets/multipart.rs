//! Messages of 1, 3 and 10 frames over an inproc PAIR, in one thread: frame by frame, and as one value.

use criterion::{BenchmarkId, Criterion};
use zmq4::{Flags, PAIR, Socket};

use crate::net::pair;
use crate::way::{Ours, Raw, Way};

const FRAME: &[u8] = &[7; 8];

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("multipart/inproc");
    for frames in [1, 3, 10] {
        let (a, b) = pair("inproc", PAIR, PAIR);
        group.bench_function(BenchmarkId::new(Raw::NAME, frames), |bencher| {
            bencher.iter(|| frame_by_frame::<Raw>(&a, &b, frames));
        });
        group.bench_function(BenchmarkId::new(Ours::NAME, frames), |bencher| {
            bencher.iter(|| frame_by_frame::<Ours>(&a, &b, frames));
        });
        let parts = vec![FRAME; frames];
        group.bench_function(BenchmarkId::new("ours-message", frames), |bencher| {
            bencher.iter(|| {
                a.send_message(&parts[..]).unwrap();
                b.recv_message(Flags::NONE).unwrap()
            });
        });
    }
    group.finish();
}

fn frame_by_frame<W: Way>(a: &Socket, b: &Socket, frames: usize) {
    for number in 1..=frames {
        W::send(a, FRAME, number < frames);
    }
    let mut slot = W::Slot::default();
    while W::recv(b, &mut slot).1 {}
}
