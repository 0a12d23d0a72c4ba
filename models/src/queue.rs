//! In place of the crate `crossbeam-channel`: a queue behind a lock.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::sync::{Condvar, Mutex, MutexGuard, lock, wait};

struct State<T> {
    values: VecDeque<T>,
    capacity: Option<usize>,
    senders: usize,
    has_receiver: bool,
}

struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

pub struct Sender<T>(Arc<Queue<T>>);
pub struct Receiver<T>(Arc<Queue<T>>);

pub struct SendError<T>(pub T);
pub struct RecvError;

pub enum TrySendError<T> {
    Full(T),
    Disconnected(T),
}

pub enum SendTimeoutError<T> {
    Timeout(T),
    Disconnected(T),
}

#[derive(PartialEq)]
pub enum TryRecvError {
    Empty,
    Disconnected,
}

pub enum RecvTimeoutError {
    Timeout,
    Disconnected,
}

pub(crate) fn queue<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    let queue = Arc::new(Queue {
        state: Mutex::new(State {
            values: VecDeque::new(),
            capacity,
            senders: 1,
            has_receiver: true,
        }),
        changed: Condvar::new(),
    });
    (Sender(Arc::clone(&queue)), Receiver(queue))
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        lock(&self.state)
    }
}

impl<T> State<T> {
    fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.values.len() >= capacity)
    }
}

impl<T> Sender<T> {
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let mut state = self.0.state();
        while state.is_full() && state.has_receiver {
            state = wait(&self.0.changed, state);
        }
        if !state.has_receiver {
            return Err(SendError(value));
        }
        state.values.push_back(value);
        self.0.changed.notify_all();
        Ok(())
    }

    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let mut state = self.0.state();
        if !state.has_receiver {
            return Err(TrySendError::Disconnected(value));
        }
        if state.is_full() {
            return Err(TrySendError::Full(value));
        }
        state.values.push_back(value);
        self.0.changed.notify_all();
        Ok(())
    }

    /// The time is up at once.
    pub fn send_timeout(&self, value: T, _: Duration) -> Result<(), SendTimeoutError<T>> {
        self.try_send(value).map_err(|error| match error {
            TrySendError::Full(value) => SendTimeoutError::Timeout(value),
            TrySendError::Disconnected(value) => SendTimeoutError::Disconnected(value),
        })
    }

    pub fn is_full(&self) -> bool {
        self.0.state().is_full()
    }

    pub fn len(&self) -> usize {
        self.0.state().values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> Option<usize> {
        self.0.state().capacity
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.0.state().senders += 1;
        Sender(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.state().senders -= 1;
        self.0.changed.notify_all();
    }
}

impl<T> Receiver<T> {
    pub fn recv(&self) -> Result<T, RecvError> {
        let mut state = self.0.state();
        loop {
            match state.values.pop_front() {
                Some(value) => {
                    self.0.changed.notify_all();
                    return Ok(value);
                }
                None if state.senders == 0 => return Err(RecvError),
                None => state = wait(&self.0.changed, state),
            }
        }
    }

    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.0.state();
        match state.values.pop_front() {
            Some(value) => {
                self.0.changed.notify_all();
                Ok(value)
            }
            None if state.senders == 0 => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    /// The time is up at once.
    pub fn recv_timeout(&self, _: Duration) -> Result<T, RecvTimeoutError> {
        self.try_recv().map_err(|error| match error {
            TryRecvError::Empty => RecvTimeoutError::Timeout,
            TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
        })
    }

    pub fn len(&self) -> usize {
        self.0.state().values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> Option<usize> {
        self.0.state().capacity
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.state().has_receiver = false;
        self.0.changed.notify_all();
    }
}
