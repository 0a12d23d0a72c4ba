//! Channels: values between threads, and a descriptor that tells when there are any.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
#[cfg(target_os = "linux")]
use support::in_child;
use support::{LONG, deadline};
use zmq4::channel::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
use zmq4::{Context, Errno, Flags, POLLIN, Poller, Receiver, Sender, bounded_channel, channel};

/// Whether a poller finds the receiver readable.
fn readable<T>(receiver: &Receiver<T>) -> bool {
    let mut poller = Poller::new();
    let id = poller.add_fd(receiver, POLLIN).unwrap();
    let ready = poller.poll(Some(Duration::ZERO)).unwrap();
    assert!(ready.iter().all(|item| item.id() == id && item.events() == POLLIN));
    !ready.is_empty()
}

/// Waits for ever, as the deadline of the test allows, until a poller finds the receiver readable.
fn wait<T>(receiver: &Receiver<T>) {
    let mut poller = Poller::new();
    poller.add_fd(receiver, POLLIN).unwrap();
    assert_eq!(poller.poll(None).unwrap().len(), 1);
}

fn both_kinds() -> [(Sender<u64>, Receiver<u64>); 2] {
    [channel().unwrap(), bounded_channel(64).unwrap()]
}

// ---- the descriptor

#[test]
fn descriptor_is_readable_while_values_are_there() {
    type Take = fn(&Receiver<u64>) -> u64;
    let takes: [Take; 4] = [
        |receiver| receiver.recv().unwrap(),
        |receiver| receiver.try_recv().unwrap(),
        |receiver| receiver.recv_timeout(LONG).unwrap(),
        |receiver| receiver.try_iter().next().unwrap(),
    ];
    deadline(LONG, move || {
        for (sender, receiver) in both_kinds() {
            for take in takes {
                assert!(!readable(&receiver));
                sender.send(1).unwrap();
                assert!(readable(&receiver));
                sender.try_send(2).unwrap();
                sender.send_timeout(3, LONG).unwrap();
                for value in 1..=3 {
                    assert!(readable(&receiver), "before value {value}");
                    assert_eq!(take(&receiver), value);
                }
                assert!(!readable(&receiver), "without a value");
            }
        }
    });
}

#[test]
fn receive_from_an_empty_channel_keeps_the_descriptor() {
    let (sender, receiver) = channel().unwrap();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(
        receiver.recv_timeout(Duration::from_millis(1)),
        Err(RecvTimeoutError::Timeout)
    );
    assert!(!readable(&receiver));
    sender.send(1).unwrap();
    assert!(readable(&receiver));
}

#[test]
fn no_value_no_wake_up() {
    deadline(LONG, || {
        let (sender, receiver) = channel().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&receiver, POLLIN).unwrap();
        sender.send(1).unwrap();
        receiver.recv().unwrap();
        drop(sender.clone());
        let start = Instant::now();
        let time = Duration::from_millis(200);
        assert!(poller.poll(Some(time)).unwrap().is_empty());
        assert!(start.elapsed() >= time);
    });
}

#[test]
fn a_value_wakes_a_poller_that_waits() {
    for (sender, receiver) in both_kinds() {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let silent = context.socket(zmq4::PULL).unwrap();
            let mut poller = Poller::new();
            poller.add(&silent, POLLIN).unwrap();
            let id = poller.add_fd(&receiver, POLLIN).unwrap();
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(20));
                    sender.send(7).unwrap();
                });
                let ready = poller.poll(None).unwrap();
                assert_eq!(ready.len(), 1);
                assert_eq!(ready[0].id(), id);
                assert_eq!(receiver.try_recv(), Ok(7));
            });
        });
    }
}

// ---- the ends

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

// ---- room

