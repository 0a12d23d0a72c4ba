//! Errors, panics, and contexts that end.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use zmq4::{Context, Errno, Flags, POLLIN, Reactor};

use crate::support::{LONG, deadline};
use crate::{open, pair, pairs, wake_all};

#[derive(Debug)]
enum Problem {
    Zmq(zmq4::Error),
    /// Not `Send`, and told apart by its address.
    Own(Rc<str>),
}

impl From<zmq4::Error> for Problem {
    fn from(error: zmq4::Error) -> Problem {
        Problem::Zmq(error)
    }
}

fn same(outcome: Result<(), Problem>, expected: &Rc<str>) {
    match outcome {
        Err(Problem::Own(own)) => assert!(Rc::ptr_eq(&own, expected), "another error: {own}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_very_error_of_a_handler_ends_the_run() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let (sender, receiver) = zmq4::channel().unwrap();
        let (closing, closed) = zmq4::channel::<()>().unwrap();
        let errors: Vec<_> = ["timer", "ticker", "socket", "channel", "end", "descriptor"]
            .map(Rc::<str>::from)
            .into();
        let error = |index: usize| Problem::Own(Rc::clone(&errors[index]));
        let mut reactor = Reactor::with_errors();

        reactor.add_timer_once(Duration::ZERO, |_| Err(error(0)));
        same(reactor.run(), &errors[0]);
        let id = reactor.add_timer_every(Duration::ZERO, |_| Err(error(1)));
        same(reactor.run(), &errors[1]);
        same(reactor.run(), &errors[1]);
        reactor.remove_timer(id);

        reactor
            .add_socket(&near, POLLIN, |_, near, _| {
                near.recv(Flags::NONE)?;
                Err(error(2))
            })
            .unwrap();
        far.send("1", Flags::NONE).unwrap();
        far.send("2", Flags::NONE).unwrap();
        same(reactor.run(), &errors[2]);
        same(reactor.run(), &errors[2]);

        reactor.add_channel(receiver, 0, |_, ()| Err(error(3))).unwrap();
        sender.send(()).unwrap();
        sender.send(()).unwrap();
        same(reactor.run(), &errors[3]);
        same(reactor.run(), &errors[3]);

        drop(closing);
        let end = |_: &mut Reactor<'_, Problem>| Err(error(4));
        reactor.add_channel_with_end(closed, 0, |_, ()| Ok(()), end).unwrap();
        same(reactor.run(), &errors[4]);

        let (values, value) = zmq4::channel().unwrap();
        values.send(()).unwrap();
        let mut reactor = Reactor::with_errors();
        reactor.add_fd(&value, POLLIN, |_, _, _| Err(error(5))).unwrap();
        same(reactor.run(), &errors[5]);
        same(reactor.run(), &errors[5]);
    });
}

#[test]
fn an_error_of_libzmq_passes_through_a_handler() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let soc = open(&context, zmq4::REP);
        let mut reactor = Reactor::new();
        reactor.add_timer_once(Duration::ZERO, |_| {
            soc.send("out of turn", Flags::NONE)?;
            Ok(())
        });
        let error = reactor.run().unwrap_err();
        assert_eq!(error.downcast_ref::<zmq4::Error>().unwrap().errno(), Errno::EFSM);
    });
}

#[test]
fn the_end_of_a_context_ends_the_run() {
    deadline(LONG, || {
        for before in [false, true] {
            let (ended, living) = (Context::new().unwrap(), Context::new().unwrap());
            let (near, _far) = pair(&ended);
            let (other, _another) = pair(&living);
            let mut reactor = Reactor::with_errors();
            for soc in [&other, &near] {
                reactor
                    .add_socket(soc, POLLIN, |_, _, _| Err(Problem::Own(Rc::<str>::from("called"))))
                    .unwrap();
            }
            let shutdown = move || {
                if !before {
                    std::thread::sleep(Duration::from_millis(30));
                }
                ended.shutdown().unwrap();
            };
            let thread = std::thread::spawn(shutdown);
            if before {
                thread.join().unwrap();
                assert!(matches!(reactor.run(), Err(Problem::Zmq(error)) if error == Errno::ETERM));
            } else {
                assert!(matches!(reactor.run(), Err(Problem::Zmq(error)) if error == Errno::ETERM));
                thread.join().unwrap();
            }
            // Without the sockets of that context it goes on.
            assert!(reactor.remove_socket(&near));
            reactor.add_timer_once(Duration::ZERO, |reactor| {
                reactor.stop();
                Ok(())
            });
            reactor.run().unwrap();
        }
    });
}

/// Counts down when it is dropped.
struct Counted(Rc<Cell<usize>>);

