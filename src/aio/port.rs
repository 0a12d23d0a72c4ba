//! [`SocketPort`]: what is waited for, behind its lock, and its reactor.

use std::sync::Arc;
use std::task::{Poll, Waker};

use super::driver::Port;
use super::locked::{State, Watched};
use super::reactor::Reactor;
use crate::error::{Call, Error, Result};
use crate::ffi::descriptor::{Locked, Shared};
use crate::ffi::errno::Errno;

pub(super) struct SocketPort<T> {
    /// Dropped first: it deregisters while the descriptor is open.
    reactor: Reactor<T>,
    value: Arc<Shared<State<T>>>,
}

impl<T: Watched> SocketPort<T> {
    pub(super) fn new(value: T) -> Result<SocketPort<T>> {
        let value = Arc::new(Shared::new(State::new(value)));
        let reactor = Reactor::new(&value)?;
        Ok(SocketPort { reactor, value })
    }

    /// The value, once it is deregistered.
    pub(super) fn into_value(self) -> Result<T> {
        drop(self.reactor);
        match Arc::into_inner(self.value) {
            Some(value) => Ok(value.into_inner().value),
            None => Err(Error::new(Call::Aio, Errno::EBUSY).because("the reactor did not let go of the descriptor")),
        }
    }
}

impl<T: Watched> Port for SocketPort<T> {
    type Error = Error;
    type Socket = State<T>;
    type Locked<'p>
        = Locked<'p, State<T>>
    where
        T: 'p;

    #[inline]
    fn lock(&self) -> Locked<'_, State<T>> {
        self.value.lock()
    }

    fn poll_edge(&self, waker: &Waker) -> Poll<Result<()>> {
        self.reactor.poll_edge(waker)
    }

    #[inline]
    fn is_would_block(error: &Error) -> bool {
        error.is_would_block()
    }
}
