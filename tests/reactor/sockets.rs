//! Handlers of sockets: what they get, and what they may change.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use zmq4::{Context, Errno, Flags, POLLIN, POLLOUT, Reactor, State};

use crate::support::{LONG, bind_tcp, deadline};
use crate::{open, pair, pairs, wake_all};

#[test]
fn handler_gets_reactor_socket_and_events() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::REP);
        let endpoint = bind_tcp(&server);
        let client = open(&context, zmq4::REQ);
        client.connect(&endpoint).unwrap();
        client.send("0", Flags::NONE).unwrap();
        let mut rounds = 0;
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&server, POLLIN, |_, soc, events| {
                assert!(std::ptr::eq(soc, &server));
                assert_eq!(events, POLLIN);
                let request = soc.recv(Flags::NONE)?;
                soc.send(request, Flags::NONE)?;
                Ok(())
            })
            .unwrap();
        reactor
            .add_socket(&client, POLLIN, |reactor, soc, events| {
                assert_eq!(events, POLLIN);
                assert_eq!(soc.recv(Flags::NONE)?, rounds.to_string().as_str());
                rounds += 1;
                if rounds == 100 {
                    reactor.stop();
                    return Ok(());
                }
                soc.send(rounds.to_string(), Flags::NONE)?;
                Ok(())
            })
            .unwrap();
        reactor.run().unwrap();
        drop(reactor);
        assert_eq!(rounds, 100);
    });
}

#[test]
fn socket_added_again_moves_to_the_end() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 2);
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        for (index, (near, _)) in pairs.iter().enumerate() {
            reactor.add_socket(near, POLLIN, |_, _, _| panic!("replaced")).unwrap();
            let calls = &calls;
            reactor
                .add_socket(near, POLLIN, move |reactor, near, _| {
                    near.recv(Flags::NONE)?;
                    calls.borrow_mut().push(index);
                    if index == 1 {
                        reactor.stop();
                    }
                    Ok(())
                })
                .unwrap();
        }
        wake_all(&pairs);
        reactor.run().unwrap();
        assert_eq!(calls.take(), [0, 1]);
        let calls = &calls;
        reactor
            .add_socket(&pairs[0].0, POLLIN, move |reactor, near, _| {
                near.recv(Flags::NONE)?;
                calls.borrow_mut().push(7);
                reactor.stop();
                Ok(())
            })
            .unwrap();
        // The second, which is first now, ends the run before the first has its turn.
        wake_all(&pairs);
        reactor.run().unwrap();
        reactor.run().unwrap();
        assert_eq!(calls.take(), [1, 7]);
    });
}

#[test]
fn handler_is_called_for_the_updated_events() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let seen = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&near, POLLIN, |reactor, near, events| {
                seen.borrow_mut().push(events);
                if events == POLLIN {
                    near.recv(Flags::NONE)?;
                    assert_eq!(reactor.update_socket(near, POLLOUT)?, POLLIN);
                } else {
                    assert_eq!(reactor.update_socket(near, State::empty())?, POLLOUT);
                    reactor.add_timer_once(Duration::from_millis(20), |reactor| {
                        reactor.stop();
                        Ok(())
                    });
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(reactor.update_socket(&far, POLLIN).unwrap_err(), Errno::ENOENT);
        far.send("x", Flags::NONE).unwrap();
        far.send("y", Flags::NONE).unwrap();
        reactor.run().unwrap();
        assert_eq!(seen.take(), [POLLIN, POLLOUT]);
    });
}

#[test]
fn update_within_a_pass_drops_the_former_events() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 2);
        let (first, second) = (&pairs[0].0, &pairs[1].0);
        let late = Cell::new(false);
        let mut reactor = Reactor::new();
        reactor
            .add_socket(first, POLLIN, |reactor, first, _| {
                first.recv(Flags::NONE)?;
                reactor.update_socket(second, State::empty())?;
                reactor.add_timer_once(Duration::from_millis(20), |reactor| {
                    late.set(true);
                    reactor.update_socket(second, POLLIN)?;
                    Ok(())
                });
                Ok(())
            })
            .unwrap();
        reactor
            .add_socket(second, POLLIN, |reactor, _, _| {
                assert!(late.get());
                reactor.stop();
                Ok(())
            })
            .unwrap();
        wake_all(&pairs);
        reactor.run().unwrap();
    });
}

