//! Servers with CURVE, PLAIN and NULL among peers that are right, peers that are wrong in every way, and pyzmq.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
#[allow(dead_code, reason = "the tests of the other patterns use all of it")]
#[path = "../peers/child.rs"]
mod child;
mod garbage;
mod gssapi;
#[cfg(unix)]
mod pyzmq;
mod replay;
mod shop;
mod wrong;

use std::time::Duration;

/// For one step of an exchange.
const PATIENCE: Duration = Duration::from_secs(20);
/// For one test.
const LIMIT: Duration = Duration::from_secs(120);
