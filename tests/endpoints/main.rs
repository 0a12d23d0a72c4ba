//! Endpoints: what is refused and why, what reads back, and what each transport carries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod addresses;
mod again;
#[cfg(target_os = "linux")]
mod multicast;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod transports;
mod undone;
#[cfg(unix)]
mod websockets;
#[cfg(target_os = "linux")]
#[path = "../options/effects/zmtp.rs"]
mod zmtp;
