//! ZeroMQ programs that are not ours answer our sockets, and a plain TCP socket returns STREAM.
//!
//! `ZMQ4_PYZMQ` names a virtual environment that has pyzmq, else `python3` is asked. With
//! `ZMQ4_REQUIRE_PEERS=1` a missing peer fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod exchange;
#[cfg_attr(not(unix), allow(dead_code, reason = "only the exchange uses all of it"))]
mod pattern;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod role;
mod stream;

use std::time::Duration;

/// For one step of an exchange; the peers wait as long.
const PATIENCE: Duration = support::LONG;
/// For one test: a peer gives up long before.
const LIMIT: Duration = Duration::from_secs(300);
