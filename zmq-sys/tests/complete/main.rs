//! What only a completely built libzmq does. Built with an empty platform
//! header, as the plain source crate builds it, libzmq fails each of these.
//!
//! They hold for the vendored library, and for the system's unless a test says
//! why not. `ZMQ_SYS_COMPLETE=1` asks everything of any library.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod descriptors;
mod forked;
mod ipc;
mod library;
mod proc;
mod tcp;
mod threads;
mod topics;

/// Whether the library under test must be the complete 4.3.5.
fn must_be_complete() -> bool {
    cfg!(zmq_vendored) || std::env::var_os("ZMQ_SYS_COMPLETE").is_some_and(|value| value == "1")
}
