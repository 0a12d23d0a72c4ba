//! The models of channels.

use std::sync::Arc;

use loom::thread;

use super::TryRecvError;
use super::receiver::Receiver;
use super::sender::Sender;
use super::shared::{ReceiverGuard, SenderGuard, Shared};
use crate::ffi::waker::Waker;
use crate::queue::queue;

fn pair(capacity: Option<usize>, shared: Shared) -> (Sender<u32>, Receiver<u32>) {
    let (sending, receiving) = queue(capacity);
    let shared = Arc::new(shared);
    let sender = Sender {
        values: sending,
        guard: Arc::new(SenderGuard(Arc::clone(&shared))),
    };
    let receiver = Receiver {
        values: receiving,
        guard: ReceiverGuard(shared),
    };
    (sender, receiver)
}

/// Takes values as a poller's user does: waits for the descriptor, then takes one. The sum, once the channel has ended.
fn sum_of(receiver: &Receiver<u32>) -> u32 {
    let mut sum = 0;
    loop {
        receiver.waker().wait();
        match receiver.try_recv() {
            Ok(value) => sum += value,
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return sum,
        }
    }
}

/// Two senders; each value makes the descriptor readable.
pub(crate) fn wakes_the_receiver() {
    let (sender, receiver) = pair(None, Shared::new().unwrap());
    let other = sender.clone();
    let threads = [(sender, 1), (other, 2)].map(|(sender, value)| {
        thread::spawn(move || {
            assert!(sender.send(value).is_ok());
            // The channel goes on.
            sender
        })
    });
    let mut sum = 0;
    while sum < 3 {
        receiver.waker().wait();
        if let Ok(value) = receiver.try_recv() {
            sum += value;
        }
    }
    let senders = threads.map(|thread| thread.join().unwrap());
    // A wake-up that came after its value is reset by the next call.
    assert!(receiver.try_recv() == Err(TryRecvError::Empty));
    assert!(!receiver.waker().is_readable());
    drop(senders);
}

/// The end makes it readable as well, and comes after the values.
pub(crate) fn ends() {
    let (sender, receiver) = pair(None, Shared::new().unwrap());
    let other = sender.clone();
    let threads = [(sender, 1), (other, 2)].map(|(sender, value)| {
        thread::spawn(move || {
            assert!(sender.send(value).is_ok());
        })
    });
    assert_eq!(sum_of(&receiver), 3);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// A receiver that closes gets each value whose send has succeeded.
pub(crate) fn closes() {
    let (sender, receiver) = pair(None, Shared::new().unwrap().closable());
    let other = sender.clone();
    let threads = [(sender, 1), (other, 2)].map(|(sender, value)| {
        thread::spawn(move || {
            let sent = sender.send(value).is_ok();
            (u32::from(sent) * value, sender)
        })
    });
    receiver.close();
    let received = sum_of(&receiver);
    let sent = threads.map(|thread| thread.join().unwrap());
    assert_eq!(sent.iter().map(|(value, _)| value).sum::<u32>(), received);
}

/// A sender that waits for room in a descriptor of its own.
pub(crate) fn signals_space() {
    let space = Arc::new(Waker::new().unwrap());
    let shared = Shared::new().unwrap().with_space_signal(Arc::clone(&space));
    let (sender, receiver) = pair(Some(1), shared);
    let sending = thread::spawn(move || {
        for value in 1..=2 {
            while !sender.has_capacity() {
                space.wait();
                space.reset();
            }
            assert!(sender.try_send(value).is_ok());
        }
    });
    assert_eq!(sum_of(&receiver), 3);
    sending.join().unwrap();
}