impl Counted {
    fn new(count: &Rc<Cell<usize>>) -> Counted {
        count.set(count.get() + 1);
        Counted(Rc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

fn panics(reactor: &mut Reactor<'_>, text: &str) {
    let panic = catch_unwind(AssertUnwindSafe(|| reactor.run())).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), text);
}

#[test]
fn a_panic_goes_through_and_only_its_handler_is_lost() {
    deadline(LONG, || {
        let live = Rc::new(Cell::new(0));
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 3);
        let (sender, receiver) = zmq4::channel().unwrap();
        let calls = Cell::new(0);
        let mut reactor = Reactor::new();
        for (index, (near, _)) in pairs.iter().enumerate() {
            let counted = Counted::new(&live);
            let calls = &calls;
            reactor
                .add_socket(near, POLLIN, move |reactor, near, _| {
                    let _counted = &counted;
                    near.recv(Flags::NONE)?;
                    assert!(index != 1, "socket");
                    calls.set(calls.get() + 1);
                    if index == 2 {
                        reactor.stop();
                    }
                    Ok(())
                })
                .unwrap();
        }
        let counted = Counted::new(&live);
        let id = reactor
            .add_channel(receiver, 0, move |_, ()| {
                let _counted = &counted;
                panic!("channel")
            })
            .unwrap();
        assert_eq!(live.get(), 4);
        wake_all(&pairs);
        panics(&mut reactor, "socket");
        assert_eq!((live.get(), calls.get()), (3, 1));
        assert!(!reactor.remove_socket(&pairs[1].0));

        wake_all(&pairs);
        // The third socket stops; its second message does so again.
        reactor.run().unwrap();
        reactor.run().unwrap();
        assert_eq!(calls.get(), 4);
        sender.send(()).unwrap();
        panics(&mut reactor, "channel");
        assert_eq!(live.get(), 2);
        assert!(!reactor.remove_channel(id));
        assert!(sender.send(()).is_err(), "its receiver is gone");

        for every in [false, true] {
            let counted = Counted::new(&live);
            let tick = move |_: &mut Reactor<'_>| {
                let _counted = &counted;
                panic!("timer")
            };
            let id = if every {
                reactor.add_timer_every(Duration::ZERO, tick)
            } else {
                reactor.add_timer_once(Duration::ZERO, tick)
            };
            panics(&mut reactor, "timer");
            assert_eq!(live.get(), 2);
            assert!(!reactor.remove_timer(id));
        }

        // What is left works as before.
        wake_all(&pairs);
        reactor.run().unwrap();
        assert_eq!(calls.get(), 6);
        drop(reactor);
        assert_eq!(live.get(), 0);
        // The sockets were the owner's all the time: they close, and their context ends.
        drop(pairs);
        context.term().unwrap();
    });
}

#[test]
fn panic_closes_the_sockets_of_its_thread() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let inner = context.clone();
        let thread = std::thread::spawn(move || {
            let pairs = pairs(&inner, 2);
            let mut reactor = Reactor::new();
            for (near, _) in &pairs {
                reactor
                    .add_socket(near, POLLIN, |_, _, _| panic!("in a thread"))
                    .unwrap();
            }
            wake_all(&pairs);
            reactor.run().unwrap();
        });
        assert!(thread.join().is_err());
        // Would wait indefinitely for a socket that is still open.
        context.term().unwrap();
    });
}

#[test]
fn handler_that_removes_itself_is_dropped_after() {
    deadline(LONG, || {
        let live = Rc::new(Cell::new(0));
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        far.send("x", Flags::NONE).unwrap();
        let counted = Counted::new(&live);
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&near, POLLIN, move |reactor, near, _| {
                assert!(reactor.remove_socket(near));
                assert_eq!(counted.0.get(), 1, "its captures live as long as it runs");
                reactor.stop();
                Ok(())
            })
            .unwrap();
        reactor.run().unwrap();
        assert_eq!(live.get(), 0);
    });
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
fn removed_handler_may_panic_when_dropped() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let bomb = Bomb;
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&near, POLLIN, move |_, _, _| {
                let _bomb = &bomb;
                Err("removed".into())
            })
            .unwrap();
        let removed = catch_unwind(AssertUnwindSafe(|| reactor.remove_socket(&near)));
        assert_eq!(*removed.unwrap_err().downcast_ref::<&str>().unwrap(), "dropped");
        // Nothing of it is left, so the socket can be added again.
        assert!(!reactor.remove_socket(&near));
        reactor
            .add_socket(&near, POLLIN, |reactor, near, _| {
                near.recv(Flags::NONE)?;
                reactor.stop();
                Ok(())
            })
            .unwrap();
        far.send("x", Flags::NONE).unwrap();
        reactor.run().unwrap();
    });
}

