//! Handlers of channels.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, Flags, POLLIN, Reactor};

use crate::pair;
use crate::support::{LONG, deadline};

#[test]
fn values_of_many_threads_come_in_order() {
    for (limit, capacity) in [(0, None), (1, None), (100, None), (0, Some(10)), (1, Some(1))] {
        deadline(LONG, move || {
            const SENDERS: usize = 4;
            const EACH: usize = 25_000;
            let (sender, receiver) = match capacity {
                None => zmq4::channel().unwrap(),
                Some(capacity) => zmq4::bounded_channel(capacity).unwrap(),
            };
            let senders: Vec<_> = (0..SENDERS)
                .map(|number| {
                    let sender = sender.clone();
                    thread::spawn(move || (0..EACH).for_each(|value| sender.send((number, value)).unwrap()))
                })
                .collect();
            drop(sender);
            let mut next = [0; SENDERS];
            let mut reactor = Reactor::new();
            reactor
                .add_channel_with_end(
                    receiver,
                    limit,
                    |_, (number, value): (usize, usize)| {
                        assert_eq!(value, next[number]);
                        next[number] += 1;
                        Ok(())
                    },
                    |reactor| {
                        reactor.stop();
                        Ok(())
                    },
                )
                .unwrap();
            reactor.run().unwrap();
            drop(reactor);
            assert_eq!(next, [EACH; SENDERS]);
            senders.into_iter().for_each(|sender| sender.join().unwrap());
        });
    }
}

#[test]
fn a_value_wakes_an_idle_reactor() {
    deadline(LONG, || {
        let (sender, receiver) = zmq4::channel().unwrap();
        let (started, go) = std::sync::mpsc::channel();
        let worker = thread::spawn(move || {
            go.recv().unwrap();
            // Most likely asleep by then; right anyhow.
            thread::sleep(Duration::from_millis(50));
            sender.send(Instant::now()).unwrap();
            // The sender stays, so that only the value can have woken it.
            sender
        });
        let mut reactor = Reactor::new();
        reactor
            .add_channel(receiver, 0, |reactor, _sent: Instant| {
                reactor.stop();
                Ok(())
            })
            .unwrap();
        reactor.add_timer_once(Duration::ZERO, move |_| Ok(started.send(())?));
        reactor.run().unwrap();
        drop(worker.join().unwrap());
    });
}

#[test]
fn channel_without_senders_is_removed() {
    deadline(LONG, || {
        // What was sent before is handled first.
        let (sender, receiver) = zmq4::channel().unwrap();
        (0..5).for_each(|value| sender.send(value).unwrap());
        let worker = thread::spawn(move || drop(sender));
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        let id = reactor
            .add_channel_with_end(
                receiver,
                2,
                |_, value| {
                    calls.borrow_mut().push(value);
                    Ok(())
                },
                |_| {
                    calls.borrow_mut().push(-1);
                    Err("ended".into())
                },
            )
            .unwrap();
        assert_eq!(reactor.run().unwrap_err().to_string(), "ended");
        assert_eq!(calls.take(), [0, 1, 2, 3, 4, -1]);
        assert!(!reactor.remove_channel(id));
        worker.join().unwrap();

        let (sender, receiver) = zmq4::channel::<()>().unwrap();
        drop(sender);
        reactor.add_channel(receiver, 0, |_, ()| panic!("no value")).unwrap();
        let error = reactor.run().unwrap_err();
        assert_eq!(error.downcast_ref::<zmq4::Error>().unwrap().errno(), Errno::EINVAL);
    });
}

#[test]
fn a_channel_that_ends_does_not_end_the_others() {
    deadline(LONG, || {
        let (dead, receiver) = zmq4::channel::<()>().unwrap();
        drop(dead);
        let (sender, living) = zmq4::channel().unwrap();
        let mut reactor = Reactor::new();
        reactor.add_channel(receiver, 0, |_, ()| panic!("no value")).unwrap();
        let worker = thread::spawn(move || sender.send(()));
        reactor
            .add_channel(living, 0, |reactor, ()| {
                reactor.stop();
                Ok(())
            })
            .unwrap();
        reactor.run().unwrap();
        worker.join().unwrap().unwrap();
    });
}

