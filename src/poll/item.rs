//! [`PollItem`] and [`poll`]: waiting for a list of the caller, as in C.

use std::time::Duration;

use smallvec::SmallVec;

use super::socket::poll_one;
use super::wait;
use crate::error::Result;
use crate::ffi::fd::{self, BorrowedFd};
use crate::ffi::poll::{RawItem, poll as poll_raw};
use crate::flags::State;
use crate::socket::Socket;
use crate::socket::prefetched;

/// One item of [`poll`]: a socket or a descriptor, the requested events, and the returned ones.
///
/// The [events](crate::Poller#events) and the [items](crate::Poller#items) are those of a [`Poller`](crate::Poller).
#[derive(Clone, Debug)]
#[doc(alias = "zmq_pollitem_t")]
pub struct PollItem<'s> {
    subject: Subject<'s>,
    events: State,
    revents: State,
}

#[derive(Clone, Copy, Debug)]
enum Subject<'s> {
    Socket(&'s Socket),
    Fd(BorrowedFd<'s>),
}

impl<'s> PollItem<'s> {
    /// A socket, to wait until it is ready for one of `events`.
    #[inline]
    pub fn new(socket: &'s Socket, events: State) -> PollItem<'s> {
        PollItem {
            subject: Subject::Socket(socket),
            events,
            revents: State::empty(),
        }
    }

    /// A descriptor (on Windows a socket), to wait until it is ready for one of `events`.
    #[inline]
    pub fn fd(fd: BorrowedFd<'s>, events: State) -> PollItem<'s> {
        PollItem {
            subject: Subject::Fd(fd),
            events,
            revents: State::empty(),
        }
    }

    /// The requested events (`events`).
    #[inline]
    pub fn events(&self) -> State {
        self.events
    }

    /// Changes the requested events, from the next poll on.
    #[inline]
    pub fn set_events(&mut self, events: State) {
        self.events = events;
    }

    /// The events for which it was ready in the last poll (`revents`); none after a poll that failed.
    #[inline]
    pub fn revents(&self) -> State {
        self.revents
    }

    /// Whether it was readable in the last poll.
    #[inline]
    pub fn is_readable(&self) -> bool {
        self.revents.contains(State::POLLIN)
    }

    /// Whether it was writable in the last poll.
    #[inline]
    pub fn is_writable(&self) -> bool {
        self.revents.contains(State::POLLOUT)
    }

    /// Whether it was a broken descriptor in the last poll.
    #[inline]
    pub fn is_error(&self) -> bool {
        self.revents.contains(State::POLLERR)
    }

    fn raw(&self) -> Result<RawItem<'s>> {
        match self.subject {
            Subject::Socket(socket) if socket.raw().is_forked() => Err(wait::forked()),
            Subject::Socket(socket) => Ok(socket.poll_item(self.events)),
            Subject::Fd(fd) => Ok(RawItem::fd(fd::number(fd), self.events)),
        }
    }

    /// Whether it is a socket that is polled for POLLIN and has a message that a disconnect kept, which libzmq does not
    /// report.
    fn has_prefetched(&self) -> bool {
        let has = matches!(self.subject, Subject::Socket(socket) if socket.has_prefetched());
        has && self.events.contains(State::POLLIN)
    }

    fn retries(&self) -> bool {
        match self.subject {
            Subject::Socket(socket) => socket.context().retries(),
            Subject::Fd(_) => true,
        }
    }
}

/// Waits until an item is ready, and returns the number of ready items ([`zmq_poll`]); 0 after the timeout.
///
/// The interface of C. The caller keeps the list, in which a socket may be more than once. A list of more than 16 items is
/// copied to allocated memory in every call, which a [`Poller`](crate::Poller) does not need.
///
/// [Timeouts](crate::Poller#timeouts) and [signals](crate::Poller#signals) are as with a poller.
///
/// # Errors
/// Those of [`Poller::poll`](crate::Poller::poll).
///
/// ```
/// use std::time::Duration;
/// use zmq4::{Context, Flags, POLLIN, POLLOUT, PollItem};
/// let context = Context::new()?;
/// let (server, client) = (context.socket(zmq4::REP)?, context.socket(zmq4::REQ)?);
/// server.bind("tcp://127.0.0.1:*")?;
/// client.connect(&server.last_endpoint()?)?;
/// client.send("Hello", Flags::NONE)?;
/// let mut items = [PollItem::new(&server, POLLIN), PollItem::new(&client, POLLIN | POLLOUT)];
/// assert_eq!(zmq4::poll(&mut items, Some(Duration::from_secs(10)))?, 1);
/// assert!(items[0].is_readable());
/// assert!(items[1].revents().is_empty());
/// # Ok::<(), zmq4::Error>(())
/// ```
///
/// [`zmq_poll`]: https://libzmq.readthedocs.io/en/latest/zmq_poll.html
#[doc(alias = "zmq_poll")]
#[inline]
pub fn poll(items: &mut [PollItem<'_>], timeout: impl Into<Option<Duration>>) -> Result<usize> {
    let timeout = timeout.into();
    let [item] = items else {
        return poll_many(items, timeout);
    };
    let Subject::Socket(socket) = item.subject else {
        return poll_many(items, timeout);
    };
    item.revents = State::empty();
    item.revents = poll_one(socket, item.events, timeout)?;
    Ok(usize::from(!item.revents.is_empty()))
}

fn poll_many(items: &mut [PollItem<'_>], timeout: Option<Duration>) -> Result<usize> {
    let mut raw = SmallVec::<[RawItem<'_>; 16]>::new();
    for item in items.iter_mut() {
        item.revents = State::empty();
    }
    for item in items.iter() {
        raw.push(item.raw()?);
    }
    if !raw.iter().any(RawItem::can_wake) && wait::idle(timeout, raw.iter().any(RawItem::is_watched))? {
        return Ok(0);
    }
    let kept = prefetched::any() && items.iter().any(PollItem::has_prefetched);
    let timeout = if kept { Some(Duration::ZERO) } else { timeout };
    let ready = wait::wait(
        timeout,
        false,
        |ms| poll_raw(&mut raw, ms),
        || items.iter().all(PollItem::retries),
    )?;
    for (item, raw) in items.iter_mut().zip(&raw) {
        item.revents = raw.revents();
    }
    if kept {
        return Ok(add_prefetched(items));
    }
    Ok(ready)
}

/// Adds the messages that libzmq does not report, and returns the number of ready items.
#[cold]
fn add_prefetched(items: &mut [PollItem<'_>]) -> usize {
    for item in items.iter_mut() {
        if let Subject::Socket(socket) = item.subject {
            item.revents = socket.with_prefetched(item.revents) & item.events;
        }
    }
    items.iter().filter(|item| !item.revents.is_empty()).count()
}
