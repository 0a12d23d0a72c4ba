//! What the documentation says and the compiler can check: tables of names, and programs that must not compile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

// On other systems there are other packages.
#[cfg(target_os = "linux")]
mod features;
mod guards;
#[cfg(unix)]
mod interop;
mod links;
mod pages;
mod porting;
#[path = "../support/rustc.rs"]
mod rustc;
#[path = "../support/mod.rs"]
mod support;
mod ui;
