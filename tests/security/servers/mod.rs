//! Servers with CURVE, PLAIN and NULL among peers that are right, peers that are wrong in every way, and pyzmq.

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
