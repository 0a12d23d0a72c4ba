//! [`State`]: what the lock of an [`aio::Socket`](super::Socket) holds.

use std::cell::Cell;

use super::driver::Events;
use super::waiters::Interest;
use crate::error::{Error, Result};
use crate::ffi::socket::RawSocket;
use crate::flags;
use crate::socket::Socket;

/// How many calls in a row need not wait until the task gives way to others.
const CALLS_IN_A_ROW: u32 = 128;

/// The socket, and the number of calls since the last wait.
pub(super) struct State {
    pub(super) socket: Socket,
    calls: Cell<u32>,
}

impl State {
    pub(super) fn new(socket: Socket) -> State {
        let calls = Cell::new(0);
        State { socket, calls }
    }

    pub(super) fn raw(&self) -> &RawSocket {
        self.socket.raw()
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