#[test]
fn a_full_channel_holds_its_senders_up() {
    deadline(LONG, || {
        let (sender, receiver) = bounded_channel(2).unwrap();
        assert_eq!(sender.capacity(), Some(2));
        assert_eq!(channel::<u8>().unwrap().0.capacity(), None);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
        let late = sender.send_timeout(3, Duration::from_millis(20));
        assert_eq!(late, Err(SendTimeoutError::Timeout(3)));
        let waiting = thread::spawn(move || sender.send(3).map(|()| sender));
        thread::sleep(Duration::from_millis(20));
        assert!(!waiting.is_finished(), "no room, and yet sent");
        assert_eq!(receiver.recv(), Ok(1));
        let sender = waiting.join().unwrap().unwrap();
        assert_eq!((sender.len(), receiver.len()), (2, 2));
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [2, 3]);
    });
}

#[test]
fn times_of_a_century_do_not_overflow() {
    deadline(LONG, || {
        let (sender, receiver) = bounded_channel(1).unwrap();
        sender.send_timeout(1, Duration::MAX).unwrap();
        assert_eq!(receiver.recv_timeout(Duration::MAX), Ok(1));
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
        sender.send(2).unwrap();
        assert_eq!(
            sender.send_timeout(3, Duration::ZERO),
            Err(SendTimeoutError::Timeout(3))
        );
    });
}

#[test]
fn capacities_that_cannot_be_are_errors() {
    for capacity in [0, (1 << 24) + 1, usize::MAX] {
        let error = bounded_channel::<()>(capacity).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(
            error.to_string(),
            "channel: the capacity of a channel is 1 to 16777216 (EINVAL)"
        );
    }
    // 2^50 bytes; of larger arrays no channel can be on a processor of 32 bits.
    let error = bounded_channel::<[u8; 1 << 26]>(1 << 24).unwrap_err();
    assert_eq!(error, Errno::ENOMEM);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_without_descriptors_gets_an_error() {
    in_child("a_process_without_descriptors_gets_an_error", LONG, || {
        let limit = libc::rlimit {
            rlim_cur: 32,
            rlim_max: 32,
        };
        // SAFETY: the limit is live for the call.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
        let mut channels = Vec::new();
        let error = loop {
            match channel::<u8>() {
                Ok(ends) => channels.push(ends),
                Err(error) => break error,
            }
            assert!(channels.len() < 32);
        };
        assert_eq!(error, Errno::EMFILE);
        assert_eq!(bounded_channel::<u8>(1).unwrap_err(), Errno::EMFILE);
        channels.pop();
        channel::<u8>().unwrap();
    });
}

// ---- types

#[test]
fn ends_travel_when_their_values_do() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    fn clone<T: Clone>() {}
    send::<Sender<std::cell::Cell<u8>>>();
    sync::<Sender<std::cell::Cell<u8>>>();
    send::<Receiver<std::cell::Cell<u8>>>();
    // Values that cannot be cloned or sent still have a channel.
    clone::<Sender<Rc<()>>>();
    let (sender, receiver) = channel().unwrap();
    sender.send(Rc::new(5)).unwrap();
    assert_eq!(*receiver.recv().unwrap(), 5);
}

#[test]
fn debug_and_errors_do_not_show_values() {
    struct Secret;
    let (sender, receiver) = bounded_channel(1).unwrap();
    assert_eq!(format!("{sender:?} {receiver:?}"), "Sender(..) Receiver(..)");
    sender.send(Secret).unwrap();
    let full = sender.try_send(Secret).err().unwrap();
    assert_eq!(format!("{full:?}: {full}"), "Full(..): the channel is full");
    let late = sender.send_timeout(Secret, Duration::ZERO).err().unwrap();
    assert!(late.is_timeout());
    assert_eq!(format!("{late:?}: {late}"), "Timeout(..): the channel stayed full");
    drop(receiver);
    let gone = sender.send(Secret).err().unwrap();
    assert_eq!(format!("{gone:?}: {gone}"), "SendError(..): the receiver is gone");
    let gone: Box<dyn std::error::Error> = Box::new(sender.try_send(Secret).err().unwrap());
    assert_eq!(gone.to_string(), "the receiver is gone");
}

