//! A randomized program: safe calls in any order, on several threads, which must neither abort nor hang nor panic.
//!
//! Each seed runs in a child process with a deadline, and prints each call before it makes it. In the gate it runs for
//! 20 seconds, by hand for as long as is asked for:
//!
//! ```sh
//! ZMQ4_MONKEY_SECONDS=3600 cargo test --test monkey        # new seeds for an hour
//! ZMQ4_SEED=1234 cargo test --test monkey -- --nocapture   # from this seed on
//! ZMQ4_SEED=1234 ZMQ4_MONKEY_SEEDS=1 cargo test --test monkey
//! ```
//!
//! Left out is what libzmq is known not to survive and this crate cannot guard, which `docs/guards.md` lists.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actor;
mod dice;
mod endpoints;
mod frames;
mod options;
mod program;
mod services;
#[path = "../support/mod.rs"]
mod support;
mod waiting;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use support::{child_command, is_child, run_command};

const TEST: &str = "random_calls_do_no_harm";

/// For one seed, which takes about a second on an idle machine.
const LIMIT: Duration = Duration::from_secs(60);

/// How many of its last lines a failed child shows.
const TAIL: usize = 120;

#[test]
fn random_calls_do_no_harm() {
    if is_child(TEST) {
        program::run(number("ZMQ4_SEED").unwrap());
        return;
    }
    let seconds = number("ZMQ4_MONKEY_SECONDS");
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(20));
    let first = number("ZMQ4_SEED").unwrap_or_else(|| if seconds.is_some() { from_the_clock() } else { 1 });
    let most = number("ZMQ4_MONKEY_SEEDS").unwrap_or(u64::MAX);
    let (mut runs, mut failures) = (0, 0);
    while runs == 0 || (runs < most && Instant::now() < end) {
        failures += u32::from(!survives(first + runs));
        runs += 1;
    }
    println!("{runs} seeds from {first} on, {failures} failed");
    assert_eq!(failures, 0, "the lines above name the seeds");
}

/// Whether a program of this seed ended well, having done something.
fn survives(seed: u64) -> bool {
    let mut command = child_command(TEST);
    command.env("ZMQ4_SEED", seed.to_string());
    let (status, output) = run_command(command, LIMIT);
    let ended = status.map_or_else(|| format!("killed after {LIMIT:?}"), |status| status.to_string());
    if status.is_some_and(|status| status.success()) && output.contains(program::DONE) {
        return true;
    }
    let lines: Vec<&str> = output.lines().collect();
    println!("seed {seed}: {ended}; its last lines:");
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        println!("    {line}");
    }
    false
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn from_the_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() * 1_000_000
}
