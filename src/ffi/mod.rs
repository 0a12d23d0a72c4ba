//! The ground floor, and but for `interop` the only place with unsafe code: thin owners of libzmq's handles, and the funnel for
//! what its calls return.
//!
//! Everything here that is not marked unsafe is safe to call in any order and from any state that the types allow.

pub(crate) mod context;
pub(crate) mod curve;
pub(crate) mod defer;
pub(crate) mod errno;
pub(crate) mod fork;
mod handle;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod monitor;
pub(crate) mod owner;
pub(crate) mod poll;
mod ret;
pub(crate) mod retry;
pub(crate) mod socket;
#[cfg(unix)]
pub(crate) mod system;
pub(crate) mod version;
pub(crate) mod waker;
