//! `pgm://` and `epgm://` between two network namespaces, with datagrams lost on the way.
//!
//! Needs root, `ip`, `nft`, and a libzmq with PGM. Each test has a pair of namespaces of its own, so that none disturbs
//! another, and its publisher and subscribers are processes: what aborts, or does not end, fails one test only.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(
    clippy::single_range_in_vec_init,
    reason = "rows of numbers, of which one is the best"
)]

#[path = "multicast/delivery.rs"]
mod delivery;
#[path = "multicast/example.rs"]
mod example;
#[path = "multicast/loss.rs"]
mod loss;
#[path = "multicast/network.rs"]
mod network;
#[path = "multicast/part.rs"]
mod part;
#[path = "multicast/publisher.rs"]
mod publisher;
#[path = "multicast/refusals.rs"]
mod refusals;
#[path = "multicast/settings.rs"]
mod settings;
#[path = "multicast/subscriber.rs"]
mod subscriber;
mod support;
#[path = "multicast/wire.rs"]
mod wire;