#[test]
fn removing_what_is_not_there_does_nothing() {
    let context = Context::new().unwrap();
    let (near, far) = pair(&context);
    let mut reactor = Reactor::new();
    assert!(!reactor.remove_socket(&near));
    reactor.add_socket(&near, POLLIN, |_, _, _| Ok(())).unwrap();
    assert!(!reactor.remove_socket(&far));
    assert!(reactor.remove_socket(&near));
    assert!(!reactor.remove_socket(&near));
}

#[test]
fn a_handler_may_remove_itself_and_be_added_again() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let calls = Cell::new(0);
        let mut reactor = Reactor::new();
        let calls = &calls;
        reactor
            .add_socket(&near, POLLIN, move |reactor, near, _| {
                near.recv(Flags::NONE)?;
                assert!(reactor.remove_socket(near));
                reactor.add_socket(near, POLLIN, move |reactor, near, _| {
                    near.recv(Flags::NONE)?;
                    calls.set(calls.get() + 1);
                    reactor.stop();
                    Ok(())
                })?;
                // The second message waits for the next pass, and for the other handler.
                assert_eq!(calls.get(), 0);
                Ok(())
            })
            .unwrap();
        far.send("1", Flags::NONE).unwrap();
        far.send("2", Flags::NONE).unwrap();
        reactor.run().unwrap();
        assert_eq!(calls.get(), 1);
    });
}

#[test]
fn handler_may_remove_itself_and_all_others() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 5);
        for remover in 0..pairs.len() {
            let calls = RefCell::new(Vec::new());
            let mut reactor = Reactor::new();
            for (index, (near, _)) in pairs.iter().enumerate() {
                let (calls, pairs) = (&calls, &pairs);
                reactor
                    .add_socket(near, POLLIN, move |reactor, near, _| {
                        near.recv(Flags::NONE)?;
                        calls.borrow_mut().push(index);
                        if index == remover {
                            // Itself included.
                            assert!(pairs.iter().all(|(near, _)| reactor.remove_socket(near)));
                            reactor.stop();
                        }
                        Ok(())
                    })
                    .unwrap();
            }
            wake_all(&pairs);
            reactor.run().unwrap();
            assert_eq!(calls.take(), (0..=remover).collect::<Vec<_>>());
            assert_eq!(reactor.run().unwrap_err().to_string(), NOTHING);
            for (near, _) in &pairs[remover + 1..] {
                near.recv(Flags::NONE).unwrap();
            }
        }
    });
}

const NOTHING: &str = "reactor: no sockets to poll, no channels to read (EINVAL)";

#[test]
fn nothing_to_wait_for_is_an_error() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, _far) = pair(&context);
        let mut reactor = Reactor::new();
        assert_eq!(reactor.run().unwrap_err().to_string(), NOTHING);
        // Also when the last thing goes.
        reactor.add_timer_once(Duration::ZERO, |_| Ok(()));
        assert_eq!(reactor.run().unwrap_err().to_string(), NOTHING);
        // And when nothing that is there could ever wake it.
        reactor.add_socket(&near, State::empty(), |_, _, _| Ok(())).unwrap();
        let error = reactor.run().unwrap_err();
        assert_eq!(error.downcast_ref::<zmq4::Error>().unwrap().errno(), Errno::EINVAL);
    });
}

#[test]
fn a_reactor_cannot_run_within_itself() {
    deadline(LONG, || {
        let mut reactor = Reactor::new();
        reactor.add_timer_once(Duration::ZERO, |reactor| {
            let error = reactor.run().unwrap_err();
            assert_eq!(error.downcast_ref::<zmq4::Error>().unwrap().errno(), Errno::EFSM);
            reactor.stop();
            Ok(())
        });
        reactor.run().unwrap();
    });
}
