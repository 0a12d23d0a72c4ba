//! The recipe that compiles a complete libzmq 4.3.5 into a static library.
//!
//! It is a build-dependency of `zmq4-sys`, behind its feature `vendored`. The
//! sources come from the crate `zeromq-src`; nothing else of that crate is used.
//! This one copies them, carries out its repairs and its edits for speed (see
//! [`Build::repaired`] and [`Build::without`]), works out the platform macros for
//! the *target*, and compiles all of libzmq as one
//! translation unit, so that the result does what a distribution's library does,
//! and faster.
//!
//! ```no_run
//! # fn main() -> Result<(), zmq4_src::Error> {
//! // In a build script.
//! let artifacts = zmq4_src::Build::new().sodium([]).build()?;
//! println!("cargo::metadata=include={}", artifacts.include_dir().display());
//! # Ok(())
//! # }
//! ```
//!
//! Not in it: `wss://` (GnuTLS), `vmci://` (VMware) and the GSSAPI mechanism
//! (Kerberos). For those link a system library.

mod build;
mod error;
mod flags;
mod header;
mod platform;
mod probe;
mod repair;
mod sources;
mod speed;

pub use build::{Artifacts, Build, VERSION};
pub use error::Error;
