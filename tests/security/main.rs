//! Security: CURVE keys and certificates, the authentication handler, and servers among right and wrong peers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod auth;
mod curve;
mod servers;
#[path = "../support/mod.rs"]
mod support;
