//! Which libzmq is linked: every way of the build script, and what it says
//! when there is none.
//!
//! Most tests run the compiled script by itself, with an environment and
//! folders made for the test, and read what it prints for cargo. The last ones
//! (`whole`) let cargo build a program and run it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/child.rs"]
#[allow(dead_code, unreachable_pub)]
mod child;
mod given;
mod scratch;
mod script;
mod system;
mod tree;
mod vendored;
mod whole;
