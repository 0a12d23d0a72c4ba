//! [`Poller`]: waits for many sockets and descriptors at once.

pub(crate) mod fd;
mod item;
mod name;
mod polled;
mod ready;
mod socket;
mod wait;

use std::sync::Arc;

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::fork::ProcessId;
use crate::ffi::poll::{RawFd, RawItem};
use crate::flags::State;
use crate::refusal::Refusal;
use crate::socket::Socket;

pub use item::{PollItem, poll};
pub use polled::{ItemId, Polled};

use fd::AsFd;

/// Waits for many sockets and descriptors at once, and says which are ready.
///
/// Each is an item with an id that stays valid until the item is removed, and is never given to another one. The items
/// keep the order in which they were added, and that is the order of every answer.
///
/// # What may be an item
/// Sockets, of several contexts if need be, and on Unix any descriptor that `poll(2)` takes, on Windows sockets of the
/// system. The same socket or descriptor twice is refused: [`update`](Poller::update) changes what is waited for. The
/// poller borrows them, so that none can be closed while it is there.
///
/// # Events
/// [`POLLIN`](crate::POLLIN) and [`POLLOUT`](crate::POLLOUT) for sockets, and other bits are ignored there; for descriptors
/// [`POLLPRI`](crate::POLLPRI) too. [`POLLERR`](crate::POLLERR) tells on Unix that a descriptor hung up, failed, or was
/// closed behind the poller's back, and is answered whether it was asked for or not. A socket of which nothing is asked,
/// `State::empty()`, stays in the poller and is never ready; the end of its context ends the wait all the same.
///
/// # Time-outs
/// `None` waits for ever, zero not at all. Any other time is rounded up to milliseconds, and the poll takes no less than
/// that unless something is ready; a century and [`Duration::MAX`](std::time::Duration::MAX) are times like any other.
/// Without an item that could become ready a poll sleeps for the whole time-out and answers nothing; without a time-out
/// that is an error, where C sleeps 71 minutes and Go returns at once.
///
/// # Signals
/// A signal does not end the wait, and does not make it longer either, unless a socket's context says otherwise
/// ([`Context::set_retry_after_eintr`](crate::Context::set_retry_after_eintr)).
///
/// # Cost
/// A poll allocates nothing, libzmq itself nothing for up to 16 items, and takes time in proportion to the number of
/// items, ready or not.
///
/// # Threads
/// It stays on the thread of its sockets: neither `Send` nor `Sync`.
///
/// ```
/// use std::time::Duration;
/// use zmq4::{Context, Flags, POLLIN, Poller};
/// let context = Context::new()?;
/// let (tasks, vent) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
/// tasks.bind("tcp://127.0.0.1:*")?;
/// vent.connect(&tasks.last_endpoint()?)?;
/// let control = context.socket(zmq4::PAIR)?;
/// control.bind("inproc://control")?;
///
/// let mut poller = Poller::new();
/// let on_task = poller.add(&tasks, POLLIN)?;
/// poller.add(&control, POLLIN)?;
///
/// vent.send("a task", Flags::NONE)?;
/// for ready in poller.poll(Some(Duration::from_secs(10)))? {
///     assert_eq!(ready.id(), on_task);
///     assert!(ready.is(&tasks));
///     assert_eq!(tasks.recv(Flags::NONE)?, "a task");
/// }
/// assert!(poller.poll(Some(Duration::ZERO))?.is_empty());
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Default)]
#[doc(alias = "zmq_poll")]
pub struct Poller<'s> {
    items: Vec<RawItem<'s>>,
    /// What is answered of each item, in the same order, in which the ids grow.
    entries: Vec<Polled<'s>>,
    ready: Vec<Polled<'s>>,
    kept: Vec<(ItemId, Arc<dyn AsFd>)>,
    next: u64,
    /// How many items can end a wait.
    wakers: usize,
    /// The process that all sockets are known to be of.
    process: ProcessId,
}

