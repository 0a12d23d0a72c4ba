//! Sockets, messages and contexts: patterns, ownership and lifetimes, and what they share with C.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod drops;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod footprint;
mod forms;
#[cfg(unix)]
mod held;
mod interop;
mod owners;
mod patterns;
mod properties;
mod reasons;
mod released;
#[path = "../support/mod.rs"]
mod support;
