//! [`State`]: what the lock of an [`aio::Socket`](super::Socket) and its like holds.

use std::cell::Cell;
use std::time::{Duration, Instant};

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

/// How many calls in a row need not wait until the time is looked at, which costs as much as a few calls.
const CALLS_IN_A_ROW: u32 = 128;

/// How many of the first ones are made before the time is noted: tasks that wait often never look at it.
const UNTIMED_CALLS: u32 = 16;

/// How long a task makes calls until it gives way to others, which costs as much as some ten calls.
const LONGEST_TURN: Duration = Duration::from_micros(25);

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
    /// How many calls are left until the time is looked at.
    calls_left: Cell<u32>,
    /// Since when the task has not waited, nearly.
    since: Cell<Option<Instant>>,
}

impl<T> State<T> {
    pub(super) fn new(value: T) -> State<T> {
        State {
            value,
            calls_left: Cell::new(UNTIMED_CALLS),
            since: Cell::new(None),
        }
    }

    /// Whether the task may go on.
    #[cold]
    #[inline(never)]
    fn is_in_time(&self) -> bool {
        let now = Instant::now();
        match self.since.get() {
            None => {
                self.since.set(Some(now));
                self.calls_left.set(CALLS_IN_A_ROW - UNTIMED_CALLS);
            }
            Some(since) if now.saturating_duration_since(since) < LONGEST_TURN => {
                self.calls_left.set(CALLS_IN_A_ROW);
            }
            Some(_) => return false,
        }
        true
    }
}

impl<T: Watched> Events for State<T> {
    type Error = Error;

    fn events(&self) -> Result<Interest> {
        self.value.events()
    }

    #[inline(always)]
    fn spend(&self) -> bool {
        if self.calls_left.get() == 0 && !self.is_in_time() {
            return false;
        }
        self.calls_left.set(self.calls_left.get() - 1);
        true
    }

    fn pause(&self) {
        self.calls_left.set(UNTIMED_CALLS);
        self.since.set(None);
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
