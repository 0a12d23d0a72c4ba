//! Instructions per call, ours over a careful C program's, counted by callgrind: `cargo bench --bench counts`.
//!
//! The binary runs itself under valgrind, once for each row and side, and callgrind counts what happens within
//! [`counted`]: a batch of calls on sockets of one thread over inproc, so libzmq's own threads are not in it. Both sides
//! use the same sockets of the same libzmq. A row beyond its limit fails.
//!
//! Arguments select the rows whose names contain them. Without `--bench`, as `cargo test --benches` calls it, each row
//! runs once and nothing is counted.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callgrind;
mod rows;

use std::env;
use std::process::ExitCode;

use rows::{BATCH, ROWS, Rig, Row, Side};

/// How many batches are counted, after as many that are not.
const BATCHES: usize = 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, row, side] = &arguments[..] {
        if mode == callgrind::CHILD {
            let row = ROWS.iter().find(|known| known.name == row).expect("a row");
            run(row, Side::from_name(side), BATCHES);
            return ExitCode::SUCCESS;
        }
    }
    let wanted: Vec<&Row> = ROWS
        .iter()
        .filter(|row| {
            let mut words = arguments.iter().filter(|word| !word.starts_with("--")).peekable();
            words.peek().is_none() || words.any(|word| row.name.contains(word.as_str()))
        })
        .collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        for row in wanted {
            for side in Side::BOTH {
                run(row, side, 1);
            }
        }
        return ExitCode::SUCCESS;
    }
    if !callgrind::is_installed() {
        assert!(env::var_os("ZMQ4_REQUIRE_PEERS").is_none(), "valgrind is not installed");
        println!("skipped: valgrind is not installed");
        return ExitCode::SUCCESS;
    }
    compare(&wanted)
}

/// Prints the table, and fails where a row is beyond its limit.
fn compare(rows: &[&Row]) -> ExitCode {
    let (major, minor, patch) = zmq4::version();
    println!("Instructions per call over libzmq {major}.{minor}.{patch}, counted by callgrind.\n");
    println!(
        "{:<34} {:>9} {:>9} {:>7} {:>6}",
        "call", "raw", "ours", "ratio", "limit"
    );
    let mut beyond = 0;
    for row in rows {
        let [ours, raw] = Side::BOTH.map(|side| callgrind::count(row.name, side) as f64 / (BATCHES * BATCH) as f64);
        let ratio = ours / raw;
        let fits = ratio <= row.limit;
        beyond += usize::from(!fits);
        println!(
            "{:<34} {raw:>9.1} {ours:>9.1} {ratio:>7.3} {:>6.2}{}",
            row.name,
            row.limit,
            if fits { "" } else { "  BEYOND" }
        );
    }
    if beyond > 0 {
        println!("\n{beyond} beyond the limit");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run(row: &Row, side: Side, batches: usize) {
    let mut rig = Rig::new();
    for batch in 0..2 * batches {
        (row.before)(&mut rig);
        let body = row.body(side);
        if batch < batches {
            body(&mut rig);
        } else {
            counted(body, &mut rig);
        }
        (row.after)(&mut rig);
    }
}

/// What callgrind counts: known to it by this name.
#[inline(never)]
fn counted(body: fn(&mut Rig), rig: &mut Rig) {
    std::hint::black_box(body)(rig);
}
