//! The sockets of a reactor that other threads use as well.

use super::run::Reactor;
use super::sockets::absent;
use crate::error::Result;
use crate::flags::State;
use crate::shared::SharedSocket;

/// # Sockets that several threads use
impl<'s, E, S> Reactor<'s, E, S> {
    /// Calls the handler when a socket that other threads may use at the same time is ready for one of `events`. It needs the feature
    /// `draft`.
    ///
    /// The reactor keeps a handle of the socket. As with [`add_socket`](Reactor::add_socket), adding it again removes it first. Another
    /// thread may have received the message when the handler is called: use [`try_recv`](SharedSocket::try_recv).
    ///
    /// # Errors
    /// Those of [`Poller::add_shared_socket`](crate::Poller::add_shared_socket).
    ///
    /// ```
    /// use zmq4::{Context, POLLIN, Reactor, SharedSocket};
    /// # if !zmq4::has("draft") { return Ok::<(), Box<dyn std::error::Error + Send + Sync>>(()); }
    /// let context = Context::new()?;
    /// let gather = SharedSocket::new(context.socket(zmq4::GATHER)?)?;
    /// gather.lock()?.bind("inproc://reactor gather")?;
    /// let scatter = context.socket(zmq4::SCATTER)?;
    /// scatter.connect("inproc://reactor gather")?;
    /// scatter.send("a task", zmq4::Flags::NONE)?;
    ///
    /// let mut reactor = Reactor::new();
    /// reactor.add_shared_socket(&gather, POLLIN, |reactor, gather, _| {
    ///     match gather.try_recv() {
    ///         Ok(task) => assert_eq!(task, "a task"),
    ///         // Another thread was faster.
    ///         Err(error) if error.is_would_block() => return Ok(()),
    ///         Err(error) => return Err(error.into()),
    ///     }
    ///     reactor.stop();
    ///     Ok(())
    /// })?;
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "AddSocket")]
    pub fn add_shared_socket(
        &mut self,
        socket: &SharedSocket,
        events: State,
        mut handler: impl FnMut(&mut Reactor<'s, E, S>, &SharedSocket, State) -> Result<(), E> + 's,
    ) -> Result<()> {
        self.remove_shared_socket(socket);
        let own = socket.clone();
        let handler = move |reactor: &mut Reactor<'s, E, S>, events| handler(reactor, &own, events);
        self.items.add_shared_socket(socket.clone(), events, Box::new(handler))
    }

    /// Changes the events for which the handler of the socket is called, and returns the previous ones.
    ///
    /// # Errors
    /// `ENOENT` if the reactor does not have the socket.
    pub fn update_shared_socket(&mut self, socket: &SharedSocket, events: State) -> Result<State> {
        let id = self.items.id(socket.handle().as_ptr()).ok_or_else(absent)?;
        self.items.update(id, events)
    }

    /// Removes the socket, and returns whether it was there. Its handler is not called any more, in this pass either.
    #[doc(alias = "RemoveSocket")]
    pub fn remove_shared_socket(&mut self, socket: &SharedSocket) -> bool {
        let id = self.items.id(socket.handle().as_ptr());
        id.is_some_and(|id| self.items.remove(id))
    }
}
