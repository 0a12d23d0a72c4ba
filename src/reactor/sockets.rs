//! The sockets of a reactor.

use super::run::Reactor;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::poll::SocketHandle;
use crate::refusal::Refusal;
use crate::socket::Socket;

/// # Sockets
impl<'s, E, S> Reactor<'s, E, S> {
    /// Calls the handler when the socket is ready for one of `events`.
    ///
    /// The socket is borrowed, `&Socket`, or shared, `Rc<Socket>`, and then stays open while the reactor has it. The handler
    /// gets the reactor, the socket as it was given, and the events it is ready for. A socket has one handler: adding it
    /// again removes it first, so that it comes last from then on.
    ///
    /// # Errors
    /// Those of [`Poller::add`](crate::Poller::add).
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
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// A handler that opens a socket and adds it:
    ///
    /// ```
    /// use std::rc::Rc;
    /// use std::time::Duration;
    /// use zmq4::{Context, Flags, POLLIN, Reactor};
    /// let context = Context::new()?;
    /// let mut reactor = Reactor::new();
    /// reactor.add_timer_once(Duration::ZERO, |reactor| {
    ///     let inbox = Rc::new(context.socket(zmq4::PULL)?);
    ///     inbox.bind("inproc://inbox")?;
    ///     reactor.add_socket(inbox, POLLIN, |reactor, inbox, _| {
    ///         assert_eq!(inbox.recv(Flags::NONE)?, "Hello");
    ///         reactor.stop();
    ///         Ok(())
    ///     })?;
    ///     let push = context.socket(zmq4::PUSH)?;
    ///     push.connect("inproc://inbox")?;
    ///     push.send("Hello", Flags::NONE)?;
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "AddSocket")]
    pub fn add_socket<H: SocketHandle<'s>>(
        &mut self,
        socket: H,
        events: State,
        mut handler: impl FnMut(&mut Reactor<'s, E, S>, H, State) -> Result<(), E> + 's,
    ) -> Result<()> {
        self.remove_socket(&socket);
        let any = socket.clone().into_any();
        let handler = move |reactor: &mut Reactor<'s, E, S>, events| handler(reactor, socket.clone(), events);
        self.items.add_socket(any, events, Box::new(handler))
    }

    /// Changes the events for which the handler of the socket is called, and returns the previous ones.
    ///
    /// So a handler that cannot send yet asks for POLLOUT, and removes it when it has sent. Without events it is not called
    /// until the next update.
    ///
    /// # Errors
    /// `ENOENT` if the reactor does not have the socket.
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
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "AddSocket")]
    pub fn update_socket(&mut self, socket: &Socket, events: State) -> Result<State> {
        let id = self.items.id(socket.raw().as_ptr()).ok_or_else(absent)?;
        self.items.update(id, events)
    }

    /// Removes the socket, and returns whether it was there. Its handler is not called any more, in this pass either.
    ///
    /// The others keep their order.
    #[doc(alias = "RemoveSocket")]
    pub fn remove_socket(&mut self, socket: &Socket) -> bool {
        self.items
            .id(socket.raw().as_ptr())
            .is_some_and(|id| self.items.remove(id))
    }
}

pub(super) fn absent() -> Error {
    Error::refused(
        Call::Reactor,
        Refusal::new(Errno::ENOENT, "the reactor has no such socket"),
    )
}
