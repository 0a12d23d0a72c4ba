//! Policies, changed in every way, and requests of the protocol ZAP, from the frames on: each answer, each count and each line in
//! the log is what a second way of working it out says.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/security/auth/oracle/mod.rs"]
mod oracle;

fuzz_target!(|data: &[u8]| {
    oracle::run(data);
});
