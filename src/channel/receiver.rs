//! [`Receiver`]: the receiving end of a channel.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::{RecvError, RecvTimeoutError, TryRecvError};
use super::shared::ReceiverGuard;
use crate::ffi::waker::Waker;

/// The receiving end of a [`channel`](fn@super::channel), for which a poller can wait.
///
/// Its descriptor is readable while there is a value, and when all senders are dropped. Wake-ups may be spurious; use
/// [`try_recv`](Receiver::try_recv). Poll the descriptor only, and do not read from it.
///
/// # Threads
/// Several threads may receive through a shared reference; each value goes to one of them.
#[doc(alias = "chan")]
pub struct Receiver<T> {
    /// Declared before the guard: the channel is disconnected when the guard wakes a sender.
    pub(super) values: crossbeam_channel::Receiver<T>,
    pub(super) guard: ReceiverGuard,
}

impl<T> Receiver<T> {
    /// Receives a value. Blocks until there is one.
    ///
    /// # Errors
    /// [`RecvError`] when all senders are dropped and all values are received.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// sender.send("Hello").unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.recv(), Ok("Hello"));
    /// assert!(receiver.recv().is_err());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn recv(&self) -> Result<T, RecvError> {
        match self.values.recv() {
            Ok(value) => Ok(self.taken(value)),
            Err(crossbeam_channel::RecvError) => Err(RecvError),
        }
    }

    /// Receives a value, if there is one.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if there is none, [`TryRecvError::Disconnected`] if all senders are dropped.
    ///
    /// ```
    /// use zmq4::channel::TryRecvError;
    /// let (sender, receiver) = zmq4::channel()?;
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.send("Hello").unwrap();
    /// assert_eq!(receiver.try_recv(), Ok("Hello"));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        // Read first: no value is put in after the end.
        let ended = self.guard.0.readiness.has_ended();
        match self.values.try_recv() {
            Ok(value) => Ok(self.taken(value)),
            Err(crossbeam_channel::TryRecvError::Empty) if ended => Err(TryRecvError::Disconnected),
            Err(crossbeam_channel::TryRecvError::Empty) => {
                self.rearm();
                Err(TryRecvError::Empty)
            }
            Err(crossbeam_channel::TryRecvError::Disconnected) => Err(TryRecvError::Disconnected),
        }
    }

    /// Receives a value. Blocks for at most `timeout`; one beyond the range of [`Instant`](std::time::Instant) is
    /// indefinite.
    ///
    /// # Errors
    /// [`RecvTimeoutError::Timeout`] if there was none in time, [`RecvTimeoutError::Disconnected`] if all senders are
    /// dropped.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::channel::RecvTimeoutError;
    /// let (sender, receiver) = zmq4::channel()?;
    /// let short = Duration::from_millis(1);
    /// assert_eq!(receiver.recv_timeout(short), Err(RecvTimeoutError::Timeout));
    /// sender.send("Hello").unwrap();
    /// assert_eq!(receiver.recv_timeout(short), Ok("Hello"));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        match self.values.recv_timeout(timeout) {
            Ok(value) => Ok(self.taken(value)),
            Err(crossbeam_channel::RecvTimeoutError::Timeout) => {
                // Otherwise a wake-up that came too late would keep the descriptor readable.
                self.rearm();
                Err(RecvTimeoutError::Timeout)
            }
            Err(crossbeam_channel::RecvTimeoutError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }

    /// Iterates over the values that are there; it ends when there is none.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// (1..=3).for_each(|number| sender.send(number).unwrap());
    /// assert_eq!(receiver.try_iter().sum::<i32>(), 6);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }

    /// Iterates over all values, and blocks for each; it ends when all senders are dropped.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::bounded_channel(1)?;
    /// std::thread::spawn(move || (1..=3).try_for_each(|number| sender.send(number)));
    /// assert_eq!(receiver.iter().sum::<i32>(), 6);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// The number of values that are there.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether [`try_recv`](Receiver::try_recv) has something to return: a value, or the end.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(crate) fn is_ready(&self) -> bool {
        !self.values.is_empty() || self.guard.0.readiness.has_ended()
    }

    /// The capacity; `None` if the channel is unbounded.
    pub fn capacity(&self) -> Option<usize> {
        self.values.capacity()
    }

    /// The waker that makes the descriptor readable, for a poller that may outlive the receiver.
    pub(crate) fn waker(&self) -> &Arc<Waker> {
        self.guard.0.readiness.waker()
    }

    /// Makes sends fail as if the receiver were dropped. Values that were accepted before are received with
    /// [`try_recv`](Receiver::try_recv), until it is disconnected. For a channel that is
    /// [closable](super::shared::Shared::closable).
    pub(crate) fn close(&self) {
        self.guard.0.close();
    }

    fn taken(&self, value: T) -> T {
        // The call that took the value does not know whether it was the last.
        if self.values.is_empty() {
            self.rearm();
        }
        if let Some(space) = self.guard.0.space() {
            space.value_taken();
        }
        value
    }

    fn rearm(&self) {
        self.guard.0.readiness.rearm(|| !self.values.is_empty());
    }
}

/// Iterates over the values of a [`Receiver`] that are there: [`Receiver::try_iter`].
#[derive(Debug)]
pub struct TryIter<'r, T>(&'r Receiver<T>);

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

/// Iterates over all values of a [`Receiver`]: [`Receiver::iter`].
#[derive(Debug)]
pub struct Iter<'r, T>(&'r Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

/// Iterates over all values of a [`Receiver`], which it owns.
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>);

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'r, T> IntoIterator for &'r Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'r, T>;

    fn into_iter(self) -> Iter<'r, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

#[cfg(unix)]
impl<T> std::os::fd::AsRawFd for Receiver<T> {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        std::os::fd::AsFd::as_fd(self).as_raw_fd()
    }
}

#[cfg(unix)]
impl<T> std::os::fd::AsFd for Receiver<T> {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.waker().as_fd()
    }
}

#[cfg(windows)]
impl<T> std::os::windows::io::AsSocket for Receiver<T> {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.waker().as_socket()
    }
}

#[cfg(windows)]
impl<T> std::os::windows::io::AsRawSocket for Receiver<T> {
    fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
        let socket = std::os::windows::io::AsSocket::as_socket(self);
        std::os::windows::io::AsRawSocket::as_raw_socket(&socket)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::channel::channel;
    use crate::flags::POLLIN;
    use crate::poll::Poller;

    #[test]
    fn receiver_resets_a_spurious_wake_up() {
        let (sender, receiver) = channel::<u8>().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&receiver, POLLIN).unwrap();
        let calls: [fn(&Receiver<u8>) -> bool; 3] = [
            |receiver| receiver.try_recv() == Err(TryRecvError::Empty),
            |receiver| receiver.recv_timeout(Duration::ZERO) == Err(RecvTimeoutError::Timeout),
            |receiver| receiver.try_iter().next().is_none(),
        ];
        for call in calls {
            // Like a sender whose value was taken before it notifies.
            receiver.waker().wake();
            assert_eq!(poller.poll(None).unwrap().len(), 1);
            assert!(call(&receiver));
            assert!(poller.poll(Some(Duration::ZERO)).unwrap().is_empty());
        }
        sender.send(1).unwrap();
        assert_eq!(poller.poll(None).unwrap().len(), 1);
    }
}
