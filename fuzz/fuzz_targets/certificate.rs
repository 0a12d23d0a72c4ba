//! See `tests/fuzz/certificate.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/certificate.rs"]
mod certificate;

fuzz_target!(|data: &[u8]| {
    certificate::run(data);
});
