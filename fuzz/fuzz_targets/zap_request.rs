//! Requests of the protocol ZAP, from the frames on: each has the answer that a second way of working it out has.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zmq4::auth::Policies;

#[path = "../../tests/auth/oracle.rs"]
mod oracle;

static POLICIES: LazyLock<Policies> = LazyLock::new(oracle::policies);

fuzz_target!(|data: &[u8]| oracle::run(&POLICIES, data));
