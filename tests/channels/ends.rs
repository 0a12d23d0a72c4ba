//! Senders and receivers that go.

use crate::*;

#[test]
fn the_last_sender_that_goes_wakes_the_receiver() {
    deadline(LONG, || {
        let (sender, receiver) = channel::<u64>().unwrap();
        let waiting = thread::spawn(move || {
            wait(&receiver);
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
            receiver
        });
        let other = sender.clone();
        drop(sender);
        thread::sleep(Duration::from_millis(20));
        assert!(!waiting.is_finished(), "woken while a sender is left");
        drop(other);
        let receiver = waiting.join().unwrap();
        // It stays so, whatever is called.
        assert_eq!(receiver.recv(), Err(RecvError));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(receiver.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
        assert_eq!(receiver.iter().next(), None);
        assert!(readable(&receiver));
    });
}

#[test]
fn a_sender_that_dies_wakes_the_receiver() {
    for (sender, receiver) in both_kinds() {
        deadline(LONG, move || {
            let dying = thread::spawn(move || {
                sender.send(1).unwrap();
                std::panic::resume_unwind(Box::new("dead"));
            });
            assert!(dying.join().is_err());
            wait(&receiver);
            assert_eq!(receiver.try_recv(), Ok(1));
            wait(&receiver);
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        });
    }
}

#[test]
fn senders_that_go_at_once_wake_the_receiver() {
    deadline(LONG, || {
        for _ in 0..200 {
            let (sender, receiver) = channel::<u64>().unwrap();
            let senders = [sender.clone(), sender.clone(), sender];
            thread::scope(|scope| {
                for sender in senders {
                    scope.spawn(move || drop(sender));
                }
                wait(&receiver);
                assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
            });
        }
    });
}

#[test]
fn values_sent_before_the_end_are_received() {
    for (sender, receiver) in both_kinds() {
        sender.clone().send(1).unwrap();
        sender.send(2).unwrap();
        drop(sender);
        assert_eq!(receiver.len(), 2);
        assert!(readable(&receiver));
        assert_eq!(receiver.into_iter().collect::<Vec<_>>(), [1, 2]);
    }
}

#[test]
fn a_value_comes_back_when_the_receiver_is_gone() {
    for (sender, receiver) in both_kinds() {
        drop(receiver);
        assert_eq!(sender.send(1), Err(SendError(1)));
        assert_eq!(sender.try_send(2), Err(TrySendError::Disconnected(2)));
        assert_eq!(sender.send_timeout(3, LONG), Err(SendTimeoutError::Disconnected(3)));
        assert_eq!(sender.send(4).unwrap_err().into_inner(), 4);
    }
}

#[test]
fn a_sender_that_waits_is_told_when_the_receiver_goes() {
    deadline(LONG, || {
        let (sender, receiver) = bounded_channel(1).unwrap();
        sender.send(1).unwrap();
        let waiting = thread::spawn(move || sender.send(2));
        thread::sleep(Duration::from_millis(20));
        drop(receiver);
        assert_eq!(waiting.join().unwrap(), Err(SendError(2)));
    });
}

#[test]
fn values_never_received_are_dropped_once() {
    let value = Arc::new(());
    for sender_first in [true, false] {
        for (sender, receiver) in [channel().unwrap(), bounded_channel(8).unwrap()] {
            for _ in 0..5 {
                sender.send(Arc::clone(&value)).unwrap();
            }
            drop(receiver.recv().unwrap());
            assert_eq!(Arc::strong_count(&value), 5);
            if sender_first {
                drop(sender);
                drop(receiver);
            } else {
                drop(receiver);
                drop(sender);
            }
            assert_eq!(Arc::strong_count(&value), 1);
        }
    }
}
