//! Async sockets.

mod driver;
mod port;
mod reactor;
mod recv;
mod send;
mod socket;
mod sync;
mod waiters;

pub use socket::Socket;
