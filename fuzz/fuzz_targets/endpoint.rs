//! See `tests/fuzz/endpoint.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/endpoint.rs"]
mod endpoint;

fuzz_target!(|data: &[u8]| {
    endpoint::run(data);
});
