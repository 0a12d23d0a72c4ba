//! [`Items`]: what a reactor polls, and the handler of each.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::ffi::waker::Waker;
use crate::flags::State;
use crate::poll::handle::AnySocket;
use crate::poll::{FdHandle, ItemId, Poller};
#[cfg(feature = "draft")]
use crate::shared::SharedSocket;

/// A poller, and what belongs to its items, in the same order: that of addition, and of the ids.
pub(super) struct Items<'s, H> {
    poller: Poller<'s, AnySocket<'s>>,
    entries: Vec<Entry<'s, H>>,
    /// The channels among them.
    channels: Vec<ItemId>,
}

struct Entry<'s, H> {
    id: ItemId,
    subject: Subject<'s>,
    events: State,
    /// Absent while it is being called.
    handler: Option<H>,
}

#[derive(Clone)]
enum Subject<'s> {
    Socket(AnySocket<'s>),
    #[cfg(feature = "draft")]
    SharedSocket(SharedSocket),
    /// A descriptor's number.
    Fd(crate::ffi::fd::RawFd),
    /// A channel logs each value itself.
    Channel,
}

impl<H> Default for Items<'_, H> {
    fn default() -> Self {
        Items {
            poller: Poller::default(),
            entries: Vec::new(),
            channels: Vec::new(),
        }
    }
}

impl<'s, H> Items<'s, H> {
    pub(super) fn add_socket(&mut self, socket: AnySocket<'s>, events: State, handler: H) -> Result<()> {
        let id = self.poller.add(socket.clone(), events)?;
        self.push(id, Subject::Socket(socket), events, Some(handler));
        Ok(())
    }

    #[cfg(feature = "draft")]
    pub(super) fn add_shared_socket(&mut self, socket: SharedSocket, events: State, handler: H) -> Result<()> {
        let id = self.poller.add_shared_socket(&socket, events)?;
        self.push(id, Subject::SharedSocket(socket), events, Some(handler));
        Ok(())
    }

    pub(super) fn add_fd(&mut self, fd: impl FdHandle<'s>, events: State, handler: H) -> Result<ItemId> {
        let id = self.poller.add_fd(fd, events)?;
        let number = self.poller.last_fd();
        self.push(id, Subject::Fd(number), events, Some(handler));
        Ok(id)
    }

    /// An item whose handler is put later, because it needs the id.
    pub(super) fn add_channel(&mut self, waker: Arc<Waker>) -> Result<ItemId> {
        let id = self.add_waker(waker)?;
        self.push(id, Subject::Channel, State::POLLIN, None);
        self.channels.push(id);
        Ok(id)
    }

    /// An item without a handler, which ends a wait.
    pub(super) fn add_waker(&mut self, waker: Arc<Waker>) -> Result<ItemId> {
        self.poller.add_fd(waker, State::POLLIN)
    }

    fn push(&mut self, id: ItemId, subject: Subject<'s>, events: State, handler: Option<H>) {
        self.entries.push(Entry {
            id,
            subject,
            events,
            handler,
        });
    }

    fn index(&self, id: ItemId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok()
    }

    fn entry(&mut self, id: ItemId) -> Option<&mut Entry<'s, H>> {
        let index = self.index(id)?;
        self.entries.get_mut(index)
    }

    /// The item of the socket with this pointer.
    pub(super) fn id(&self, socket: *mut c_void) -> Option<ItemId> {
        let is_it = |entry: &&Entry<'s, H>| match &entry.subject {
            Subject::Socket(own) => own.raw().as_ptr() == socket,
            #[cfg(feature = "draft")]
            Subject::SharedSocket(own) => own.handle().as_ptr() == socket,
            Subject::Fd(_) | Subject::Channel => false,
        };
        self.entries.iter().find(is_it).map(|entry| entry.id)
    }

    /// Changes the events, and returns the previous ones.
    pub(super) fn update(&mut self, id: ItemId, events: State) -> Result<State> {
        let before = self.poller.update(id, events)?;
        if let Some(entry) = self.entry(id) {
            entry.events = events;
        }
        Ok(before)
    }

    /// Drops the handler too, unless it is being called. Returns whether the item was there.
    pub(super) fn remove(&mut self, id: ItemId) -> bool {
        let Some(index) = self.index(id) else {
            return false;
        };
        let entry = self.entries.remove(index);
        self.channels.retain(|channel| *channel != id);
        let was_there = self.poller.remove(id).is_ok();
        // Last: what a handler holds may panic when it is dropped.
        drop(entry);
        was_there
    }

    pub(super) fn contains(&self, id: ItemId) -> bool {
        self.index(id).is_some()
    }

    /// Puts the channels into `channels`, in the order of addition.
    pub(super) fn channels(&self, channels: &mut Vec<ItemId>) {
        channels.clear();
        channels.extend_from_slice(&self.channels);
    }

    pub(super) fn is_channel(&self, id: ItemId) -> bool {
        self.channels.binary_search(&id).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Waits, and puts what is ready into `ready`.
    pub(super) fn poll(&mut self, timeout: Option<Duration>, ready: &mut Vec<(ItemId, State)>) -> Result<()> {
        ready.clear();
        let polled = self.poller.poll(timeout)?;
        ready.extend(polled.iter().map(|polled| (polled.id(), polled.events())));
        Ok(())
    }

    /// The handler of an item that is there and still asks for one of these events, and which of them. A channel is taken
    /// without events too.
    pub(super) fn take(&mut self, id: ItemId, events: State) -> Option<(H, State)> {
        let entry = self.entry(id)?;
        // A broken descriptor is reported without being asked for.
        let events = events & (entry.events | State::POLLERR);
        if events.is_empty() && !matches!(entry.subject, Subject::Channel) {
            return None;
        }
        Some((entry.handler.take()?, events))
    }

    /// Puts a handler back, unless the item is gone.
    pub(super) fn put(&mut self, id: ItemId, handler: H) {
        if let Some(entry) = self.entry(id) {
            entry.handler = Some(handler);
        }
    }

    /// What an item is, unless it logs itself.
    pub(super) fn describe(&self, id: ItemId) -> Option<impl fmt::Display> {
        let entry = self.entries.get(self.index(id)?)?;
        match &entry.subject {
            Subject::Channel => None,
            subject => Some(subject.clone()),
        }
    }

    pub(super) fn remove_orphans(&mut self) {
        let Items {
            poller,
            entries,
            channels,
        } = self;
        entries.retain(|entry| entry.handler.is_some() || poller.remove(entry.id).is_err());
        channels.retain(|id| entries.binary_search_by_key(id, |entry| entry.id).is_ok());
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Socket(socket) => fmt::Display::fmt(&**socket, f),
            #[cfg(feature = "draft")]
            Subject::SharedSocket(socket) => fmt::Debug::fmt(socket, f),
            Subject::Fd(number) => write!(f, "Fd({number})"),
            Subject::Channel => f.write_str("Channel"),
        }
    }
}

impl<H> fmt::Debug for Items<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.poller, f)
    }
}
