//! [`Link`]: what both ends of a channel share beside the values.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::readiness::Readiness;
use crate::ffi::errno::Errno;
use crate::ffi::waker::Waker;

/// What makes a channel one that a poller can wait on; and, for a bridge, that can be closed by its receiver, or waited
/// on by its sender.
#[derive(Debug)]
pub(crate) struct Link {
    pub(super) readiness: Readiness,
    gate: Option<Gate>,
    room: Option<Room>,
}

impl Link {
    pub(crate) fn new() -> Result<Link, Errno> {
        Ok(Link {
            readiness: Readiness::new()?,
            gate: None,
            room: None,
        })
    }

    /// The receiver may [close](super::Receiver::close) the channel.
    pub(crate) fn closable(mut self) -> Link {
        self.gate = Some(Gate::default());
        self
    }

    /// The sender may [wait for room](super::Sender::has_capacity) with this waker.
    pub(crate) fn with_room(mut self, waker: Arc<Waker>) -> Link {
        self.room = Some(Room {
            waker,
            wanted: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        });
        self
    }

    /// A sender is about to put a value in; none, where the channel is closed.
    pub(super) fn enter(&self) -> Option<Pass<'_>> {
        let pass = Pass(self);
        let entered = self.gate.as_ref().is_none_or(Gate::enter);
        // A pass that was refused is given back too.
        entered.then_some(pass)
    }

    pub(super) fn close(&self) {
        if self.gate.as_ref().is_some_and(Gate::close) {
            self.readiness.end();
        }
    }

    pub(super) fn room(&self) -> Option<&Room> {
        self.room.as_ref()
    }
}

/// A sender's stay between the look at the gate and the wake-up.
pub(super) struct Pass<'l>(&'l Link);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.0.gate.as_ref().is_some_and(Gate::leave) {
            self.0.readiness.end();
        }
    }
}

/// How many senders are at work, times two, plus one once the channel is closed.
///
/// A value is accepted by a sender that entered before the close, so when the count has come down to one, nothing that
/// was accepted is still on its way.
#[derive(Debug, Default)]
struct Gate(AtomicUsize);

impl Gate {
    const CLOSED: usize = 1;
    const SENDER: usize = 2;

    fn enter(&self) -> bool {
        self.0.fetch_add(Gate::SENDER, Ordering::AcqRel) & Gate::CLOSED == 0
    }

    /// Whether this was the last sender at a closed gate.
    fn leave(&self) -> bool {
        self.0.fetch_sub(Gate::SENDER, Ordering::AcqRel) == Gate::SENDER + Gate::CLOSED
    }

    /// Whether no sender is at work.
    fn close(&self) -> bool {
        self.0.fetch_or(Gate::CLOSED, Ordering::AcqRel) < Gate::SENDER
    }
}

/// How a sender learns of a value that was taken, in a channel that has one sender and room for so many values.
///
/// No taking goes unnoticed: the sender sets `wanted` and then looks for room, the receiver takes and then clears it.
/// Of the two changes the later one reads the earlier: the sender sees the room, or the receiver wakes it.
#[derive(Debug)]
pub(super) struct Room {
    waker: Arc<Waker>,
    wanted: AtomicBool,
    gone: AtomicBool,
}

impl Room {
    pub(super) fn want(&self) {
        self.wanted.swap(true, Ordering::AcqRel);
    }

    pub(super) fn taken(&self) {
        if self.wanted.swap(false, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }
}

/// Held by all senders: when the last one goes, the receiver is told.
#[derive(Debug)]
pub(super) struct Tail(pub(super) Arc<Link>);

impl Drop for Tail {
    fn drop(&mut self) {
        self.0.readiness.end();
    }
}

/// Held by the receiver: when it goes, a sender that waits for room is told.
#[derive(Debug)]
pub(super) struct Head(pub(super) Arc<Link>);

impl Drop for Head {
    fn drop(&mut self) {
        if let Some(room) = self.0.room() {
            room.gone.store(true, Ordering::Release);
            room.waker.wake();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::channel::{TryRecvError, bounded_with};

    #[test]
    fn a_closed_channel_ends_when_its_last_sender_has_left() {
        let (sender, receiver) = bounded_with(2, Link::new().unwrap().closable()).unwrap();
        sender.send(1).unwrap();
        let link = Arc::clone(&sender.tail.0);
        let at_work = link.enter().unwrap();
        receiver.close();
        assert_eq!(sender.send(2).unwrap_err().into_inner(), 2);
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        // What was let in before may still come.
        sender.values.send(3).unwrap();
        drop(at_work);
        assert!(link.readiness.has_ended());
        assert_eq!(receiver.try_recv(), Ok(3));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }

    #[test]
    fn a_channel_without_senders_at_work_is_closed_at_once() {
        let (sender, receiver) = bounded_with(1, Link::new().unwrap().closable()).unwrap();
        receiver.close();
        receiver.close();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(sender.send(1).unwrap_err().into_inner(), 1);
    }
}
