//! What the fuzz targets of `fuzz/` run, here with their seeds and a few random inputs.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod certificate;
mod endpoint;
mod envelope;
mod monitor_event;
mod option_number;
mod stranger;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use support::{LONG, in_child};

/// Inputs besides the seeds, for each target.
const RANDOM: u64 = 200;

/// In a child process: what a target finds may be an abort.
fn replay(test: &str, target: &str, run: fn(&[u8])) {
    in_child(test, 2 * LONG, || {
        let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
        let mut seeds: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        seeds.sort();
        assert!(!seeds.is_empty(), "{folder}");
        let seeds: Vec<Vec<u8>> = seeds.iter().map(|path| fs::read(path).unwrap()).collect();
        seeds.iter().for_each(|seed| run(seed));
        for number in 0..RANDOM {
            let input = changed(&seeds, number);
            println!("{target} {number}: {}", input.escape_ascii());
            run(&input);
        }
    });
}

/// A seed with some of its bytes changed (splitmix64).
fn changed(seeds: &[Vec<u8>], mut state: u64) -> Vec<u8> {
    let mut next = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    };
    let mut input = seeds[next(seeds.len())].clone();
    for _ in 0..next(6) {
        let place = next(input.len() + 1);
        match next(3) {
            0 => input.insert(place, next(256) as u8),
            1 => input.truncate(place),
            _ if place < input.len() => input[place] = next(256) as u8,
            _ => {}
        }
    }
    input
}

#[test]
fn certificate_seeds_do_no_harm() {
    replay("certificate_seeds_do_no_harm", "certificate", certificate::run);
}

#[test]
fn endpoint_seeds_do_no_harm() {
    replay("endpoint_seeds_do_no_harm", "endpoint", endpoint::run);
}

#[test]
fn envelope_seeds_do_no_harm() {
    replay("envelope_seeds_do_no_harm", "envelope", envelope::run);
}

#[test]
fn monitor_event_seeds_do_no_harm() {
    replay("monitor_event_seeds_do_no_harm", "monitor_event", monitor_event::run);
}

#[test]
fn option_number_seeds_do_no_harm() {
    replay("option_number_seeds_do_no_harm", "option_number", option_number::run);
}

#[test]
fn stranger_seeds_do_no_harm() {
    replay("stranger_seeds_do_no_harm", "stranger", stranger::run);
}
