//! [`Receiver`]: the end of a channel that values are taken from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::{RecvError, RecvTimeoutError, TryRecvError};
use super::link::Head;
use crate::ffi::waker::Waker;

/// The receiving end of a [`channel`](fn@super::channel), which a poller can wait on.
///
/// Its descriptor is readable while a value is there, and when all senders are gone. Once in a while it is readable for
/// a moment though another call has just taken the value: take what it announces with [`try_recv`](Receiver::try_recv).
/// Only poll the descriptor; what is read from it is nobody's.
///
/// # Threads
/// Several threads may take values through a shared reference; each value goes to one of them.
#[doc(alias = "chan")]
pub struct Receiver<T> {
    /// Declared before the head: it has let go of the channel when the head tells.
    pub(super) values: crossbeam_channel::Receiver<T>,
    pub(super) head: Head,
}

impl<T> Receiver<T> {
    /// Takes a value, and waits until there is one.
    ///
    /// # Errors
    /// [`RecvError`] when all senders are gone and all values are taken.
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

    /// Takes a value, if there is one.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] where there is none, [`TryRecvError::Disconnected`] where none will ever come.
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
        // Asked first: nothing is put in after the end.
        let ended = self.head.0.readiness.has_ended();
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

    /// Takes a value, and waits for one no longer than the time-out. One that is too long for the clock is for ever.
    ///
    /// # Errors
    /// [`RecvTimeoutError::Timeout`] where none came in time, [`RecvTimeoutError::Disconnected`] where none will ever
    /// come.
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

    /// The values that are there, taken one by one; it ends where there is none.
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

    /// All values, taken one by one, waiting for each; it ends when all senders are gone.
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

    /// How many values are there.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no value is there.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many values there is room for; `None` where there is no limit.
    pub fn capacity(&self) -> Option<usize> {
        self.values.capacity()
    }

    /// What makes the descriptor readable, for whoever waits on it longer than the receiver lives.
    pub(crate) fn waker(&self) -> &Arc<Waker> {
        self.head.0.readiness.waker()
    }

    /// Lets nothing more in, as if the receiver were gone; what was let in is taken with [`try_recv`](Receiver::try_recv),
    /// until it says that the senders are gone. For a channel that is [closable](super::link::Link::closable).
    pub(crate) fn close(&self) {
        self.head.0.close();
    }

    fn taken(&self, value: T) -> T {
        // The call that took the value cannot tell whether it was the last.
        if self.values.is_empty() {
            self.rearm();
        }
        if let Some(room) = self.head.0.room() {
            room.taken();
        }
        value
    }

    fn rearm(&self) {
        self.head.0.readiness.rearm(|| !self.values.is_empty());
    }
}

/// The values of a [`Receiver`] that are there: [`Receiver::try_iter`].
#[derive(Debug)]
pub struct TryIter<'r, T>(&'r Receiver<T>);

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

/// All values of a [`Receiver`]: [`Receiver::iter`].
#[derive(Debug)]
pub struct Iter<'r, T>(&'r Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

/// All values of a [`Receiver`] that the iterator owns.
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
    fn a_ring_that_came_too_late_ends_with_the_call_that_finds_nothing() {
        let (sender, receiver) = channel::<u8>().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&receiver, POLLIN).unwrap();
        let calls: [fn(&Receiver<u8>) -> bool; 3] = [
            |receiver| receiver.try_recv() == Err(TryRecvError::Empty),
            |receiver| receiver.recv_timeout(Duration::ZERO) == Err(RecvTimeoutError::Timeout),
            |receiver| receiver.try_iter().next().is_none(),
        ];
        for call in calls {
            // As a sender does whose value is taken before it comes to this.
            receiver.waker().wake();
            assert_eq!(poller.poll(None).unwrap().len(), 1);
            assert!(call(&receiver));
            assert!(poller.poll(Some(Duration::ZERO)).unwrap().is_empty());
        }
        sender.send(1).unwrap();
        assert_eq!(poller.poll(None).unwrap().len(), 1);
    }
}
