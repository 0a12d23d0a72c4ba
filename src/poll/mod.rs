//! Waiting for many sockets and descriptors at once, or for one.

pub(crate) mod handle;
mod item;
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
mod masked;
mod polled;
mod poller;
mod registration;
#[cfg(feature = "draft")]
mod shared;
mod socket;
mod wait;

pub use handle::{FdHandle, SocketHandle};
pub use item::{PollItem, poll};
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub use masked::SignalMask;
pub use polled::{ItemId, Polled};
pub use poller::Poller;

/// The events of a poll, [`POLLIN`](crate::POLLIN), [`POLLOUT`](crate::POLLOUT), [`POLLERR`](crate::POLLERR) and
/// [`POLLPRI`](crate::POLLPRI): what Go's package calls [`State`](crate::State).
pub type PollEvents = crate::flags::State;
