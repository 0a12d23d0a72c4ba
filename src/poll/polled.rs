//! [`Polled`]: what a poll found out about one item. [`ItemId`]: which item.

use crate::flags::State;
use crate::socket::Socket;

/// Which item of a [`Poller`](super::Poller) it is: what [`add`](super::Poller::add) gave.
///
/// Within its poller an id is given once, and not again after the item was removed. Later items have greater ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub(crate) u64);

/// What a poll found out about one item: which it is, and what it is ready for.
///
/// It is a copy, and lives as long as the sockets.
#[derive(Clone, Copy, Debug)]
pub struct Polled<'s> {
    id: ItemId,
    socket: Option<&'s Socket>,
    events: State,
}

impl<'s> Polled<'s> {
    pub(super) fn new(id: ItemId, socket: Option<&'s Socket>) -> Polled<'s> {
        Polled {
            id,
            socket,
            events: State::empty(),
        }
    }

    #[inline]
    pub(super) fn with(&self, events: State) -> Polled<'s> {
        Polled { events, ..*self }
    }

    #[inline]
    pub(super) fn set_events(&mut self, events: State) {
        self.events = events;
    }

    /// Which item it is.
    #[inline]
    pub fn id(&self) -> ItemId {
        self.id
    }

    /// The socket, unless the item is a descriptor.
    #[doc(alias = "Socket")]
    #[inline]
    pub fn socket(&self) -> Option<&'s Socket> {
        self.socket
    }

    /// Whether the item is this socket.
    #[inline]
    pub fn is(&self, socket: &Socket) -> bool {
        self.socket
            .is_some_and(|own| own.raw().as_ptr() == socket.raw().as_ptr())
    }

    /// What it is ready for: some of what was asked, and [`POLLERR`](crate::POLLERR) of descriptors.
    #[doc(alias = "Events")]
    #[inline]
    pub fn events(&self) -> State {
        self.events
    }
}