/// What is in use of the process's descriptors, when all that libzmq closes on its own threads is closed.
#[cfg(target_os = "linux")]
#[test]
fn a_panic_leaks_no_descriptor() {
    crate::support::in_child("faults::a_panic_leaks_no_descriptor", LONG, || {
        let open_now = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let round = || {
            let context = Context::new().unwrap();
            let pairs = pairs(&context, 3);
            let (sender, receiver) = zmq4::channel().unwrap();
            let mut reactor = Reactor::new();
            let _stopper = reactor.stop_handle().unwrap();
            for (near, _) in &pairs {
                reactor.add_socket(near, POLLIN, |_, _, _| Ok(())).unwrap();
            }
            reactor.add_channel(receiver, 0, |_, ()| panic!("channel")).unwrap();
            reactor.add_timer_every(Duration::ZERO, |_| Ok(()));
            sender.send(()).unwrap();
            reactor.run().unwrap();
        };
        // The first round may open what stays.
        assert!(catch_unwind(round).is_err());
        let before = open_now();
        for _ in 0..20 {
            assert!(catch_unwind(round).is_err());
        }
        // libzmq may close the last of them a moment later.
        crate::support::eventually(LONG, || (open_now() <= before).then_some(()));
    });
}

/// Row A12 of the misuse list: libzmq's own timers crash when they are destroyed by one of theirs.
#[test]
fn timer_may_replace_its_own_reactor() {
    deadline(LONG, || {
        for every in [false, true] {
            let live = Rc::new(Cell::new(0));
            let mut reactor = Reactor::new();
            let counted = Counted::new(&live);
            let tick = move |reactor: &mut Reactor<'_>| {
                *reactor = Reactor::new();
                assert_eq!(counted.0.get(), 1, "it lives as long as it runs");
                reactor.stop();
                Ok(())
            };
            if every {
                reactor.add_timer_every(Duration::ZERO, tick);
            } else {
                reactor.add_timer_once(Duration::ZERO, tick);
            }
            reactor.add_timer_every(Duration::ZERO, |_| panic!("it is gone"));
            reactor.run().unwrap();
            assert_eq!(live.get(), 0);
        }
    });
}

/// Its items have the numbers of those that were ready.
#[test]
fn replaced_reactor_does_not_handle_earlier_events() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pairs, others) = (pairs(&context, 3), pairs(&context, 3));
        let mut other = Reactor::new();
        for (near, _) in &others {
            other
                .add_socket(near, POLLIN, |reactor, near, _| {
                    near.recv(zmq4::DONTWAIT)?;
                    reactor.stop();
                    Ok(())
                })
                .unwrap();
        }
        let mut other = Some(other);
        let mut reactor = Reactor::new();
        for (near, _) in &pairs {
            let mut other = other.take();
            reactor
                .add_socket(near, POLLIN, move |reactor, near, _| {
                    near.recv(Flags::NONE)?;
                    if let Some(other) = other.take() {
                        *reactor = other;
                        reactor.add_timer_once(Duration::from_millis(20), |reactor| {
                            reactor.stop();
                            Ok(())
                        });
                    }
                    Ok(())
                })
                .unwrap();
        }
        wake_all(&pairs);
        reactor.run().unwrap();
        // Each has the handler that it came with.
        wake_all(&others);
        for _ in 0..3 {
            reactor.run().unwrap();
        }
    });
}

#[test]
fn handler_may_replace_its_own_reactor() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 2);
        let mut reactor = Reactor::new();
        for (near, _) in &pairs {
            reactor
                .add_socket(near, POLLIN, |reactor, near, _| {
                    near.recv(Flags::NONE)?;
                    *reactor = Reactor::new();
                    reactor.add_timer_once(Duration::ZERO, |_| Err("of the new one".into()));
                    Ok(())
                })
                .unwrap();
        }
        wake_all(&pairs);
        assert_eq!(reactor.run().unwrap_err().to_string(), "of the new one");
        assert!(!reactor.remove_socket(&pairs[0].0));
    });
}

#[test]
fn reactor_moved_out_of_its_run_runs_again() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 2);
        let kept = Rc::new(RefCell::new(None));
        let kept_by_handler = Rc::clone(&kept);
        let calls = Rc::new(Cell::new(0));
        let mut reactor: Reactor<'_> = Reactor::new();
        reactor
            .add_socket(&pairs[0].0, POLLIN, move |reactor, near, _| {
                near.recv(Flags::NONE)?;
                let mut moved = std::mem::take(reactor);
                let error = moved.run().unwrap_err();
                assert!(error.to_string().contains("running already"), "{error}");
                *kept_by_handler.borrow_mut() = Some(moved);
                reactor.stop();
                Ok(())
            })
            .unwrap();
        let counted = Rc::clone(&calls);
        reactor
            .add_socket(&pairs[1].0, POLLIN, move |reactor, near, _| {
                near.recv(Flags::NONE)?;
                counted.set(counted.get() + 1);
                reactor.stop();
                Ok(())
            })
            .unwrap();
        wake_all(&pairs);
        reactor.run().unwrap();
        assert_eq!(calls.get(), 0, "it was moved out of the pass");
        let mut moved = kept.borrow_mut().take().unwrap();
        moved.run().unwrap();
        assert_eq!(calls.get(), 1);
        assert!(!moved.remove_socket(&pairs[0].0), "its handler is gone");
        assert!(moved.remove_socket(&pairs[1].0));
    });
}
