//! The recipe that compiles a complete libzmq 4.3.5 into a static library.
//!
//! It is a build-dependency of `zmq4-sys`, behind its feature `vendored`. The
//! sources come from the crate `zeromq-src`, which compiles them with an empty
//! platform header: alone it builds a libzmq that accepts options and ignores
//! them, takes two descriptors a socket, and tells the time by the wall clock.
//! This crate works out the platform macros for the *target* and hands them to
//! that compile, so that the result does what a distribution's library does.
//!
//! ```no_run
//! # fn main() -> Result<(), zmq4_src::Error> {
//! // SAFETY: this is a build script, which has started no thread.
//! let artifacts = unsafe { zmq4_src::Build::new().sodium([]).build()? };
//! println!("cargo::metadata=include={}", artifacts.include_dir().display());
//! # Ok(())
//! # }
//! ```
//!
//! Not in it, because `zeromq-src` leaves the files out or a library would be
//! needed that it cannot build: `wss://` (GnuTLS), `norm://` (NORM), `vmci://`
//! (VMware) and the GSSAPI mechanism (Kerberos). For those link a system library.

mod build;
mod env;
mod error;
mod flags;
mod platform;
mod probe;

pub use build::{Artifacts, Build, VERSION};
pub use error::Error;
