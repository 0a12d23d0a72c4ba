//! [`Sender`]: the sending end of a channel.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::{SendError, SendTimeoutError, TrySendError};
use super::shared::SenderGuard;

/// The sending end of a [`channel`](fn@super::channel); any number of threads may have one.
///
/// When the last one is dropped, the receiver is disconnected after it has taken all values.
#[doc(alias = "chan")]
pub struct Sender<T> {
    /// Declared before the guard: all senders of the channel are dropped when the guard notifies the receiver.
    pub(super) values: crossbeam_channel::Sender<T>,
    pub(super) guard: Arc<SenderGuard>,
}

impl<T> Sender<T> {
    /// Sends a value, and wakes the receiver. Blocks while a bounded channel is full.
    ///
    /// # Errors
    /// The value, if the receiver is dropped.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// sender.send("Hello").unwrap();
    /// drop(receiver);
    /// assert_eq!(sender.send("late").unwrap_err().into_inner(), "late");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.put(value, SendError, |value| {
            self.values.send(value).map_err(|error| SendError(error.0))
        })
    }

    /// Like [`send`](Sender::send), but does not block.
    ///
    /// # Errors
    /// The value, if the channel is full or the receiver is dropped.
    ///
    /// ```
    /// use zmq4::channel::TrySendError;
    /// let (sender, _receiver) = zmq4::bounded_channel(1)?;
    /// sender.try_send(1).unwrap();
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.put(value, TrySendError::Disconnected, |value| {
            self.values.try_send(value).map_err(|error| match error {
                crossbeam_channel::TrySendError::Full(value) => TrySendError::Full(value),
                crossbeam_channel::TrySendError::Disconnected(value) => TrySendError::Disconnected(value),
            })
        })
    }

    /// Like [`send`](Sender::send), but blocks for at most `timeout`. A timeout beyond the range of
    /// [`Instant`](std::time::Instant) is indefinite.
    ///
    /// # Errors
    /// The value, if the channel stayed full or the receiver is dropped.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::channel::SendTimeoutError;
    /// let (sender, _receiver) = zmq4::bounded_channel(1)?;
    /// sender.send(1).unwrap();
    /// let late = sender.send_timeout(2, Duration::from_millis(1));
    /// assert_eq!(late, Err(SendTimeoutError::Timeout(2)));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.put(value, SendTimeoutError::Disconnected, |value| {
            self.values.send_timeout(value, timeout).map_err(|error| match error {
                crossbeam_channel::SendTimeoutError::Timeout(value) => SendTimeoutError::Timeout(value),
                crossbeam_channel::SendTimeoutError::Disconnected(value) => SendTimeoutError::Disconnected(value),
            })
        })
    }

    fn put<E>(&self, value: T, closed: fn(T) -> E, put: impl FnOnce(T) -> Result<(), E>) -> Result<(), E> {
        let shared = &self.guard.0;
        let Some(_permit) = shared.enter() else {
            return Err(closed(value));
        };
        put(value)?;
        shared.readiness.notify();
        Ok(())
    }

    /// Whether the only sender can send without blocking. If not, the waker of the space signal wakes when that may have
    /// changed; `false` if the receiver is dropped.
    pub(crate) fn has_capacity(&self) -> bool {
        let Some(space) = self.guard.0.space() else {
            return true;
        };
        if space.is_disconnected() {
            return false;
        }
        if !self.values.is_full() {
            return true;
        }
        space.want();
        !self.values.is_full()
    }

    /// The number of values that have not been received yet.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether all values have been received.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The capacity; `None` if the channel is unbounded.
    pub fn capacity(&self) -> Option<usize> {
        self.values.capacity()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender {
            values: self.values.clone(),
            guard: Arc::clone(&self.guard),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(..)")
    }
}
