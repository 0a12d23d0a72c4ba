//! What a poll costs: 1 to 1000 sockets of which one is ready, ours beside the raw `zmq_poll`, in one process and one run.
//!
//! `cargo bench --bench poller` measures everything; a word behind `--` picks what has it in its name. A process may
//! need more descriptors than it has: `ulimit -n 4096`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::ffi::c_int;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use zmq4::{Context, Flags, POLLIN, PollItem, Poller, Socket, zmq_sys as sys};

const COUNTS: [u32; 4] = [1, 10, 100, 1000];

/// So many sockets, of which the one in the middle has something to receive; and its peer.
fn sockets(context: &Context, count: u32) -> (Vec<Socket>, Socket) {
    let open = || context.socket(zmq4::PAIR).expect("enough descriptors: see `ulimit -n`");
    let sockets: Vec<Socket> = (0..count).map(|_| open()).collect();
    let peer = open();
    let endpoint = format!("inproc://{count} sockets");
    let active = &sockets[sockets.len() / 2];
    active.bind(&endpoint).unwrap();
    peer.connect(&endpoint).unwrap();
    peer.send("x", Flags::NONE).unwrap();
    (sockets, peer)
}

fn one_of_many_is_ready(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("poll");
    for count in COUNTS {
        let context = Context::new().unwrap();
        context.set_max_sockets(4096).unwrap();
        let (sockets, _peer) = sockets(&context, count);

        let item = |socket: &Socket| sys::zmq_pollitem_t {
            socket: socket.as_ptr(),
            fd: 0,
            events: sys::ZMQ_POLLIN,
            revents: 0,
        };
        let mut raw: Vec<sys::zmq_pollitem_t> = sockets.iter().map(item).collect();
        group.bench_function(BenchmarkId::new("raw", count), |bencher| {
            bencher.iter(|| {
                // SAFETY: the items are live, and their sockets are open.
                let ready = unsafe { sys::zmq_poll(raw.as_mut_ptr(), raw.len() as c_int, -1) };
                assert_eq!(ready, 1);
                // As a C program does: which one?
                raw.iter().position(|item| item.revents != 0).unwrap()
            });
        });

        let mut poller = Poller::new();
        for socket in &sockets {
            poller.add(socket, POLLIN).unwrap();
        }
        group.bench_function(BenchmarkId::new("poller", count), |bencher| {
            bencher.iter(|| poller.poll(None).unwrap()[0].id());
        });

        let mut items: Vec<PollItem<'_>> = sockets.iter().map(|socket| PollItem::new(socket, POLLIN)).collect();
        group.bench_function(BenchmarkId::new("items", count), |bencher| {
            bencher.iter(|| {
                assert_eq!(zmq4::poll(&mut items, None).unwrap(), 1);
                items.iter().position(PollItem::is_readable).unwrap()
            });
        });

        if let [socket] = sockets.as_slice() {
            group.bench_function(BenchmarkId::new("socket", count), |bencher| {
                bencher.iter(|| socket.poll(POLLIN, None).unwrap());
            });
        }
    }
    group.finish();
}

/// Short: what counts is the ratio within a run.
fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .without_plots()
}

criterion_group! {
    name = benches;
    config = settings();
    targets = one_of_many_is_ready
}
criterion_main!(benches);
