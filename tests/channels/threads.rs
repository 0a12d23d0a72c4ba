//! Many threads.

use crate::*;

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

/// At most `limit` values for each time that the poller says there are some; it waits indefinitely.
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
