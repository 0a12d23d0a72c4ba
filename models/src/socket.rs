//! A socket as libzmq's: commands reach it through a mailbox with an edge-triggered descriptor, and any of its calls may take them.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Poll, Waker};

use crate::driver::{Events, Port};
use crate::lock::{Lock, LockGuard};
use crate::sync::{Mutex, lock};
use crate::waiters::Interest;

/// `EAGAIN`, the only error.
#[derive(Debug)]
pub(crate) struct WouldBlock;

pub(crate) struct ModelSocket {
    state: Lock<State>,
    peer: Peer,
}

/// What a thread of libzmq's sends commands with.
#[derive(Clone)]
pub(crate) struct Peer(Arc<Outside>);

struct Outside {
    mailbox: Mutex<Mailbox>,
    reactor: Mutex<Reactor>,
}

#[derive(Default)]
struct Mailbox {
    messages: u32,
    room: u32,
    is_readable: bool,
}

#[derive(Default)]
struct Reactor {
    /// An edge that no task has asked for yet.
    seen: bool,
    waker: Option<Waker>,
}

/// What the socket knows.
pub(crate) struct State {
    peer: Peer,
    messages: Cell<u32>,
    room: Cell<u32>,
    calls_in_a_row: u32,
    calls_left: Cell<u32>,
}

impl ModelSocket {
    pub(crate) fn new(calls_in_a_row: u32) -> (ModelSocket, Peer) {
        let peer = Peer(Arc::new(Outside {
            mailbox: Mutex::default(),
            reactor: Mutex::default(),
        }));
        let state = State {
            peer: peer.clone(),
            messages: Cell::new(0),
            room: Cell::new(0),
            calls_in_a_row,
            calls_left: Cell::new(calls_in_a_row),
        };
        let socket = ModelSocket {
            state: Lock::new(state),
            peer: peer.clone(),
        };
        (socket, peer)
    }
}

impl Peer {
    /// Commands for one message to receive, for room to send one, or for both.
    pub(crate) fn command(&self, interest: Interest) {
        let mut mailbox = lock(&self.0.mailbox);
        mailbox.messages += u32::from(!interest.and(Interest::RECV).is_none());
        mailbox.room += u32::from(!interest.and(Interest::SEND).is_none());
        let is_edge = !mailbox.is_readable;
        mailbox.is_readable = true;
        drop(mailbox);
        // The reactor looks at the descriptor later, and misses what was taken meanwhile.
        if is_edge && lock(&self.0.mailbox).is_readable {
            let mut reactor = lock(&self.0.reactor);
            reactor.seen = true;
            let waker = reactor.waker.take();
            drop(reactor);
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

impl State {
    fn process_commands(&self) {
        let mut mailbox = lock(&self.peer.0.mailbox);
        let taken = std::mem::take(&mut *mailbox);
        drop(mailbox);
        self.messages.set(self.messages.get() + taken.messages);
        self.room.set(self.room.get() + taken.room);
    }

    /// Looks for commands before it gives up.
    pub(crate) fn recv(&self) -> Result<(), WouldBlock> {
        if self.messages.get() == 0 {
            self.process_commands();
        }
        take_one(&self.messages)
    }

    /// Does not look for commands, as libzmq that looked a moment ago.
    pub(crate) fn send(&self) -> Result<(), WouldBlock> {
        take_one(&self.room)
    }
}

fn take_one(count: &Cell<u32>) -> Result<(), WouldBlock> {
    let left = count.get().checked_sub(1).ok_or(WouldBlock)?;
    count.set(left);
    Ok(())
}

impl Events for State {
    type Error = WouldBlock;

    fn events(&self) -> Result<Interest, WouldBlock> {
        self.process_commands();
        let one = |count: &Cell<u32>, interest| if count.get() > 0 { interest } else { Interest::NONE };
        Ok(one(&self.messages, Interest::RECV).or(one(&self.room, Interest::SEND)))
    }

    fn spend(&self) -> bool {
        let left = self.calls_left.get();
        self.calls_left.set(left.saturating_sub(1));
        left > 0
    }

    fn pause(&self) {
        self.calls_left.set(self.calls_in_a_row);
    }
}

impl Port for ModelSocket {
    type Error = WouldBlock;
    type Socket = State;
    type Locked<'p> = LockGuard<'p, State>;

    fn lock(&self) -> LockGuard<'_, State> {
        self.state.lock()
    }

    fn poll_edge(&self, waker: &Waker) -> Poll<Result<(), WouldBlock>> {
        let mut reactor = lock(&self.peer.0.reactor);
        if std::mem::take(&mut reactor.seen) {
            return Poll::Ready(Ok(()));
        }
        reactor.waker = Some(waker.clone());
        Poll::Pending
    }

    fn is_would_block(_: &WouldBlock) -> bool {
        true
    }
}
