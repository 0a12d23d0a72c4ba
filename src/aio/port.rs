//! [`SocketPort`]: what is waited for, behind its lock, and its reactor.

use std::mem;
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::driver::Port;
use super::locked::{State, Watched};
use super::reactor::Reactor;
use crate::error::{Call, Error, Result};
use crate::ffi::descriptor::{Locked, Shared};
use crate::ffi::errno::Errno;
use crate::ffi::fork::ProcessId;

pub(super) struct SocketPort<T> {
    /// Dropped first: it deregisters while the descriptor is open.
    registration: Registration<T>,
    value: Arc<Shared<State<T>>>,
}

/// A registration with the reactor. Dropping it deregisters, except in a forked child: what the kernel knows of it is the parent's too.
struct Registration<T> {
    /// Always there until it is dropped.
    reactor: Option<Reactor<T>>,
    process: ProcessId,
}

impl<T> Drop for Registration<T> {
    fn drop(&mut self) {
        if self.process.is_stale() {
            mem::forget(self.reactor.take());
        }
    }
}

impl<T: Watched> SocketPort<T> {
    pub(super) fn new(value: T) -> Result<SocketPort<T>> {
        let value = Arc::new(Shared::new(State::new(value)));
        let registration = Registration {
            reactor: Some(Reactor::new(&value)?),
            process: ProcessId::current(),
        };
        Ok(SocketPort { registration, value })
    }

    /// The value, once it is deregistered.
    pub(super) fn into_value(self) -> Result<T> {
        let is_forked = self.registration.process.is_stale();
        drop(self.registration);
        match Arc::into_inner(self.value) {
            Some(value) => Ok(value.into_inner().value),
            None if is_forked => Err(Error::new(Call::Aio, Errno::EINTR).because("it was made in the parent process")),
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
        match &self.registration.reactor {
            Some(reactor) => reactor.poll_edge(waker),
            None => Poll::Pending,
        }
    }

    #[inline]
    fn is_would_block(error: &Error) -> bool {
        error.is_would_block()
    }
}
