//! See `tests/fuzz/stranger.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/stranger.rs"]
mod stranger;

fuzz_target!(|data: &[u8]| {
    stranger::run(data);
});
