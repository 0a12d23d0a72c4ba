//! The order of dispatch: timers, channels, then sockets and descriptors; each that of addition. No one starves.

use std::cell::{Cell, RefCell};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, Errno, Flags, POLLIN, Reactor, Socket};

use crate::support::{LONG, deadline, in_child};
use crate::{Outcome, pair, pairs, wake_all};

/// Ends the run in the pass after this one.
fn stop_soon(reactor: &mut Reactor<'_>) {
    reactor.add_timer_once(Duration::ZERO, |reactor| {
        reactor.stop();
        Ok(())
    });
}

#[test]
fn handlers_run_in_the_order_of_addition() {
    deadline(LONG, || {
        const SOCKETS: usize = 12;
        const ROUNDS: usize = 300;
        let context = Context::new().unwrap();
        let pairs = pairs(&context, SOCKETS);
        let calls = RefCell::new(Vec::new());
        let calls = &calls;
        let record = move |index: usize| {
            move |reactor: &mut Reactor<'_>, near: &Socket, _| -> Outcome {
                near.recv(Flags::NONE)?;
                if calls.borrow().is_empty() {
                    stop_soon(reactor);
                }
                calls.borrow_mut().push(index);
                Ok(())
            }
        };
        let mut reactor = Reactor::new();
        let mut order: Vec<usize> = Vec::new();
        // A fixed sequence of numbers, as good as random ones.
        let mut number: u64 = 1;
        let mut next = |below: usize| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(number >> 33).unwrap() % below
        };
        for round in 0..ROUNDS {
            for _ in 0..3 {
                let index = next(SOCKETS);
                if reactor.remove_socket(&pairs[index].0) {
                    order.retain(|other| *other != index);
                } else {
                    reactor.add_socket(&pairs[index].0, POLLIN, record(index)).unwrap();
                    order.push(index);
                }
            }
            if order.is_empty() {
                continue;
            }
            wake_all(&pairs);
            reactor.run().unwrap();
            assert_eq!(calls.take(), order, "round {round}");
            for (near, _) in &pairs {
                while near.recv(DONTWAIT).is_ok() {}
            }
        }
    });
}

#[test]
fn timers_and_channels_come_before_all_else() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 2);
        let (values, receiver) = zmq4::channel().unwrap();
        let (others, other) = zmq4::channel().unwrap();
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&pairs[0].0, POLLIN, |reactor, near, _| {
                near.recv(Flags::NONE)?;
                calls.borrow_mut().push("socket 0");
                stop_soon(reactor);
                Ok(())
            })
            .unwrap();
        reactor
            .add_channel(receiver, 0, |_, ()| {
                calls.borrow_mut().push("channel");
                Ok(())
            })
            .unwrap();
        reactor
            .add_socket(&pairs[1].0, POLLIN, |_, near, _| {
                near.recv(Flags::NONE)?;
                calls.borrow_mut().push("socket 1");
                Ok(())
            })
            .unwrap();
        reactor
            .add_fd(&other, POLLIN, |_, _, _| {
                other.try_recv()?;
                calls.borrow_mut().push("descriptor");
                Ok(())
            })
            .unwrap();
        reactor.add_timer_once(Duration::from_nanos(2), |_| {
            calls.borrow_mut().push("timer");
            Ok(())
        });
        wake_all(&pairs);
        others.send(()).unwrap();
        values.send(()).unwrap();
        reactor.run().unwrap();
        assert_eq!(calls.take(), ["timer", "channel", "socket 0", "socket 1", "descriptor"]);
    });
}

/// One of each kind, all ready at once, and one of them removes all.
#[test]
fn any_handler_may_remove_everything() {
    deadline(LONG, || {
        const KINDS: [&str; 5] = ["once", "every", "channel", "socket", "descriptor"];
        for (index, remover) in KINDS.into_iter().enumerate() {
            let context = Context::new().unwrap();
            let (near, far) = pair(&context);
            let (values, receiver) = zmq4::channel().unwrap();
            let (others, other) = zmq4::channel().unwrap();
            let calls = RefCell::new(Vec::new());
            let ids = Cell::new(None);
            let call = |reactor: &mut Reactor<'_>, kind: &'static str| -> Outcome {
                calls.borrow_mut().push(kind);
                if kind == remover {
                    let (once, every, channel, fd) = ids.get().unwrap();
                    // That one is gone when it is called.
                    assert!(!reactor.remove_timer(once));
                    assert!(reactor.remove_timer(every));
                    assert!(reactor.remove_socket(&near));
                    assert!(reactor.remove_channel(channel));
                    assert!(reactor.remove_fd(fd));
                }
                Ok(())
            };
            let call = &call;
            let mut reactor = Reactor::new();
            let once = reactor.add_timer_once(Duration::ZERO, |reactor| call(reactor, "once"));
            let every = reactor.add_timer_every(Duration::from_nanos(1), |reactor| call(reactor, "every"));
            reactor
                .add_socket(&near, POLLIN, |reactor, _, _| call(reactor, "socket"))
                .unwrap();
            let channel = reactor
                .add_channel(receiver, 0, |reactor, ()| call(reactor, "channel"))
                .unwrap();
            let fd = reactor
                .add_fd(&other, POLLIN, |reactor, _, _| call(reactor, "descriptor"))
                .unwrap();
            ids.set(Some((once, every, channel, fd)));
            far.send("x", Flags::NONE).unwrap();
            values.send(()).unwrap();
            others.send(()).unwrap();
            let error = reactor.run().unwrap_err();
            assert_eq!(
                error.downcast_ref::<zmq4::Error>().unwrap().errno(),
                Errno::EINVAL,
                "nothing is left"
            );
            assert_eq!(*calls.borrow(), KINDS[..=index]);
            assert!(values.send(()).is_err(), "its receiver is gone");
        }
    });
}

