//! [`Receiver`]: a channel's receiver that is awaited.

use std::fmt;
use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::driver::Driver;
use super::port::SocketPort;
use super::waiters::{Interest, Wait};
use crate::channel::{self, TryRecvError};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;

/// An async [`Receiver`](crate::Receiver), and a [`Stream`] of its values.
///
/// Threads, bridges and blocking code send to tasks with it. Several tasks may share it; each value goes to one of them. Dropping a
/// wait loses no value.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use zmq4::{Errno, aio};
/// let (sender, receiver) = zmq4::channel()?;
/// let receiver = aio::Receiver::new(receiver)?;
/// std::thread::spawn(move || sender.send("from a thread"));
/// assert_eq!(receiver.recv().await?, "from a thread");
/// assert_eq!(receiver.recv().await.unwrap_err(), Errno::ENOTCONN);
/// # Ok::<(), zmq4::Error>(())
/// # }).unwrap();
/// ```
pub struct Receiver<T: Send + 'static> {
    driver: Driver<SocketPort<channel::Receiver<T>>>,
}

impl<T: Send + 'static> Receiver<T> {
    /// Registers the channel's descriptor with the reactor.
    ///
    /// # Errors
    /// `ENOTSUP`, `EMFILE`, `ENOMEM` and `ENOSPC` as [`Socket::new`](super::Socket::new). The channel is closed then.
    pub fn new(receiver: channel::Receiver<T>) -> Result<Receiver<T>> {
        Ok(Receiver {
            driver: Driver::new(SocketPort::new(receiver)?),
        })
    }

    /// Deregisters the receiver and gives it back.
    ///
    /// # Errors
    /// `EINTR` in a forked child; `EBUSY` if the reactor did not let go of it, which is not known to happen.
    pub fn into_inner(self) -> Result<channel::Receiver<T>> {
        self.driver.into_port().into_value()
    }

    /// Takes a value, and waits until there is one. Cancel-safe.
    ///
    /// # Errors
    /// `ENOTCONN` when all senders are gone and all values are taken; `ECANCELED` once the tokio runtime has ended.
    pub async fn recv(&self) -> Result<T> {
        let mut wait = Wait::new(&**self.driver.waiters(), Interest::RECV);
        poll_fn(|cx| self.driver.poll(cx, &mut wait, &mut |state| take(&state.value))).await
    }
}

fn take<T>(receiver: &channel::Receiver<T>) -> Result<T> {
    receiver.try_recv().map_err(|error| match error {
        TryRecvError::Empty => Error::new(Call::Channel, Errno::EAGAIN),
        TryRecvError::Disconnected => Error::new(Call::Channel, Errno::ENOTCONN).because("all senders are gone"),
    })
}

/// Ends when all senders are gone and all values are taken.
impl<T: Send + 'static> Stream for Receiver<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let mut wait = ManuallyDrop::new(Wait::of_poll(&**self.driver.waiters(), Interest::RECV));
        self.driver
            .poll(cx, &mut *wait, &mut |state| take(&state.value))
            .map(|value| match value {
                Err(error) if error == Errno::ENOTCONN => None,
                value => Some(value),
            })
    }
}

impl<T: Send + 'static> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
