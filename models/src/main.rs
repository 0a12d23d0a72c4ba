//! Models of what wakes tasks and threads: files of `zmq4` itself, compiled with loom's locks and atomics. Loom tries every order of
//! events, within a bound of preemptions, and reports a wake-up that is lost as a deadlock.
//!
//! `cargo run` in this folder, or `ci/lane loom`. A program and no tests, so that the files' own tests are left out.
#![allow(dead_code, unreachable_pub)]

// What the channels are built on is modelled as well.
extern crate self as crossbeam_channel;

#[path = "../../src/aio/driver.rs"]
mod driver;
#[path = "../../src/ffi/lock.rs"]
mod lock;
#[path = "../../src/unwind.rs"]
mod unwind;
#[path = "../../src/aio/waiters.rs"]
mod waiters;

mod channel;
mod ffi;
mod model_lock;
mod model_socket;
mod queue;
mod socket;
mod sync;

pub use queue::{
    Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender, TryRecvError, TrySendError,
};

use std::time::Instant;

/// Tries all orders of the events of `model` with so many preemptions.
fn check(name: &str, preemptions: usize, model: fn()) {
    let begin = Instant::now();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(move || {
        model();
        ORDERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    let orders = ORDERS.swap(0, std::sync::atomic::Ordering::Relaxed);
    println!(
        "model {name} ... ok, {orders} orders in {:.1} s",
        begin.elapsed().as_secs_f32()
    );
}

static ORDERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

fn main() {
    let models = [
        ("lock_excludes", 3, model_lock::excludes as fn()),
        ("socket_wakes_both_directions", 3, model_socket::both_directions),
        ("socket_passes_an_edge_on", 3, model_socket::edge_of_another),
        ("socket_passes_an_edge_on_and_waits", 3, model_socket::look_of_another),
        ("socket_wakes_two_receivers", 3, model_socket::two_receivers),
        ("socket_survives_a_cancelled_receive", 3, model_socket::cancelled),
        ("socket_wakes_after_other_calls", 3, model_socket::other_calls),
        ("socket_gives_way", 2, model_socket::gives_way),
        ("channel_wakes_its_receiver", 3, channel::model::wakes_the_receiver),
        ("channel_ends_with_its_senders", 3, channel::model::ends),
        ("channel_closes_once", 3, channel::model::closes),
        ("channel_signals_space", 3, channel::model::signals_space),
    ];
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut passed = 0;
    for (name, preemptions, model) in models {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            check(name, preemptions, model);
            passed += 1;
        }
    }
    println!(
        "test result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured; {} filtered out",
        models.len() - passed
    );
}
