//! ZeroMQ programs that are not ours answer our sockets, and a plain TCP socket answers STREAM.
//!
//! `ZMQ4_PYZMQ` names a virtual environment that has pyzmq, else `python3` is asked. With
//! `ZMQ4_REQUIRE_PEERS=1` a missing peer fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

mod support;

#[cfg(unix)]
#[path = "peers/child.rs"]
mod child;
#[cfg(unix)]
#[path = "peers/exchange.rs"]
mod exchange;
#[path = "peers/pattern.rs"]
mod pattern;
#[cfg(unix)]
#[path = "peers/program.rs"]
mod program;
#[cfg(unix)]
#[path = "peers/role.rs"]
mod role;
#[path = "peers/stream.rs"]
mod stream;

use std::time::Duration;

/// For one step of an exchange; the peers wait as long.
const PATIENCE: Duration = Duration::from_secs(20);
/// For one test: a peer gives up long before.
const LIMIT: Duration = Duration::from_secs(120);
