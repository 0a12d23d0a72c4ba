//! Calling a handler for each event: of sockets, channels, descriptors and timers.

mod channels;
mod fds;
mod items;
mod run;
mod schedule;
#[cfg(feature = "draft")]
mod shared;
mod sockets;
mod stop;
mod timers;

pub use channels::ChannelId;
pub use fds::FdId;
pub use run::Reactor;
pub use schedule::TimerId;
pub use stop::StopHandle;
