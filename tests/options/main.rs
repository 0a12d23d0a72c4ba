//! Options: every row of the table, what each option changes, and the values that libzmq does not survive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[cfg(unix)]
mod effects;
mod guards;
#[path = "../support/mod.rs"]
mod support;
mod table;
