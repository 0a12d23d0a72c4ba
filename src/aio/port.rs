//! [`SocketPort`]: the socket of an [`aio::Socket`](super::Socket) behind its lock, and its reactor.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::driver::{Events, Port};
use super::reactor::Reactor;
use super::waiters::Interest;
use crate::error::{Error, Result};
use crate::ffi::descriptor::{Locked, Shared};
use crate::ffi::socket::RawSocket;
use crate::flags;
use crate::socket::Socket;

/// How many calls in a row need not wait until the task gives way to others.
const CALLS_IN_A_ROW: u32 = 128;

/// What is locked.
pub(super) struct State {
    pub(super) socket: Socket,
    calls: Cell<u32>,
}

pub(super) struct SocketPort {
    /// Dropped first: it deregisters while the socket is open.
    reactor: Reactor,
    socket: Arc<Shared<State>>,
}

impl State {
    pub(super) fn raw(&self) -> &RawSocket {
        self.socket.raw()
    }
}

impl SocketPort {
    pub(super) fn new(socket: Socket) -> Result<SocketPort> {
        let calls = Cell::new(0);
        let socket = Arc::new(Shared::new(State { socket, calls }));
        let reactor = Reactor::new(&socket)?;
        Ok(SocketPort { reactor, socket })
    }

    /// The socket, once it is deregistered; none if the reactor keeps it.
    pub(super) fn into_socket(self) -> Option<Socket> {
        drop(self.reactor);
        Some(Arc::into_inner(self.socket)?.into_inner().socket)
    }
}

impl Port for SocketPort {
    type Error = Error;
    type Socket = State;
    type Locked<'p> = Locked<'p, State>;

    #[inline]
    fn lock(&self) -> Locked<'_, State> {
        self.socket.lock()
    }

    fn poll_edge(&self, waker: &Waker) -> Poll<Result<()>> {
        self.reactor.poll_edge(waker)
    }

    #[inline]
    fn is_would_block(error: &Error) -> bool {
        error.is_would_block()
    }
}

impl Events for State {
    type Error = Error;

    fn events(&self) -> Result<Interest> {
        self.socket.events().map(Interest::from)
    }

    #[inline]
    fn spend(&self) -> bool {
        let calls = self.calls.get();
        self.calls.set(if calls < CALLS_IN_A_ROW { calls + 1 } else { 0 });
        calls >= CALLS_IN_A_ROW
    }

    fn pause(&self) {
        self.calls.set(0);
    }
}

impl From<flags::State> for Interest {
    fn from(events: flags::State) -> Interest {
        let one = |event, interest| {
            if events.contains(event) {
                interest
            } else {
                Interest::NONE
            }
        };
        one(flags::State::POLLIN, Interest::RECV).or(one(flags::State::POLLOUT, Interest::SEND))
    }
}
