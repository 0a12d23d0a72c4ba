//! [`Shared`]: what both ends of a channel share beside the values.

use std::sync::Arc;

use super::readiness::Readiness;
use crate::ffi::errno::Errno;
use crate::ffi::waker::Waker;
use crate::sync::{AtomicBool, AtomicUsize, Ordering};

/// What lets a poller wait for a channel; and what a bridge needs: a receiver that can close the channel, a sender that can
/// wait for capacity.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(super) readiness: Readiness,
    gate: Option<CloseGate>,
    space: Option<SpaceSignal>,
}

impl Shared {
    pub(crate) fn new() -> Result<Shared, Errno> {
        Ok(Shared {
            readiness: Readiness::new()?,
            gate: None,
            space: None,
        })
    }

    /// The receiver may [close](super::Receiver::close) the channel.
    pub(crate) fn closable(mut self) -> Shared {
        self.gate = Some(CloseGate::default());
        self
    }

    /// The sender may [wait for capacity](super::Sender::has_capacity) with this waker.
    pub(crate) fn with_space_signal(mut self, waker: Arc<Waker>) -> Shared {
        self.space = Some(SpaceSignal {
            waker,
            wanted: AtomicBool::new(false),
            disconnected: AtomicBool::new(false),
        });
        self
    }

    /// The permit of a sender that is about to put a value in; `None` if the channel is closed.
    pub(super) fn enter(&self) -> Option<SendPermit<'_>> {
        let permit = SendPermit(self);
        let entered = self.gate.as_ref().is_none_or(CloseGate::enter);
        // The drop of a permit that is not granted leaves the gate, too.
        entered.then_some(permit)
    }

    pub(super) fn close(&self) {
        if self.gate.as_ref().is_some_and(CloseGate::close) {
            self.readiness.end();
        }
    }

    pub(super) fn space(&self) -> Option<&SpaceSignal> {
        self.space.as_ref()
    }
}

/// Held by a sender from the look at the gate until it has notified the receiver.
pub(super) struct SendPermit<'c>(&'c Shared);

impl Drop for SendPermit<'_> {
    fn drop(&mut self) {
        if self.0.gate.as_ref().is_some_and(CloseGate::leave) {
            self.0.readiness.end();
        }
    }
}

/// The number of senders inside a send, times two, plus one once the channel is closed.
///
/// Only senders that entered before the close put a value in, so when the count has come down to one, no accepted value
/// is still missing.
#[derive(Debug, Default)]
struct CloseGate(AtomicUsize);

impl CloseGate {
    const CLOSED: usize = 1;
    const SENDER: usize = 2;

    fn enter(&self) -> bool {
        self.0.fetch_add(CloseGate::SENDER, Ordering::AcqRel) & CloseGate::CLOSED == 0
    }

    /// Whether this was the last sender inside a closed gate.
    fn leave(&self) -> bool {
        self.0.fetch_sub(CloseGate::SENDER, Ordering::AcqRel) == CloseGate::SENDER + CloseGate::CLOSED
    }

    /// Whether no sender is inside.
    fn close(&self) -> bool {
        self.0.fetch_or(CloseGate::CLOSED, Ordering::AcqRel) < CloseGate::SENDER
    }
}

/// Wakes the one sender of a bounded channel when there is capacity again.
///
/// No wake-up is lost: the sender sets `wanted` and then looks for capacity, the receiver takes a value and then clears it.
/// Of the two changes the later one reads the earlier: the sender sees the capacity, or the receiver wakes it.
#[derive(Debug)]
pub(super) struct SpaceSignal {
    waker: Arc<Waker>,
    wanted: AtomicBool,
    disconnected: AtomicBool,
}

impl SpaceSignal {
    pub(super) fn want(&self) {
        self.wanted.swap(true, Ordering::AcqRel);
    }

    pub(super) fn value_taken(&self) {
        if self.wanted.swap(false, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    pub(super) fn is_disconnected(&self) -> bool {
        self.disconnected.load(Ordering::Acquire)
    }
}

/// Held by all senders: dropping the last one disconnects the receiver.
#[derive(Debug)]
pub(super) struct SenderGuard(pub(super) Arc<Shared>);

impl Drop for SenderGuard {
    fn drop(&mut self) {
        self.0.readiness.end();
    }
}

/// Held by the receiver: dropping it wakes a sender that waits for capacity.
#[derive(Debug)]
pub(super) struct ReceiverGuard(pub(super) Arc<Shared>);

impl Drop for ReceiverGuard {
    fn drop(&mut self) {
        if let Some(space) = self.0.space() {
            space.disconnected.store(true, Ordering::Release);
            space.waker.wake();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::channel::{TryRecvError, bounded_with};

    #[test]
    fn closed_channel_ends_with_its_last_sender() {
        let (sender, receiver) = bounded_with(2, Shared::new().unwrap().closable()).unwrap();
        sender.send(1).unwrap();
        let shared = Arc::clone(&sender.guard.0);
        let permit = shared.enter().unwrap();
        receiver.close();
        assert_eq!(sender.send(2).unwrap_err().into_inner(), 2);
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        // A sender that entered before may still put a value in.
        sender.values.send(3).unwrap();
        drop(permit);
        assert!(shared.readiness.has_ended());
        assert_eq!(receiver.try_recv(), Ok(3));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }

    #[test]
    fn idle_channel_is_closed_at_once() {
        let (sender, receiver) = bounded_with(1, Shared::new().unwrap().closable()).unwrap();
        receiver.close();
        receiver.close();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(sender.send(1).unwrap_err().into_inner(), 1);
    }
}
