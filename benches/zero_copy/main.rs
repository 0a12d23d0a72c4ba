//! What sending without a copy gains: each kind of owner beside `zmq_send` of the same bytes, by transport and size.
//!
//! `cargo bench --bench zero_copy`, or with words behind `--` that pick transports: `-- tcp ipc`. The ways take turns,
//! so that what else the machine does hits all of them, and what is printed is the median of the ratios of the rounds:
//! how many times the throughput of `zmq_send`.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::expect_used)]

#[path = "../sockets/net.rs"]
mod net;
mod rounds;
mod ways;

use std::env;

use net::{Movable, TRANSPORTS, pair};
use rounds::compare;
use ways::{WAYS, exchange};
use zmq4::{PULL, PUSH};

const SIZES: [usize; 9] = [
    512,
    1 << 10,
    2 << 10,
    4 << 10,
    16 << 10,
    64 << 10,
    256 << 10,
    1 << 20,
    4 << 20,
];

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    // As `cargo test --benches` calls it, or with `--test`: everything once, and nothing measured.
    let has = |wanted: &str| env::args().any(|argument| argument == wanted);
    let measures = has("--bench") && !has("--test");
    let rounds = if measures { 21 } else { 1 };
    for transport in TRANSPORTS {
        if !words.is_empty() && !words.iter().any(|word| word == transport) {
            continue;
        }
        println!("\nPUSH to PULL over {transport}, the median of {rounds} rounds\n");
        print!("{:>9} {:>13} {:>9}", "bytes", "zmq_send, 1/s", "of a new");
        for way in &WAYS[2..] {
            print!(" {:>10}", way.name);
        }
        println!();
        for size in SIZES {
            row(transport, size, rounds, measures);
        }
    }
}

/// New bytes are compared with `zmq_send` of new bytes, others with `zmq_send` of those that are there already.
fn row(transport: &str, size: usize, rounds: usize, measures: bool) {
    let (pull, push) = pair(transport, PULL, PUSH);
    let pull = Movable::new(pull);
    let runs: Vec<_> = WAYS
        .iter()
        .map(|way| {
            let (pull, push) = (&pull, &push);
            move |count| exchange(pull, push, way, size, count)
        })
        .collect();
    let table = compare(&runs, rounds, measures);
    print!("{size:>9} {:>13.0} {:>9.2}", table.rate(0), table.ratio(1, 0));
    for (index, way) in WAYS.iter().enumerate().skip(2) {
        print!(" {:>10.2}", table.ratio(index, usize::from(way.is_new)));
    }
    println!();
}