// ---- any sequence of calls

#[derive(Clone, Debug)]
enum Step {
    Send,
    TryRecv,
    RecvNow,
    TakeAll,
    CloneSender,
    DropSender,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Send),
        2 => Just(Step::TryRecv),
        2 => Just(Step::RecvNow),
        1 => Just(Step::TakeAll),
        1 => Just(Step::CloneSender),
        1 => Just(Step::DropSender),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #[test]
    fn the_descriptor_tells_the_truth_after_any_sequence(bounded in any::<bool>(), steps in steps()) {
        let (sender, receiver) = if bounded { bounded_channel(3) } else { channel() }.unwrap();
        let mut senders = vec![sender];
        let mut model = std::collections::VecDeque::new();
        let mut next = 0;
        for step in steps {
            match step {
                Step::Send => if let Some(sender) = senders.last() {
                    match sender.try_send(next) {
                        Ok(()) => model.push_back(next),
                        Err(error) => prop_assert!(error.is_full() && bounded && model.len() == 3),
                    }
                    next += 1;
                },
                Step::TryRecv => {
                    let none = if senders.is_empty() { TryRecvError::Disconnected } else { TryRecvError::Empty };
                    prop_assert_eq!(receiver.try_recv(), model.pop_front().ok_or(none));
                }
                Step::RecvNow => {
                    prop_assert_eq!(receiver.recv_timeout(Duration::ZERO).ok(), model.pop_front());
                }
                Step::TakeAll => {
                    let taken: Vec<i32> = receiver.try_iter().collect();
                    prop_assert_eq!(taken, model.drain(..).collect::<Vec<_>>());
                }
                Step::CloneSender => senders.extend(senders.last().cloned()),
                Step::DropSender => drop(senders.pop()),
            }
            prop_assert_eq!(receiver.len(), model.len());
            prop_assert_eq!(readable(&receiver), !model.is_empty() || senders.is_empty());
        }
    }
}

// ---- many threads

const SENDERS: usize = 8;
const EACH: u64 = 125_000;

/// Which sender, and which of its values.
type Numbered = (usize, u64);

/// What has come from each sender, which must be in order.
#[derive(Default)]
struct Tally([u64; SENDERS]);

impl Tally {
    fn take(&mut self, (sender, number): Numbered) {
        assert_eq!(number, self.0[sender], "of sender {sender}");
        self.0[sender] += 1;
    }

    fn assert_complete(&self) {
        assert_eq!(self.0, [EACH; SENDERS]);
    }
}

/// A million values from eight threads, taken by `take_all`, which returns when all senders are gone.
fn flood(
    (sender, receiver): (Sender<Numbered>, Receiver<Numbered>),
    take_all: impl FnOnce(&Receiver<Numbered>, &mut Tally) + Send + 'static,
) {
    deadline(4 * LONG, move || {
        let senders: Vec<_> = (0..SENDERS).map(|_| sender.clone()).collect();
        drop(sender);
        thread::scope(|scope| {
            for (index, sender) in senders.into_iter().enumerate() {
                scope.spawn(move || (0..EACH).for_each(|number| sender.send((index, number)).unwrap()));
            }
            let mut tally = Tally::default();
            take_all(&receiver, &mut tally);
            tally.assert_complete();
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        });
    });
}

