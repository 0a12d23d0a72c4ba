//! Adding, changing and removing the items of a [`Poller`].

use super::handle::{AnySocket, FdHandle, SocketHandle};
use super::polled::{ItemId, Polled};
use super::poller::Poller;
use super::wait;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::fd::RawFd;
use crate::ffi::poll::RawItem;
use crate::flags::State;
use crate::refusal::Refusal;
use crate::socket::Socket;

/// # Items
impl<'s, H: SocketHandle<'s>> Poller<'s, H> {
    /// Adds a socket, to wait until it is ready for one of `events`.
    ///
    /// # Errors
    /// `EINVAL` if the socket is there already; `EINTR` if it was made in the parent process.
    ///
    /// ```
    /// use zmq4::{Errno, POLLIN, POLLOUT, Poller, Socket};
    /// let socket = Socket::new(zmq4::DEALER)?;
    /// let mut poller = Poller::new();
    /// poller.add(&socket, POLLIN)?;
    /// assert_eq!(poller.add(&socket, POLLOUT).unwrap_err(), Errno::EINVAL);
    /// assert!(poller.to_string().starts_with("Poller[Socket(DEALER,"));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "Add")]
    pub fn add(&mut self, socket: H, events: State) -> Result<ItemId> {
        self.push_socket(socket, events, None)
    }

    /// Like [`add`](Poller::add), with a [token](Poller#tokens) for the item.
    ///
    /// Tokens need not be unique: items that are handled alike may have the same.
    ///
    /// # Errors
    /// Those of [`add`](Poller::add).
    #[doc(alias = "Add")]
    #[doc(alias = "zmq_poller_add")]
    pub fn add_with_token(&mut self, socket: H, events: State, token: usize) -> Result<ItemId> {
        self.push_socket(socket, events, Some(token))
    }

    /// Adds a descriptor (`AsFd`; on Windows a socket, `AsSocket`), to wait until it is ready for one of `events`.
    ///
    /// It takes a reference to what owns the descriptor, a `BorrowedFd`, or an `Rc` or `Arc` of the owner, which the poller
    /// then keeps open. Channels are added in the same way: a [`Receiver`](crate::Receiver) is readable while it has a
    /// value.
    ///
    /// # Errors
    /// `EINVAL` if the descriptor is there already.
    ///
    /// ```
    /// use std::io::Write;
    /// use std::net::{TcpListener, TcpStream};
    /// use zmq4::{POLLIN, Poller, Socket};
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let mut peer = TcpStream::connect(listener.local_addr()?)?;
    /// let (stream, _) = listener.accept()?;
    /// let socket = Socket::new(zmq4::PULL)?;
    ///
    /// let mut poller = Poller::new();
    /// poller.add(&socket, POLLIN)?;
    /// let on_stream = poller.add_fd(&stream, POLLIN)?;
    /// peer.write_all(b"from elsewhere")?;
    /// let ready = poller.poll(None)?;
    /// assert_eq!(ready[0].id(), on_stream);
    /// assert!(ready[0].socket().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_fd(&mut self, fd: impl FdHandle<'s>, events: State) -> Result<ItemId> {
        self.push_fd(fd, events, None)
    }

    /// Like [`add_fd`](Poller::add_fd), with a [token](Poller#tokens) for the item.
    ///
    /// # Errors
    /// Those of [`add_fd`](Poller::add_fd).
    pub fn add_fd_with_token(&mut self, fd: impl FdHandle<'s>, events: State, token: usize) -> Result<ItemId> {
        self.push_fd(fd, events, Some(token))
    }

    fn push_socket(&mut self, socket: H, events: State, token: Option<usize>) -> Result<ItemId> {
        if socket.raw().is_forked() {
            return Err(wait::forked());
        }
        if self.items.iter().any(|item| item.is_socket(socket.raw().as_ptr())) {
            return Err(duplicate(SOCKET_THERE));
        }
        match socket.clone().into_any() {
            AnySocket::Borrowed(socket) => self.items.push(socket.poll_item(events)),
            AnySocket::Shared(socket) => {
                let may_be_thread_safe = socket.may_be_thread_safe();
                self.items.push_shared(socket, may_be_thread_safe, events);
            }
        }
        Ok(self.push_entry(Some(socket), token))
    }

    fn push_fd(&mut self, fd: impl FdHandle<'s>, events: State, token: Option<usize>) -> Result<ItemId> {
        let (fd, owner) = fd.keep();
        if self.items.iter().any(|item| item.is_fd(fd)) {
            return Err(duplicate("the poller has the descriptor already"));
        }
        self.items.push(RawItem::fd(fd, events));
        let id = self.push_entry(None, token);
        self.owners.extend(owner.map(|owner| (id, owner)));
        Ok(id)
    }

    /// The number of the descriptor that was added last.
    pub(crate) fn last_fd(&self) -> RawFd {
        self.items.last().map_or_else(Default::default, RawItem::number)
    }

    /// The entry of the item that was pushed last.
    pub(super) fn push_entry(&mut self, socket: Option<H>, token: Option<usize>) -> ItemId {
        let id = ItemId(self.next);
        let token = token.or_else(|| usize::try_from(self.next).ok());
        self.next += 1;
        self.wakers += usize::from(self.items.last().is_some_and(RawItem::can_wake));
        self.entries.push(Polled::new(id, token.unwrap_or(usize::MAX), socket));
        // So that no poll need grow it.
        self.ready.clear();
        self.ready.reserve(self.entries.len());
        id
    }

    /// Changes the events of an item, and returns the previous ones.
    ///
    /// # Errors
    /// `ENOENT` if there is no such item.
    ///
    /// ```
    /// use zmq4::{Errno, POLLIN, POLLOUT, Poller, Socket};
    /// let socket = Socket::new(zmq4::DEALER)?;
    /// let mut poller = Poller::new();
    /// let id = poller.add(&socket, POLLIN)?;
    /// assert_eq!(poller.update(id, POLLIN | POLLOUT)?, POLLIN);
    /// assert_eq!(poller.update_by_socket(&socket, POLLOUT)?, POLLIN | POLLOUT);
    /// poller.remove(id)?;
    /// assert_eq!(poller.update(id, POLLIN).unwrap_err(), Errno::ENOENT);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "Update")]
    pub fn update(&mut self, id: ItemId, events: State) -> Result<State> {
        let index = self.index(id)?;
        self.update_at(index, events)
    }

    /// Like [`update`](Poller::update), for the item of this socket.
    ///
    /// # Errors
    /// `ENOENT` if there is no such item.
    #[doc(alias = "UpdateBySocket")]
    pub fn update_by_socket(&mut self, socket: &Socket, events: State) -> Result<State> {
        let index = self.index_of(socket)?;
        self.update_at(index, events)
    }

    fn update_at(&mut self, index: usize, events: State) -> Result<State> {
        let item = self.items.get(index).ok_or_else(absent)?;
        let previous = item.events();
        self.wakers -= usize::from(item.can_wake());
        self.items.set_events(index, events);
        self.wakers += usize::from(self.items.get(index).is_some_and(RawItem::can_wake));
        Ok(previous)
    }

    /// Removes an item; the ids of the others stay valid.
    ///
    /// # Errors
    /// `ENOENT` if there is no such item.
    ///
    /// ```
    /// use zmq4::{POLLIN, Poller, Socket};
    /// let (first, second) = (Socket::new(zmq4::PULL)?, Socket::new(zmq4::PULL)?);
    /// let mut poller = Poller::new();
    /// let (a, b) = (poller.add(&first, POLLIN)?, poller.add(&second, POLLIN)?);
    /// poller.remove(a)?;
    /// assert!(!poller.contains(a) && poller.contains(b));
    /// assert_eq!(poller.len(), 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "Remove")]
    pub fn remove(&mut self, id: ItemId) -> Result<()> {
        let index = self.index(id)?;
        self.remove_at(index);
        Ok(())
    }

    /// Like [`remove`](Poller::remove), for the item of this socket.
    ///
    /// # Errors
    /// `ENOENT` if there is no such item.
    #[doc(alias = "RemoveBySocket")]
    pub fn remove_by_socket(&mut self, socket: &Socket) -> Result<()> {
        let index = self.index_of(socket)?;
        self.remove_at(index);
        Ok(())
    }

    fn remove_at(&mut self, index: usize) {
        self.wakers -= usize::from(self.items.remove(index));
        let id = self.entries.remove(index).id();
        // The last result may hold a handle of the socket.
        self.ready.clear();
        self.owners.retain(|(owned, _)| *owned != id);
        #[cfg(feature = "draft")]
        self.shared_sockets.retain(|(owned, _)| *owned != id);
    }

    fn index(&self, id: ItemId) -> Result<usize> {
        self.entries.binary_search_by_key(&id, Polled::id).map_err(|_| absent())
    }

    fn index_of(&self, socket: &Socket) -> Result<usize> {
        self.items
            .iter()
            .position(|item| item.is_socket(socket.raw().as_ptr()))
            .ok_or_else(absent)
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the poller has this item.
    pub fn contains(&self, id: ItemId) -> bool {
        self.index(id).is_ok()
    }
}

pub(super) const SOCKET_THERE: &str = "the poller has the socket already";

pub(super) fn duplicate(reason: &'static str) -> Error {
    Error::refused(Call::Poll, Refusal::invalid(reason))
}

fn absent() -> Error {
    Error::new(Call::Poll, Errno::ENOENT).because("the poller has no such item")
}
