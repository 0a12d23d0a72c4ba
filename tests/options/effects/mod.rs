//! Options act: what each changes is seen from outside, not read back.
#![cfg(unix)]

#[cfg(target_os = "linux")]
mod batches;
mod connections;
mod contexts;
#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(feature = "draft")]
mod drafts;
mod filters;
mod heartbeats;
mod lingering;
mod numbers;
mod peer;
mod publishing;
mod queues;
mod routing;
mod security;
mod socks;
mod subscriptions;
#[cfg(target_os = "linux")]
mod threads;
mod zmtp;

use std::time::Duration;

use crate::support::LONG;
use crate::support::sockets::open_timed;
use zmq4::{Context, Socket, SocketType};

pub(crate) const MS: Duration = Duration::from_millis(1);

/// How long to look for what must not come.
pub(crate) const QUIET: Option<Duration> = Some(Duration::from_millis(150));

/// How long to wait for what must come.
pub(crate) const SOON: Option<Duration> = Some(LONG);

/// Sockets of one context that do not wait indefinitely, and do not keep the context from ending.
pub(crate) fn sockets<const N: usize>(types: [SocketType; N]) -> [Socket; N] {
    let context = Context::new().unwrap();
    types.map(|ty| open_timed(&context, ty))
}
