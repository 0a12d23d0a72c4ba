//! Calling a handler for each event: of sockets, channels, descriptors and timers.

// In this order the page of `Reactor` has them. Blank lines keep rustfmt from sorting them.
mod run;

mod sockets;

mod channels;
mod fds;
mod items;
mod schedule;
mod timers;

#[cfg(feature = "draft")]
mod shared;
mod stop;

pub use channels::ChannelId;
pub use fds::FdId;
pub use run::Reactor;
pub use schedule::TimerId;
pub use stop::StopHandle;
