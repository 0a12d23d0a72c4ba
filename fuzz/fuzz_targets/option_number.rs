//! See `tests/fuzz/option_number.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/option_number.rs"]
mod option_number;

fuzz_target!(|data: &[u8]| {
    option_number::run(data);
});
