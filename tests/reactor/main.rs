//! Handlers for what happens: [`zmq4::Reactor`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod channels;
mod faults;
mod fds;
mod idle;
mod order;
mod shared;
mod sockets;
mod stop;
#[path = "../support/mod.rs"]
mod support;
mod timers;
mod verbose;

use std::time::Duration;

use support::sockets::{open, pair};
use zmq4::{Context, Flags, Socket};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Longer than any test may take.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

fn pairs(context: &Context, count: usize) -> Vec<(Socket, Socket)> {
    (0..count).map(|_| pair(context)).collect()
}

/// Sends one message to each of the near ends.
fn wake_all(pairs: &[(Socket, Socket)]) {
    for (_, far) in pairs {
        far.send("x", Flags::NONE).unwrap();
    }
}
