//! The only place where unsafe code stands: thin owners of libzmq's handles, and the funnel for its answers.
//!
//! Everything here that is not marked unsafe is safe to call in any order and from any state that the types allow.

pub(crate) mod bell;
pub(crate) mod context;
pub(crate) mod curve;
pub(crate) mod defer;
pub(crate) mod errno;
pub(crate) mod fork;
mod handle;
mod interop;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod monitor;
pub(crate) mod owner;
pub(crate) mod poll;
mod ret;
pub(crate) mod socket;
#[cfg(unix)]
pub(crate) mod system;
pub(crate) mod version;

pub use interop::{ContextRef, MessageRef, SocketRef};
