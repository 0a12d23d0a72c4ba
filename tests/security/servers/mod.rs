//! Servers with CURVE, PLAIN and NULL among peers that are right, peers that are wrong in every way, and pyzmq.

mod garbage;
mod gssapi;
#[cfg(unix)]
mod pyzmq;
mod replay;
mod shop;
mod wrong;

use std::time::Duration;

use crate::support::LONG;

/// For one step of an exchange.
const PATIENCE: Duration = LONG;
/// For one test.
const LIMIT: Duration = Duration::from_secs(300);
