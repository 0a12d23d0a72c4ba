//! [`State`]: what the lock of an [`aio::Socket`](super::Socket) and its like holds.

use std::cell::Cell;

use super::driver::Events;
use super::waiters::Interest;
use crate::channel::Receiver;
#[cfg(feature = "draft")]
use crate::error::Call;
use crate::error::{Error, Result};
use crate::ffi::fd::{self, BorrowedFd};
#[cfg(feature = "draft")]
use crate::ffi::readiness::Observed;
use crate::flags;
use crate::monitor::Monitor;
use crate::socket::Socket;

/// How many calls in a row need not wait until the task gives way to others.
const CALLS_IN_A_ROW: u32 = 128;

/// What has a descriptor that becomes readable when it may be ready.
pub(super) trait Watched {
    /// The same one at all times.
    fn descriptor(&self) -> Result<BorrowedFd<'_>>;

    /// What it is ready for. The next edge comes when that may have changed.
    fn events(&self) -> Result<Interest>;

    /// Takes signals that have piled up at a descriptor of its own. The events are asked for afterwards, if a task waits.
    fn settle(&self) {}
}

/// What is locked.
pub(super) struct State<T> {
    pub(super) value: T,
    /// How many calls are left until then.
    calls_left: Cell<u32>,
}

impl<T> State<T> {
    pub(super) fn new(value: T) -> State<T> {
        let calls_left = Cell::new(CALLS_IN_A_ROW);
        State { value, calls_left }
    }
}

impl<T: Watched> Events for State<T> {
    type Error = Error;

    fn events(&self) -> Result<Interest> {
        self.value.events()
    }

    #[inline(always)]
    fn spend(&self) -> bool {
        let left = self.calls_left.get();
        if left == 0 {
            return false;
        }
        self.calls_left.set(left - 1);
        true
    }

    fn pause(&self) {
        self.calls_left.set(CALLS_IN_A_ROW);
    }

    fn settle(&self) {
        self.value.settle();
    }
}

/// What the lock of an [`aio::Socket`](super::Socket) holds: a socket, with the descriptor that a thread-safe one lacks.
#[cfg(feature = "draft")]
pub(super) type Open = Observed<Socket>;
#[cfg(not(feature = "draft"))]
pub(super) type Open = Socket;

pub(super) fn open(socket: Socket) -> Result<Open> {
    #[cfg(feature = "draft")]
    return Observed::new(socket).map_err(|errno| Error::new(Call::Aio, errno));
    #[cfg(not(feature = "draft"))]
    Ok(socket)
}

pub(super) fn into_socket(open: Open) -> Socket {
    #[cfg(feature = "draft")]
    return open.into_owner();
    #[cfg(not(feature = "draft"))]
    open
}

#[cfg(feature = "draft")]
impl Watched for Observed<Socket> {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        self.signals_fd().map_or_else(|| self.fd(), Ok)
    }

    fn events(&self) -> Result<Interest> {
        // Signals that were taken before a look bring no edge, and need none.
        self.settle();
        Watched::events(&**self)
    }

    fn settle(&self) {
        // It fails in a forked child, as all calls do.
        let _ = self.take_signals();
    }
}

impl Watched for Socket {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        self.fd()
    }

    fn events(&self) -> Result<Interest> {
        self.events().map(Interest::from)
    }
}

impl Watched for Monitor {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        self.socket().fd()
    }

    fn events(&self) -> Result<Interest> {
        // After the last event a receive does not wait.
        self.socket().events().map(Interest::from)
    }
}

impl<T> Watched for Receiver<T> {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        Ok(fd::borrow(self))
    }

    fn events(&self) -> Result<Interest> {
        Ok(if self.is_ready() {
            Interest::RECV
        } else {
            Interest::NONE
        })
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
