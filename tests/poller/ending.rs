//! Contexts that end, before a poll or during it.

use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, POLLIN, PollItem, Poller, SocketType, State};

use crate::support::{LONG, deadline, in_child};
use crate::{NOW, open};

#[test]
fn sockets_of_an_ended_context_are_an_error() {
    deadline(LONG, || {
        let (ended, other) = (Context::new().unwrap(), Context::new().unwrap());
        let (a, b) = (open(&ended, zmq4::PULL), open(&other, zmq4::PULL));
        let mut poller = Poller::new();
        poller.add(&a, POLLIN).unwrap();
        let id = poller.add(&b, POLLIN).unwrap();
        ended.shutdown().unwrap();
        for timeout in [None, Some(Duration::ZERO), Some(LONG)] {
            let error = poller.poll(timeout).unwrap_err();
            assert_eq!(error.to_string(), "zmq_poll: Context was terminated (ETERM)");
            assert_eq!(poller.poll_all(timeout).unwrap_err(), Errno::ETERM);
            assert_eq!(a.poll(POLLIN, timeout).unwrap_err(), Errno::ETERM);
            let mut items = [PollItem::new(&b, POLLIN), PollItem::new(&a, POLLIN)];
            assert_eq!(zmq4::poll(&mut items, timeout).unwrap_err(), Errno::ETERM);
        }
        // The poller itself goes on.
        poller.remove_by_socket(&a).unwrap();
        assert!(poller.contains(id));
        assert!(poller.poll(Some(Duration::ZERO)).unwrap().is_empty());
        drop(poller);
        drop(a);
        ended.term().unwrap();
    });
}

#[test]
fn the_end_of_a_context_ends_the_wait() {
    for way in 0..4 {
        for timeout in [None, Some(LONG)] {
            deadline(LONG, move || {
                let (context, other) = (Context::new().unwrap(), Context::new().unwrap());
                let (a, b) = (open(&other, zmq4::PULL), open(&context, zmq4::PULL));
                let stop = context.clone();
                let stopper = thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    stop.shutdown().unwrap();
                });
                let mut poller = Poller::new();
                poller.add(&b, POLLIN).unwrap();
                let error = match way {
                    0 => poller.poll(timeout).unwrap_err(),
                    1 => {
                        poller.add(&a, POLLIN).unwrap();
                        poller.poll(timeout).unwrap_err()
                    }
                    2 => b.poll(POLLIN, timeout).unwrap_err(),
                    _ => {
                        let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&b, POLLIN)];
                        zmq4::poll(&mut items, timeout).unwrap_err()
                    }
                };
                assert_eq!(error, Errno::ETERM);
                stopper.join().unwrap();
            });
        }
    }
}

/// libzmq does not watch a socket that is asked nothing; whoever ends its context would wait for a poll that never ends.
#[test]
fn context_end_ends_a_wait_without_events() {
    for way in 0..5 {
        for timeout in [None, Some(LONG)] {
            // Alone it is an error at once.
            if timeout.is_none() && way < 2 {
                continue;
            }
            deadline(2 * LONG, move || {
                let (context, other) = (Context::new().unwrap(), Context::new().unwrap());
                let (a, b) = (open(&other, zmq4::PULL), open(&context, zmq4::PULL));
                let stop = context.clone();
                let stopper = thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    stop.shutdown().unwrap();
                });
                let mut poller = Poller::new();
                let start = Instant::now();
                let error = match way {
                    0 => b.poll(State::empty(), timeout).unwrap_err(),
                    1 => {
                        poller.add(&b, State::empty()).unwrap();
                        poller.poll(timeout).unwrap_err()
                    }
                    2 => {
                        poller.add(&b, State::empty()).unwrap();
                        poller.add(&a, POLLIN).unwrap();
                        poller.poll(timeout).unwrap_err()
                    }
                    3 => {
                        let id = poller.add(&b, POLLIN).unwrap();
                        poller.add(&a, POLLIN).unwrap();
                        assert_eq!(poller.update(id, State::empty()).unwrap(), POLLIN);
                        poller.poll(timeout).unwrap_err()
                    }
                    _ => {
                        let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&b, State::empty())];
                        zmq4::poll(&mut items, timeout).unwrap_err()
                    }
                };
                assert_eq!(error, Errno::ETERM, "way {way}");
                assert!(start.elapsed() < LONG, "way {way}: it waited for its timeout");
                stopper.join().unwrap();
            });
        }
    }
}

/// libzmq aborts there: with a thread-safe socket it polls in another way, which takes it that the others live.
#[test]
fn ended_context_beside_a_thread_safe_socket_fails() {
    if !zmq4::has("draft") {
        return;
    }
    in_child("ending::ended_context_beside_a_thread_safe_socket_fails", LONG, || {
        const SERVER: SocketType = SocketType::from_raw(12);
        const DGRAM: SocketType = SocketType::from_raw(18);
        for ty in [zmq4::PULL, DGRAM, SERVER] {
            let (ended, other) = (Context::new().unwrap(), Context::new().unwrap());
            let (a, server) = (open(&ended, ty), open(&other, SERVER));
            let mut poller = Poller::new();
            poller.add(&server, POLLIN).unwrap();
            poller.add(&a, POLLIN).unwrap();
            assert!(poller.poll(NOW).unwrap().is_empty());
            ended.shutdown().unwrap();
            for timeout in [None, NOW, Some(LONG)] {
                assert_eq!(poller.poll(timeout).unwrap_err(), Errno::ETERM, "{ty}");
                let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&server, State::empty())];
                assert_eq!(zmq4::poll(&mut items, timeout).unwrap_err(), Errno::ETERM, "{ty}");
            }
        }
    });
}
