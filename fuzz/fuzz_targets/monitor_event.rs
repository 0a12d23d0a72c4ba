//! See `tests/fuzz/monitor_event.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/monitor_event.rs"]
mod monitor_event;

fuzz_target!(|data: &[u8]| {
    monitor_event::run(data);
});
