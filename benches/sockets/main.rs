//! What sockets cost, ours beside the raw calls that a C program makes, in one process and one run.
//!
//! `cargo bench --bench sockets` measures everything; a word behind `--` picks what has it in its name:
//! `cargo bench --bench sockets -- throughput/inproc`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod construction;
mod curve;
mod fanout;
mod latency;
mod multipart;
mod net;
mod proxy;
mod routing;
mod scaling;
mod throughput;
mod way;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// Bytes of a message: 33 is what libzmq keeps inside a message, and 34 the first that it allocates for.
const SIZES: [usize; 8] = [8, 33, 34, 256, 1 << 10, 16 << 10, 256 << 10, 1 << 20];

/// Short, because there are many of them: what counts is the ratio within a run.
fn settings() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
}

criterion_group! {
    name = benches;
    config = settings();
    targets = throughput::all, latency::all, fanout::all, multipart::all, routing::all, proxy::all, construction::all,
        curve::all, scaling::all
}
criterion_main!(benches);