impl<'s> Poller<'s> {
    /// A poller that waits for nothing yet.
    #[doc(alias = "NewPoller")]
    pub fn new() -> Poller<'s> {
        Poller::default()
    }

    /// Adds a socket, to wait until it can do one of `events`.
    ///
    /// # Errors
    /// `EINVAL` where the socket is there already; `EINTR` where it was made in the parent process.
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
    pub fn add(&mut self, socket: &'s Socket, events: State) -> Result<ItemId> {
        if socket.raw().is_forked() {
            return Err(wait::forked());
        }
        if self.items.iter().any(|item| item.is_socket(socket.raw())) {
            return Err(Error::refused(
                Call::Poll,
                Refusal::invalid("the poller has the socket already"),
            ));
        }
        Ok(self.push(socket.poll_item(events), Some(socket)))
    }

    /// Adds a descriptor (`AsFd`; on Windows a socket, `AsSocket`), to wait until it is ready for one of `events`.
    ///
    /// It takes a reference to what owns the descriptor, or a `BorrowedFd`: what can be copied cannot close anything.
    /// Channels are added so too: a [`Receiver`](crate::Receiver) is readable while it has a value.
    ///
    /// # Errors
    /// `EINVAL` where the descriptor is there already.
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
    pub fn add_fd(&mut self, fd: impl AsFd + Copy + 's, events: State) -> Result<ItemId> {
        self.push_fd(fd::number(fd::borrow(&fd)), events)
    }

    /// Adds a descriptor that is kept open as long as the item is there.
    pub(crate) fn add_kept(&mut self, keeper: Arc<dyn AsFd>, events: State) -> Result<ItemId> {
        let id = self.push_fd(fd::number(fd::borrow(&*keeper)), events)?;
        self.kept.push((id, keeper));
        Ok(id)
    }

    fn push_fd(&mut self, fd: RawFd, events: State) -> Result<ItemId> {
        if self.items.iter().any(|item| item.is_fd(fd)) {
            return Err(Error::refused(
                Call::Poll,
                Refusal::invalid("the poller has the descriptor already"),
            ));
        }
        Ok(self.push(RawItem::fd(fd, events), None))
    }

    fn push(&mut self, item: RawItem<'s>, socket: Option<&'s Socket>) -> ItemId {
        let id = ItemId(self.next);
        self.next += 1;
        self.wakers += usize::from(item.can_wake());
        self.items.push(item);
        self.entries.push(Polled::new(id, socket));
        // So that no poll need grow it.
        self.ready.clear();
        self.ready.reserve(self.entries.len());
        id
    }

    /// Changes what is waited for on an item, and answers what it was before.
    ///
    /// # Errors
    /// `ENOENT` where the item is not there.
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

    /// As [`update`](Poller::update), for the item that this socket is.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not there.
    #[doc(alias = "UpdateBySocket")]
    pub fn update_by_socket(&mut self, socket: &Socket, events: State) -> Result<State> {
        let index = self.index_of(socket)?;
        self.update_at(index, events)
    }

    fn update_at(&mut self, index: usize, events: State) -> Result<State> {
        let item = self.items.get_mut(index).ok_or_else(absent)?;
        let before = item.events();
        self.wakers -= usize::from(item.can_wake());
        item.set_events(events);
        self.wakers += usize::from(item.can_wake());
        Ok(before)
    }

    /// Removes an item; the ids of the others stay valid.
    ///
    /// # Errors
    /// `ENOENT` where the item is not there.
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

    /// As [`remove`](Poller::remove), for the item that this socket is.
    ///
    /// # Errors
    /// `ENOENT` where the socket is not there.
    #[doc(alias = "RemoveBySocket")]
    pub fn remove_by_socket(&mut self, socket: &Socket) -> Result<()> {
        let index = self.index_of(socket)?;
        self.remove_at(index);
        Ok(())
    }

    fn remove_at(&mut self, index: usize) {
        let item = self.items.remove(index);
        self.wakers -= usize::from(item.can_wake());
        let id = self.entries.remove(index).id();
        self.kept.retain(|(kept, _)| *kept != id);
    }

    fn index(&self, id: ItemId) -> Result<usize> {
        self.entries.binary_search_by_key(&id, Polled::id).map_err(|_| absent())
    }

    fn index_of(&self, socket: &Socket) -> Result<usize> {
        self.items
            .iter()
            .position(|item| item.is_socket(socket.raw()))
            .ok_or_else(absent)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the item is there.
    pub fn contains(&self, id: ItemId) -> bool {
        self.index(id).is_ok()
    }
}

fn absent() -> Error {
    Error::new(Call::Poll, Errno::ENOENT).because("the poller has no such item")
}
