//! The descriptors of a reactor.

use super::Reactor;
use crate::error::Result;
use crate::flags::State;
use crate::poll::ItemId;
use crate::poll::fd::AsFd;

/// A descriptor of a [`Reactor`]: never used again within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FdId(ItemId);

impl<'s, E> Reactor<'s, E> {
    /// Calls the handler when the descriptor is ready for one of `events`, or broken.
    ///
    /// It takes what [`Poller::add_fd`](crate::Poller::add_fd) takes, and the handler gets the reactor, that, and what it is
    /// ready for. POLLERR comes unasked: where the descriptor
    /// is broken, or was closed behind the reactor's back. It stays, so a handler that is told so removes it. On Windows it
    /// is a socket of the system.
    ///
    /// # Errors
    /// `EINVAL` where the descriptor is there already.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::{Read, Write};
    /// use std::os::unix::net::UnixStream;
    /// use zmq4::{POLLIN, Reactor};
    /// let (mut near, far) = UnixStream::pair()?;
    /// near.write_all(b"Hello")?;
    /// let mut reactor = Reactor::new();
    /// reactor.add_fd(&far, POLLIN, |reactor, mut far, _| {
    ///     let mut hello = [0; 5];
    ///     far.read_exact(&mut hello)?;
    ///     assert_eq!(&hello, b"Hello");
    ///     reactor.stop();
    ///     Ok(())
    /// })?;
    /// reactor.run()
    /// # }
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// ```
    pub fn add_fd<F: AsFd + Copy + 's>(
        &mut self,
        fd: F,
        events: State,
        mut handler: impl FnMut(&mut Reactor<'s, E>, F, State) -> Result<(), E> + 's,
    ) -> Result<FdId> {
        let handler = Box::new(move |reactor: &mut Reactor<'s, E>, events| handler(reactor, fd, events));
        self.items.add_fd(fd, events, handler).map(FdId)
    }

    /// Calls the handler of the descriptor at other events from now on, and gives those before.
    ///
    /// # Errors
    /// `ENOENT` where it is not there.
    pub fn update_fd(&mut self, id: FdId, events: State) -> Result<State> {
        self.items.update(id.0, events)
    }

    /// Calls the handler of the descriptor no more, in this pass either; whether it was there.
    pub fn remove_fd(&mut self, id: FdId) -> bool {
        self.items.remove(id.0)
    }
}
