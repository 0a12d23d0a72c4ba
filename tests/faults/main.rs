//! What goes wrong at run time: full queues, calls out of turn, contexts that end, signals, peers, threads and processes
//! that die.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod disconnecting;
mod ending;
#[cfg(unix)]
mod forks;
mod peers;
mod sending;
#[cfg(unix)]
mod signals;
#[path = "../support/mod.rs"]
mod support;

use support::sockets::{connected, open};
