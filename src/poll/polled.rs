//! [`Polled`]: what a poll found out about one item. [`ItemId`]: which item.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::flags::State;
use crate::socket::Socket;

/// Identifies an item of a [`Poller`](super::Poller), as returned by [`add`](super::Poller::add).
///
/// An id is unique within its poller, also after the item was removed. Later items have greater ids.
///
/// Compare ids with `==` or [`Polled::is_item`]. They are not for `match`: in `match item.id() { on_task => … }` the name
/// `on_task` is a new variable, which matches every id. The compiler warns (`unreachable_patterns`, `unused_variables`).
/// [Tokens](super::Poller#tokens) are for `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub(crate) u64);

/// The result of a poll for one item: its id, its token, and the events that it is ready for.
///
/// It is a copy, which lives as long as the sockets. In a [`Poller::shared`](super::Poller::shared), whose sockets are
/// `Rc<Socket>`, it is `Clone`.
#[derive(Clone, Copy, Debug)]
pub struct Polled<'s, H = &'s Socket> {
    id: ItemId,
    token: usize,
    socket: Option<H>,
    events: State,
    _borrows: PhantomData<&'s Socket>,
}

impl<H> Polled<'_, H> {
    pub(super) fn new(id: ItemId, token: usize, socket: Option<H>) -> Self {
        Polled {
            id,
            token,
            socket,
            events: State::empty(),
            _borrows: PhantomData,
        }
    }

    #[inline]
    pub(super) fn with(&self, events: State) -> Self
    where
        H: Clone,
    {
        Polled { events, ..self.clone() }
    }

    #[inline]
    pub(super) fn set_events(&mut self, events: State) {
        self.events = events;
    }

    pub(super) fn handle(&self) -> Option<&H> {
        self.socket.as_ref()
    }

    /// Which item it is: what [`add`](super::Poller::add) returned. Do not [`match`](ItemId) on it.
    #[inline]
    pub fn id(&self) -> ItemId {
        self.id
    }

    /// The number that the item was added with, or its default: see [Tokens](super::Poller#tokens).
    #[inline]
    pub fn token(&self) -> usize {
        self.token
    }

    /// Whether it is this item.
    #[inline]
    pub fn is_item(&self, id: ItemId) -> bool {
        self.id == id
    }

    /// The events it is ready for: some of those that were asked for, and [`POLLERR`](crate::POLLERR) of descriptors.
    #[doc(alias = "Events")]
    #[doc(alias = "revents")]
    #[inline]
    pub fn events(&self) -> State {
        self.events
    }
}

impl<H: Clone> Polled<'_, H> {
    /// The socket, unless the item is a descriptor: as it was added, `&Socket` or `Rc<Socket>`.
    ///
    /// [`Poller::poll_sockets`](super::Poller::poll_sockets) is for pollers that have sockets only.
    #[doc(alias = "Socket")]
    #[inline]
    pub fn socket(&self) -> Option<H> {
        self.socket.clone()
    }
}

impl<H: Deref<Target = Socket>> Polled<'_, H> {
    /// Whether the item is this socket.
    #[inline]
    pub fn is(&self, socket: &Socket) -> bool {
        self.socket
            .as_ref()
            .is_some_and(|own| own.raw().as_ptr() == socket.raw().as_ptr())
    }
}
