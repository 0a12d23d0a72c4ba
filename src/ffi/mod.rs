//! The ground floor, and but for `interop` the only place with unsafe code: thin owners of libzmq's handles, and the funnel for
//! what its calls return.
//!
//! Everything here that is not marked unsafe is safe to call in any order and from any state that the types allow.

#[cfg(all(windows, any(feature = "tokio", feature = "async-io")))]
pub(crate) mod completion_port;
pub(crate) mod context;
pub(crate) mod curve;
pub(crate) mod defer;
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub(crate) mod descriptor;
#[cfg(feature = "draft")]
pub(crate) mod draft;
pub(crate) mod errno;
pub(crate) mod fd;
pub(crate) mod fork;
mod handle;
pub(crate) mod list;
#[cfg(any(feature = "tokio", feature = "async-io"))]
mod lock;
pub(crate) mod message;
pub(crate) mod monitor;
pub(crate) mod one_thread;
pub(crate) mod owner;
pub(crate) mod poll;
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) mod ppoll;
#[cfg(feature = "draft")]
pub(crate) mod readiness;
mod ret;
pub(crate) mod retry;
#[cfg(feature = "draft")]
pub(crate) mod shared;
pub(crate) mod socket;
#[cfg(unix)]
pub(crate) mod system;
pub(crate) mod version;
pub(crate) mod waker;
pub(crate) mod with_fd;
