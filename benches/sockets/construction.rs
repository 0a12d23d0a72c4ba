//! What it costs to make a message and drop it, by what it is made from.

use std::sync::Arc;

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use zmq4::{Message, zmq_sys as sys};

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("construction");
    for size in [8, 256, 1 << 10, 16 << 10, 1 << 20] {
        group.throughput(Throughput::Bytes(size as u64));
        let data = vec![7_u8; size];
        let shared: Arc<[u8]> = Arc::from(&data[..]);
        let bytes = Bytes::from(data.clone());
        group.bench_function(BenchmarkId::new("raw-copy", size), |bencher| {
            bencher.iter(|| raw_copy(&data))
        });
        group.bench_function(BenchmarkId::new("slice", size), |bencher| {
            bencher.iter(|| Message::from(&data[..]));
        });
        group.bench_function(BenchmarkId::new("vec", size), |bencher| {
            bencher.iter_batched(|| data.clone(), Message::from, BatchSize::SmallInput);
        });
        group.bench_function(BenchmarkId::new("arc", size), |bencher| {
            bencher.iter(|| Message::from(shared.clone()));
        });
        group.bench_function(BenchmarkId::new("bytes", size), |bencher| {
            bencher.iter(|| Message::from(bytes.clone()));
        });
        group.bench_function(BenchmarkId::new("zeroed", size), |bencher| {
            bencher.iter(|| Message::zeroed(size).unwrap());
        });
    }
    group.finish();
}

/// As C does it: room for the bytes, and a copy into it.
fn raw_copy(data: &[u8]) {
    // SAFETY: all zero is a value of this array of bytes.
    let mut message: sys::zmq_msg_t = unsafe { std::mem::zeroed() };
    // SAFETY: initialises the message.
    let rc = unsafe { sys::zmq_msg_init_size(&mut message, data.len()) };
    assert_eq!(rc, 0);
    // SAFETY: the message is initialised.
    let room = unsafe { sys::zmq_msg_data(&mut message) };
    // SAFETY: the message has room for as many bytes.
    unsafe { room.cast::<u8>().copy_from_nonoverlapping(data.as_ptr(), data.len()) };
    // SAFETY: the message is initialised, and used no more.
    unsafe { sys::zmq_msg_close(&mut message) };
}
