//! `pgm://` and `epgm://` between two network namespaces, with datagrams lost on the way.
//!
//! Needs root, `ip`, `nft`, and a libzmq with PGM. Each test has a pair of namespaces of its own, so that none disturbs
//! another, and its publisher and subscribers are processes: what aborts, or does not end, fails one test only.
#![cfg(target_os = "linux")]
#![allow(
    clippy::single_range_in_vec_init,
    reason = "rows of numbers, of which one is the best"
)]

mod delivery;
mod example;
mod loss;
mod network;
mod part;
mod publisher;
mod refusals;
mod settings;
mod subscriber;
mod wire;
