//! The descriptors of a reactor.

use super::run::Reactor;
use crate::error::Result;
use crate::flags::State;
use crate::poll::{FdHandle, ItemId};

/// A descriptor of a [`Reactor`]; unique within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FdId(ItemId);

/// # Descriptors
impl<'s, E, S> Reactor<'s, E, S> {
    /// Calls the handler when the descriptor is ready for one of `events`, or broken.
    ///
    /// It takes what [`Poller::add_fd`](crate::Poller::add_fd) takes. The handler gets the reactor, the descriptor as it was
    /// given, and the events it is ready for. POLLERR is reported without being asked for, if the descriptor is broken or
    /// was closed meanwhile. The descriptor stays in the reactor: a handler that gets POLLERR removes it. On Windows it is
    /// a socket of the system.
    ///
    /// # Errors
    /// `EINVAL` if the descriptor is there already.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
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
    pub fn add_fd<F: FdHandle<'s>>(
        &mut self,
        fd: F,
        events: State,
        mut handler: impl FnMut(&mut Reactor<'s, E, S>, F, State) -> Result<(), E> + 's,
    ) -> Result<FdId> {
        let own = fd.clone();
        let handler = move |reactor: &mut Reactor<'s, E, S>, events| handler(reactor, own.clone(), events);
        self.items.add_fd(fd, events, Box::new(handler)).map(FdId)
    }

    /// Changes the events for which the handler of the descriptor is called, and returns the previous ones.
    ///
    /// # Errors
    /// `ENOENT` if the reactor does not have it.
    pub fn update_fd(&mut self, id: FdId, events: State) -> Result<State> {
        self.items.update(id.0, events)
    }

    /// Removes the descriptor, and returns whether it was there. Its handler is not called any more, in this pass either.
    pub fn remove_fd(&mut self, id: FdId) -> bool {
        self.items.remove(id.0)
    }
}
