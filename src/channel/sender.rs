//! [`Sender`]: the end of a channel that values are put into.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::{SendError, SendTimeoutError, TrySendError};
use super::link::Tail;

/// The sending end of a [`channel`](fn@super::channel); any number of threads may have one.
///
/// When the last one is dropped the receiver is told, once it has taken what was sent.
#[doc(alias = "chan")]
pub struct Sender<T> {
    /// Declared before the tail: all have let go of the channel when the tail notifies.
    pub(super) values: crossbeam_channel::Sender<T>,
    pub(super) tail: Arc<Tail>,
}

impl<T> Sender<T> {
    /// Puts a value in, and wakes the receiver. Waits while a bounded channel is full.
    ///
    /// # Errors
    /// The value, where the receiver is gone.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// sender.send("Hello").unwrap();
    /// drop(receiver);
    /// assert_eq!(sender.send("nobody").unwrap_err().into_inner(), "nobody");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.put(value, SendError, |value| {
            self.values.send(value).map_err(|error| SendError(error.0))
        })
    }

    /// As [`send`](Sender::send), and does not wait.
    ///
    /// # Errors
    /// The value, where the channel is full or the receiver is gone.
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

    /// As [`send`](Sender::send), and waits no longer than the time-out. One that is too long for the clock is for ever.
    ///
    /// # Errors
    /// The value, where the channel stayed full or the receiver is gone.
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
        let link = &self.tail.0;
        let Some(_pass) = link.enter() else {
            return Err(closed(value));
        };
        put(value)?;
        link.readiness.notify();
        Ok(())
    }

    /// Whether the only sender can send without waiting. If not, the waker of the link wakes once it is worth asking
    /// again; where the receiver is gone it never is.
    pub(crate) fn has_capacity(&self) -> bool {
        let Some(room) = self.tail.0.room() else { return true };
        if room.is_gone() {
            return false;
        }
        if !self.values.is_full() {
            return true;
        }
        room.want();
        !self.values.is_full()
    }

    /// How many values have not been taken yet.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether all values have been taken.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many values there is room for; `None` where there is no limit.
    pub fn capacity(&self) -> Option<usize> {
        self.values.capacity()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender {
            values: self.values.clone(),
            tail: Arc::clone(&self.tail),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(..)")
    }
}