#[test]
fn a_removed_channel_is_called_no_more_at_once() {
    deadline(LONG, || {
        let (sender, receiver) = zmq4::channel().unwrap();
        (0..10).for_each(|value| sender.send(value).unwrap());
        let own = Rc::new(Cell::new(None));
        let calls = Rc::new(Cell::new(0));
        let mut reactor = Reactor::new();
        let (inner, count) = (Rc::clone(&own), Rc::clone(&calls));
        let id = reactor
            .add_channel(receiver, 0, move |reactor, _| {
                count.set(count.get() + 1);
                if count.get() == 3 {
                    assert!(reactor.remove_channel(inner.get().unwrap()));
                    assert!(!reactor.remove_channel(inner.get().unwrap()));
                    reactor.add_timer_once(Duration::ZERO, |reactor| {
                        reactor.stop();
                        Ok(())
                    });
                }
                Ok(())
            })
            .unwrap();
        own.set(Some(id));
        reactor.run().unwrap();
        assert_eq!(calls.get(), 3);
        // Its receiver went with it.
        assert!(sender.send(11).is_err());
    });
}

#[test]
fn a_socket_and_a_channel_may_remove_each_other() {
    deadline(LONG, || {
        // The channel comes first where both are ready; a value that comes with the call of the socket is too late.
        for (channel_first, both_ready) in [(false, true), (true, true), (false, false), (true, false)] {
            let context = Context::new().unwrap();
            let (near, far) = pair(&context);
            let near = &near;
            let (sender, receiver) = zmq4::channel().unwrap();
            let value = sender.clone();
            let calls = Cell::new(0);
            let calls = &calls;
            let id = Cell::new(None);
            let id = &id;
            let mut reactor = Reactor::new();
            let on_value = move |reactor: &mut Reactor<'_>, ()| {
                calls.set(calls.get() + 1);
                assert!(reactor.remove_socket(near));
                reactor.stop();
                Ok(())
            };
            let on_message = move |reactor: &mut Reactor<'_>, _: &zmq4::Socket, _: zmq4::State| {
                calls.set(calls.get() + 1);
                sender.send(())?;
                assert!(reactor.remove_channel(id.get().unwrap()));
                reactor.stop();
                Ok(())
            };
            if channel_first {
                id.set(Some(reactor.add_channel(receiver, 0, on_value).unwrap()));
                reactor.add_socket(near, POLLIN, on_message).unwrap();
            } else {
                reactor.add_socket(near, POLLIN, on_message).unwrap();
                id.set(Some(reactor.add_channel(receiver, 0, on_value).unwrap()));
            }
            if both_ready {
                value.send(()).unwrap();
            }
            far.send("x", Flags::NONE).unwrap();
            reactor.run().unwrap();
            assert_eq!(calls.get(), 1);
            // Its own item is still there, the other is not.
            assert_eq!(reactor.remove_channel(id.get().unwrap()), both_ready);
            assert_eq!(reactor.remove_socket(near), !both_ready);
        }
    });
}

#[test]
fn values_after_a_stop_wait_for_the_next_run() {
    deadline(LONG, || {
        let (sender, receiver) = zmq4::channel().unwrap();
        (0..4).for_each(|value| sender.send(value).unwrap());
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        reactor
            .add_channel(receiver, 0, |reactor, value| {
                calls.borrow_mut().push(value);
                match value {
                    0 => Err("zero".into()),
                    1 | 3 => {
                        reactor.stop();
                        Ok(())
                    }
                    _ => Ok(()),
                }
            })
            .unwrap();
        assert_eq!(reactor.run().unwrap_err().to_string(), "zero");
        assert_eq!(calls.take(), [0]);
        reactor.run().unwrap();
        assert_eq!(calls.take(), [1]);
        reactor.run().unwrap();
        assert_eq!(calls.take(), [2, 3]);
    });
}