/// At most `limit` values for each time that the poller says there are some; it waits for ever.
fn take_by_poller(receiver: &Receiver<Numbered>, tally: &mut Tally, limit: usize) {
    let mut poller = Poller::new();
    poller.add_fd(receiver, POLLIN).unwrap();
    loop {
        assert_eq!(poller.poll(None).unwrap().len(), 1);
        for _ in 0..limit {
            match receiver.try_recv() {
                Ok(value) => tally.take(value),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
    }
}

#[test]
fn a_million_values_unbounded() {
    flood(channel().unwrap(), |receiver, tally| {
        take_by_poller(receiver, tally, usize::MAX);
    });
}

#[test]
fn a_million_values_bounded() {
    flood(bounded_channel(100).unwrap(), |receiver, tally| {
        take_by_poller(receiver, tally, usize::MAX);
    });
}

#[test]
fn a_million_values_one_a_wake_up() {
    flood(bounded_channel(1).unwrap(), |receiver, tally| {
        take_by_poller(receiver, tally, 1);
    });
}

#[test]
fn a_million_values_by_every_way_in_turn() {
    flood(bounded_channel(3).unwrap(), |receiver, tally| {
        loop {
            wait(receiver);
            match receiver.try_recv() {
                Ok(value) => tally.take(value),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return,
            }
            match receiver.recv_timeout(Duration::from_micros(50)) {
                Ok(value) => tally.take(value),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            match receiver.recv() {
                Ok(value) => tally.take(value),
                Err(RecvError) => return,
            }
        }
    });
}

#[test]
fn several_takers_share_the_values() {
    deadline(4 * LONG, || {
        const COUNT: u64 = 100_000;
        let (sender, receiver) = bounded_channel(16).unwrap();
        let taken: Vec<Vec<u64>> = thread::scope(|scope| {
            let takers: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let mut taken = Vec::new();
                        loop {
                            wait(&receiver);
                            match receiver.try_recv() {
                                Ok(value) => taken.push(value),
                                Err(TryRecvError::Empty) => {}
                                Err(TryRecvError::Disconnected) => return taken,
                            }
                        }
                    })
                })
                .collect();
            (0..COUNT).for_each(|number| sender.send(number).unwrap());
            drop(sender);
            takers.into_iter().map(|taker| taker.join().unwrap()).collect()
        });
        assert!(taken.iter().all(|taken| taken.is_sorted()));
        let mut all = taken.concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..COUNT));
    });
}

/// A sender that sends again only when its value has come: each wake-up is for one value, and a lost one ends it all.
#[test]
fn each_of_many_single_values_wakes() {
    deadline(4 * LONG, || {
        const COUNT: u64 = 20_000;
        let (sender, receiver) = channel().unwrap();
        let (back, returned) = channel().unwrap();
        thread::spawn(move || {
            for number in 0..COUNT {
                sender.send(number).unwrap();
                wait(&returned);
                // It may be the ring of the value before, which came late.
                assert_eq!(returned.recv(), Ok(number));
            }
        });
        let mut expected = 0;
        loop {
            wait(&receiver);
            match receiver.try_recv() {
                Ok(number) => {
                    assert_eq!(number, expected);
                    expected += 1;
                    back.send(number).unwrap();
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => break,
            }
        }
        assert_eq!(expected, COUNT);
    });
}

#[test]
fn values_and_messages_come_to_one_poller() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = (context.socket(zmq4::PUSH).unwrap(), context.socket(zmq4::PULL).unwrap());
        pull.bind("inproc://both").unwrap();
        push.connect("inproc://both").unwrap();
        let (sender, receiver) = channel().unwrap();
        let sending = thread::spawn(move || {
            for number in 0..500_u32 {
                push.send(number.to_string(), Flags::NONE).unwrap();
                sender.send(number).unwrap();
            }
        });
        let mut poller = Poller::new();
        poller.add(&pull, POLLIN).unwrap();
        poller.add_fd(&receiver, POLLIN).unwrap();
        let (mut messages, mut values) = (0, 0);
        while (messages, values) != (500, 500) {
            for item in poller.poll(None).unwrap() {
                if item.is(&pull) {
                    assert_eq!(pull.recv(Flags::NONE).unwrap(), *messages.to_string());
                    messages += 1;
                } else if let Ok(value) = receiver.try_recv() {
                    assert_eq!(value, values);
                    values += 1;
                }
            }
        }
        sending.join().unwrap();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    });
}
