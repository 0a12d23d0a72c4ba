//! The sockets of a reactor.

use super::Reactor;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::refusal::Refusal;
use crate::socket::Socket;

impl<'s, E> Reactor<'s, E> {
    /// Calls the handler when the socket can do one of `events`.
    ///
    /// The handler gets the reactor, the socket, and which of the events it is ready for. A socket has one handler: adding
    /// it again removes it first, so that it comes last from then on.
    ///
    /// # Errors
    /// As [`Poller::add`](crate::Poller::add).
    ///
    /// ```
    /// use zmq4::{Flags, POLLIN, Reactor, Socket};
    /// let (a, b) = (Socket::new(zmq4::PAIR)?, Socket::new(zmq4::PAIR)?);
    /// a.bind("inproc://add_socket")?;
    /// b.connect("inproc://add_socket")?;
    /// b.send("last", Flags::NONE)?;
    /// let mut reactor = Reactor::new();
    /// reactor.add_socket(&a, POLLIN, |reactor, a, _| {
    ///     if a.recv(Flags::NONE)? == "last" {
    ///         reactor.stop();
    ///     }
    ///     Ok(())
    /// })?;
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "AddSocket")]
    pub fn add_socket(
        &mut self,
        socket: &'s Socket,
        events: State,
        mut handler: impl FnMut(&mut Reactor<'s, E>, &'s Socket, State) -> Result<(), E> + 's,
    ) -> Result<()> {
        self.remove_socket(socket);
        let handler = Box::new(move |reactor: &mut Reactor<'s, E>, events| handler(reactor, socket, events));
        self.items.add_socket(socket, events, handler)
    }

    /// Calls the handler of the socket at other events from now on, and gives those before.
    ///
    /// So a handler that cannot send yet asks for POLLOUT, and one that is done takes it back. Without events it is called
    /// no more until the next update.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not there.
    ///
    /// ```
    /// use zmq4::{Flags, POLLIN, POLLOUT, Reactor, Socket};
    /// let (a, b) = (Socket::new(zmq4::PAIR)?, Socket::new(zmq4::PAIR)?);
    /// a.bind("inproc://update_socket")?;
    /// b.connect("inproc://update_socket")?;
    /// b.send("question", Flags::NONE)?;
    /// let mut reactor = Reactor::new();
    /// reactor.add_socket(&a, POLLIN, |reactor, a, events| {
    ///     if events == POLLIN {
    ///         a.recv(Flags::NONE)?;
    ///         reactor.update_socket(a, POLLOUT)?;
    ///     } else {
    ///         a.send("answer", Flags::NONE)?;
    ///         reactor.update_socket(a, POLLIN)?;
    ///         reactor.stop();
    ///     }
    ///     Ok(())
    /// })?;
    /// reactor.run()?;
    /// assert_eq!(b.recv(Flags::NONE)?, "answer");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "AddSocket")]
    pub fn update_socket(&mut self, socket: &Socket, events: State) -> Result<State> {
        let id = self.items.id(socket).ok_or_else(absent)?;
        self.items.update(id, events)
    }

    /// Calls the handler of the socket no more, in this pass either; whether it was there.
    ///
    /// The others keep their order.
    #[doc(alias = "RemoveSocket")]
    pub fn remove_socket(&mut self, socket: &Socket) -> bool {
        self.items.id(socket).is_some_and(|id| self.items.remove(id))
    }
}

fn absent() -> Error {
    Error::refused(
        Call::Reactor,
        Refusal::new(Errno::ENOENT, "the reactor has no such socket"),
    )
}
