//! Sockets of several threads as items of a [`Poller`], and alone.

use std::sync::Arc;
use std::time::Duration;

use super::handle::SocketHandle;
use super::polled::ItemId;
use super::poller::Poller;
use super::registration::{SOCKET_THERE, duplicate};
use super::wait;
use crate::error::Result;
use crate::ffi::poll::{RawItem, poll as poll_raw};
use crate::flags::State;
use crate::shared::SharedSocket;

/// # Sockets that several threads use
impl<'s, H: SocketHandle<'s>> Poller<'s, H> {
    /// Adds a socket that other threads may use at the same time, to wait until it is ready for one of `events`. It needs the feature
    /// `draft`.
    ///
    /// The poller keeps a handle of it. Its results have an id and a token, and no [`socket`](crate::Polled::socket). Several threads may
    /// wait for the socket, each with its own poller: all are woken by a message, and one receives it. So use
    /// [`try_recv`](SharedSocket::try_recv).
    ///
    /// A poll with a thread-safe socket makes some 8 system calls instead of one, because libzmq opens a descriptor for the wait. The
    /// socket's [`readiness`](SharedSocket::readiness), added with [`add_fd`](Poller::add_fd), costs less.
    ///
    /// # Errors
    /// `EINVAL` if the socket is there already; `EINTR` if it was made in the parent process.
    ///
    /// ```
    /// use zmq4::{Context, POLLIN, Poller, SharedSocket};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let context = Context::new()?;
    /// let gather = SharedSocket::new(context.socket(zmq4::GATHER)?)?;
    /// gather.lock()?.bind("inproc://add_shared_socket")?;
    /// let scatter = context.socket(zmq4::SCATTER)?;
    /// scatter.connect("inproc://add_shared_socket")?;
    /// scatter.send("a task", zmq4::Flags::NONE)?;
    ///
    /// let mut poller = Poller::new();
    /// let id = poller.add_shared_socket(&gather, POLLIN)?;
    /// assert!(poller.poll(None)?[0].is_item(id));
    /// assert_eq!(gather.try_recv()?, "a task");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_poller_add")]
    #[doc(alias = "Add")]
    pub fn add_shared_socket(&mut self, socket: &SharedSocket, events: State) -> Result<ItemId> {
        self.push_shared(socket, events, None)
    }

    /// Like [`add_shared_socket`](Poller::add_shared_socket), with a [token](Poller#tokens) for the item.
    ///
    /// # Errors
    /// Those of [`add_shared_socket`](Poller::add_shared_socket).
    #[doc(alias = "zmq_poller_add")]
    pub fn add_shared_socket_with_token(
        &mut self,
        socket: &SharedSocket,
        events: State,
        token: usize,
    ) -> Result<ItemId> {
        self.push_shared(socket, events, Some(token))
    }

    fn push_shared(&mut self, socket: &SharedSocket, events: State, token: Option<usize>) -> Result<ItemId> {
        let handle = socket.handle();
        if handle.is_forked() {
            return Err(wait::forked());
        }
        if self.items.iter().any(|item| item.is_socket(handle.as_ptr())) {
            return Err(duplicate(SOCKET_THERE));
        }
        self.items.push_thread_safe(Arc::clone(handle), events);
        let id = self.push_entry(None, token);
        self.shared_sockets.push((id, socket.clone()));
        Ok(id)
    }

    pub(super) fn shared_socket(&self, id: ItemId) -> Option<&SharedSocket> {
        let mut sockets = self.shared_sockets.iter();
        sockets.find_map(|(own, socket)| (*own == id).then_some(socket))
    }
}

impl SharedSocket {
    /// Waits until the socket is ready for one of `events`, and returns the events for which it is ([`zmq_poll`]); none after
    /// the timeout, which is as with [`Socket::poll`](crate::Socket::poll).
    ///
    /// Another thread may receive the message before this one does: use [`try_recv`](SharedSocket::try_recv).
    ///
    /// # Errors
    /// Those of [`Socket::poll`](crate::Socket::poll); `EMFILE` if the process has no file descriptor left.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Context, POLLIN, SharedSocket};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let server = SharedSocket::new(Context::new()?.socket(zmq4::SERVER)?)?;
    /// assert!(server.poll(POLLIN, Some(Duration::from_millis(1)))?.is_empty());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_poll`]: https://libzmq.readthedocs.io/en/latest/zmq_poll.html
    #[doc(alias = "zmq_poll")]
    pub fn poll(&self, events: State, timeout: impl Into<Option<Duration>>) -> Result<State> {
        let timeout = timeout.into();
        let handle = self.handle();
        if handle.is_forked() {
            return Err(wait::forked());
        }
        let mut item = [RawItem::thread_safe(handle, events)];
        if !item[0].can_wake() {
            wait::idle(timeout, true)?;
        }
        wait::wait(
            timeout,
            false,
            |ms| poll_raw(&mut item, ms),
            || self.context().retries(),
        )?;
        Ok(item[0].revents())
    }
}
