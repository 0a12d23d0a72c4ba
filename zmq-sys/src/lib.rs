//! Raw declarations of libzmq's `zmq.h` 4.3.5, linked to the system's libzmq or to a
//! vendored one.
//!
//! Every stable function, type and constant is here under its C name; what
//! `ZMQ_BUILD_DRAFT_API` adds comes with the feature `draft`, but for `ZMQ_IN_BATCH_SIZE` and `ZMQ_OUT_BATCH_SIZE`, which the
//! vendored libzmq has without it. They are documented at
//! <https://libzmq.readthedocs.io>. For safe sockets use `zmq4`.
//!
//! - Constants have the type of the C parameter that takes them, mostly `c_int`.
//! - A libzmq older than 4.3.5 may be linked, 4.3.3 at the least. Its functions
//!   that are declared here and used nowhere cost nothing; one that it lacks is
//!   an error of the linker.
//! - The codes of POSIX (`EAGAIN` and so on) are those of the crate `libc`.
//!
//! The README of this package says how the library is found, and what each
//! feature costs.
#![no_std]
#![warn(missing_debug_implementations)]
#![allow(non_camel_case_types, non_snake_case)]

#[cfg(not(feature = "bindgen"))]
#[rustfmt::skip]
#[allow(missing_docs)]
mod bindings;

#[cfg(feature = "bindgen")]
#[allow(missing_docs)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}

#[cfg(all(feature = "draft", not(feature = "bindgen")))]
#[rustfmt::skip]
#[allow(missing_docs)]
mod bindings_draft;

#[cfg(all(feature = "draft", feature = "bindgen"))]
#[allow(missing_docs)]
mod bindings_draft {
    include!(concat!(env!("OUT_DIR"), "/bindings_draft.rs"));
}

#[cfg(not(feature = "draft"))]
mod batch;
mod layout;
mod types;
mod version;

// Named nowhere else, they would not be linked.
#[cfg(zmq_vendored)]
extern crate libsodium_sys as _;
#[cfg(zmq_openpgm_sys)]
extern crate openpgm_sys as _;

#[cfg(not(feature = "draft"))]
pub use batch::*;
pub use bindings::*;
#[cfg(feature = "draft")]
pub use bindings_draft::*;
pub use types::*;
pub use version::*;
