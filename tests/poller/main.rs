//! Waiting for sockets and descriptors: [`zmq4::Poller`], [`zmq4::poll`] and `Socket::poll`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod basics;
#[cfg(unix)]
mod descriptors;
mod ending;
#[cfg(unix)]
mod forks;
mod items;
#[cfg(unix)]
mod limits;
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
mod masked;
#[cfg(unix)]
mod signals;
#[path = "../support/mod.rs"]
mod support;
mod times;
mod tokens;

use std::time::Duration;

use support::sockets::{open, pair};

const NOW: Option<Duration> = Some(Duration::ZERO);