#[test]
fn flooding_socket_does_not_starve_the_others() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        // Each gives itself new work whenever it is called, and comes first.
        let (near, far) = pair(&context);
        let (quiet, waker) = pair(&context);
        let (sender, receiver) = zmq4::channel().unwrap();
        let again = sender.clone();
        let floods = Cell::new([0; 3]);
        let count = |index: usize| {
            let mut counts = floods.get();
            counts[index] += 1;
            floods.set(counts);
        };
        let mut reactor = Reactor::new();
        reactor.add_timer_every(Duration::ZERO, |_| {
            count(0);
            Ok(())
        });
        reactor
            .add_socket(&near, POLLIN, |_, near, _| {
                near.recv(Flags::NONE)?;
                far.send("again", Flags::NONE)?;
                count(1);
                Ok(())
            })
            .unwrap();
        reactor
            .add_channel(receiver, 0, |_, ()| {
                again.send(())?;
                count(2);
                Ok(())
            })
            .unwrap();
        reactor
            .add_socket(&quiet, POLLIN, |reactor, quiet, _| {
                quiet.recv(Flags::NONE)?;
                reactor.stop();
                Ok(())
            })
            .unwrap();
        far.send("first", Flags::NONE).unwrap();
        sender.send(()).unwrap();
        waker.send("x", Flags::NONE).unwrap();
        reactor.run().unwrap();
        drop(reactor);
        assert_eq!(floods.get(), [1, 1, 1], "in the one pass that it took");
    });
}

#[test]
fn a_limit_holds_in_each_pass() {
    deadline(LONG, || {
        for limit in [1, 3, 7] {
            let context = Context::new().unwrap();
            let (near, far) = pair(&context);
            let (sender, receiver) = zmq4::channel().unwrap();
            let calls = RefCell::new(Vec::new());
            let mut reactor = Reactor::new();
            reactor
                .add_channel(receiver, limit, |_, value| {
                    calls.borrow_mut().push(value);
                    Ok(())
                })
                .unwrap();
            reactor
                .add_socket(&near, POLLIN, |reactor, near, _| {
                    calls.borrow_mut().push(-1);
                    if near.recv_string(Flags::NONE)? == "last" {
                        reactor.stop();
                    }
                    Ok(())
                })
                .unwrap();
            (0..20).for_each(|value| sender.send(value).unwrap());
            far.send("first", Flags::NONE).unwrap();
            far.send("last", Flags::NONE).unwrap();
            reactor.run().unwrap();
            let limit = i32::try_from(limit).unwrap();
            let expected: Vec<i32> = (0..limit).chain([-1]).chain(limit..2 * limit).chain([-1]).collect();
            assert_eq!(calls.take(), expected, "limit {limit}");
        }
    });
}

/// A worker with bounded queues on both sides, and handlers that wait for room in the one that leads to it: libzmq's queue holds
/// more than all of them.
#[test]
fn results_are_taken_before_the_next_request() {
    in_child("order::results_are_taken_before_the_next_request", LONG, || {
        const COUNT: i32 = 200;
        for channel_first in [true, false] {
            let context = Context::new().unwrap();
            let (near, far) = pair(&context);
            for _ in 0..COUNT {
                far.send("work", Flags::NONE).unwrap();
            }
            let (requests, requested) = mpsc::sync_channel::<String>(1);
            let (results, receiver) = zmq4::bounded_channel::<String>(1).unwrap();
            let worker = thread::spawn(move || requested.iter().try_for_each(|request| results.send(request)));
            let taken = Cell::new(0);
            let mut receiver = Some(receiver);
            let mut reactor = Reactor::new();
            for turn in [true, false] {
                if turn == channel_first {
                    reactor
                        .add_channel(receiver.take().unwrap(), 1, |reactor, _| {
                            taken.set(taken.get() + 1);
                            if taken.get() == COUNT {
                                reactor.stop();
                            }
                            Ok(())
                        })
                        .unwrap();
                } else {
                    let requests = requests.clone();
                    reactor
                        .add_socket(&near, POLLIN, move |_, near, _| {
                            Ok(requests.send(near.recv_string(Flags::NONE)?)?)
                        })
                        .unwrap();
                }
            }
            reactor.run().unwrap();
            drop((reactor, requests));
            worker.join().unwrap().unwrap();
            assert_eq!(taken.get(), COUNT);
        }
    });
}

/// The poll of a pass comes after its channels: what they took is not told of, what they sent is.
#[test]
fn the_poll_comes_after_the_channels() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let ((first, waker), (second, other)) = (pair(&context), pair(&context));
        let (sender, receiver) = zmq4::channel().unwrap();
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&first, POLLIN, |_, _, _| panic!("the handler of the channel took it"))
            .unwrap();
        reactor
            .add_socket(&second, POLLIN, |reactor, second, _| {
                assert_eq!(second.recv(DONTWAIT)?, "from the channel");
                reactor.stop();
                Ok(())
            })
            .unwrap();
        reactor
            .add_channel(receiver, 0, |_, ()| {
                first.recv(Flags::NONE)?;
                other.send("from the channel", Flags::NONE)?;
                Ok(())
            })
            .unwrap();
        waker.send("x", Flags::NONE).unwrap();
        sender.send(()).unwrap();
        reactor.run().unwrap();
    });
}
