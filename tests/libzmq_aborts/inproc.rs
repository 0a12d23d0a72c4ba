//! Inproc names that are waited for, bound, and given up, in every order.

use std::time::Duration;

use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Socket, SocketType};

use crate::support::{LONG, bind_tcp, deadline, eventually, in_child, inproc_name};
use crate::{STABLE, open_timed};

/// Those that libzmq gives the routing id of who binds, and aborts where it cannot.
const ROUTED: [SocketType; 2] = [zmq4::ROUTER, zmq4::REP];

fn inproc_types() -> impl Iterator<Item = SocketType> {
    STABLE.into_iter().filter(|ty| *ty != zmq4::STREAM)
}

#[test]
fn two_that_wait_for_a_name_outlive_its_end() {
    in_child("inproc::two_that_wait_for_a_name_outlive_its_end", LONG, || {
        for first in inproc_types() {
            for second in ROUTED {
                for by in ["shutdown", "term", "drop"] {
                    let (context, name) = (Context::new().unwrap(), inproc_name());
                    let (a, b) = (open_timed(&context, first), open_timed(&context, second));
                    a.connect(&name).unwrap();
                    b.connect(&name).unwrap();
                    match by {
                        "shutdown" => {
                            context.shutdown().unwrap();
                            assert_eq!(b.recv(DONTWAIT).unwrap_err(), Errno::ETERM);
                        }
                        "term" => {
                            drop((a, b));
                            context.term().unwrap();
                        }
                        _ => {}
                    }
                }
            }
        }
    });
}

#[test]
fn a_router_that_left_a_name_is_no_peer() {
    in_child("inproc::a_router_that_left_a_name_is_no_peer", LONG, || {
        for ty in ROUTED {
            for detach in [Socket::disconnect, Socket::unbind] {
                for binder in inproc_types() {
                    let (context, name) = (Context::new().unwrap(), inproc_name());
                    let left = open_timed(&context, ty);
                    left.connect(&name).unwrap();
                    left.connect(&name).unwrap();
                    detach(&left, &name).unwrap();
                    assert_eq!(detach(&left, &name).unwrap_err(), Errno::ENOENT);
                    // It processes what it has told itself.
                    assert_eq!(left.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
                    let binder = open_timed(&context, binder);
                    binder.bind(&name).unwrap();
                    assert!(binder.send("to no peer", DONTWAIT).is_err() || binder.socket_type() != zmq4::PUSH);
                    context.shutdown().unwrap();
                }
            }
        }
    });
}

#[test]
fn a_router_leaves_others_waiting_by_closing() {
    in_child("inproc::a_router_leaves_others_waiting_by_closing", LONG, || {
        for ty in ROUTED {
            let (context, name) = (Context::new().unwrap(), inproc_name());
            let (leaves, stays) = (open_timed(&context, ty), open_timed(&context, zmq4::PULL));
            leaves.connect(&name).unwrap();
            stays.connect(&name).unwrap();
            if zmq4::has("repaired") {
                leaves.disconnect(&name).unwrap();
            } else {
                for error in [leaves.disconnect(&name).unwrap_err(), leaves.unbind(&name).unwrap_err()] {
                    assert_eq!(error, Errno::EBUSY, "{error}");
                    assert!(error.to_string().contains("close the socket instead"), "{error}");
                }
                drop(leaves);
            }
            let push = open_timed(&context, zmq4::PUSH);
            push.bind(&name).unwrap();
            push.send("through", Flags::NONE).unwrap();
            push.send("through", Flags::NONE).unwrap();
            assert_eq!(stays.recv(Flags::NONE).unwrap(), "through");
        }
    });
}

#[test]
fn a_pair_does_not_bind_where_a_router_waits() {
    in_child("inproc::a_pair_does_not_bind_where_a_router_waits", LONG, || {
        for ty in ROUTED {
            let (context, name) = (Context::new().unwrap(), inproc_name());
            let (waits, pair) = (open_timed(&context, ty), open_timed(&context, zmq4::PAIR));
            waits.connect(&name).unwrap();
            if zmq4::has("repaired") {
                // The PAIR takes it for its peer, whatever they make of each other.
                pair.bind(&name).unwrap();
                pair.send("to a peer", Flags::NONE).unwrap();
                continue;
            }
            let error = pair.bind(&name).unwrap_err();
            assert_eq!(error, Errno::ENOCOMPATPROTO, "{error}");
            assert!(error.to_string().contains("a PAIR cannot be its peer"), "{error}");
            let error = open_timed(&context, zmq4::PULL)
                .monitor_at(&name, EVENT_ALL)
                .unwrap_err();
            assert_eq!(error, Errno::EADDRINUSE, "{error}");
            let req = open_timed(&context, zmq4::REQ);
            req.bind(&name).unwrap();
            req.send("asked", Flags::NONE).unwrap();
            let request = waits.recv_message(Flags::NONE).unwrap();
            assert_eq!(request[request.len() - 1], "asked");
        }
    });
}

/// libzmq aborts where the message for a new peer cannot be written.
#[test]
fn a_welcome_is_not_for_those_who_left() {
    in_child("inproc::a_welcome_is_not_for_those_who_left", LONG, || {
        let context = Context::new().unwrap();
        let (alone, name) = (context.socket(zmq4::XSUB).unwrap(), inproc_name());
        alone.connect(&name).unwrap();
        drop(alone);
        let greets = || {
            let publisher = open_timed(&context, zmq4::XPUB);
            publisher.set_xpub_welcome_msg("welcome").unwrap();
            publisher
        };
        let publisher = greets();
        publisher.bind(&name).unwrap();

        let name = inproc_name();
        let (left, stays) = (open_timed(&context, zmq4::SUB), open_timed(&context, zmq4::SUB));
        stays.subscribe("welcome").unwrap();
        left.connect(&name).unwrap();
        stays.connect(&name).unwrap();
        drop(left);
        let publisher = greets();
        if zmq4::has("repaired") {
            publisher.bind(&name).unwrap();
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\u{1}welcome");
            assert_eq!(stays.recv(Flags::NONE).unwrap(), "welcome");
        } else {
            let error = publisher.bind(&name).unwrap_err();
            assert_eq!(error, Errno::EADDRINUSE, "{error}");
            assert!(error.to_string().contains("is gone"), "{error}");
            publisher.set_xpub_welcome_msg("").unwrap();
            publisher.bind(&name).unwrap();
        }

        // A PAIR that has a peer gives each other connection up by itself.
        let (pair, name) = (open_timed(&context, zmq4::PAIR), inproc_name());
        pair.connect(&inproc_name()).unwrap();
        pair.connect(&name).unwrap();
        assert_eq!(pair.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        let bound = greets().bind(&name);
        if zmq4::has("repaired") {
            bound.unwrap();
        } else {
            assert_eq!(bound.unwrap_err(), Errno::EADDRINUSE);
        }
    });
}

#[test]
fn unbind_and_disconnect_are_one_call() {
    deadline(LONG, || {
        for detach in [Socket::disconnect, Socket::unbind] {
            let context = Context::new().unwrap();
            let (a, name) = (open_timed(&context, zmq4::PUSH), inproc_name());
            a.bind(&name).unwrap();
            detach(&a, &name).unwrap();
            // It is not bound any more, and known not to be.
            let conflating = open_timed(&context, zmq4::PULL);
            conflating.set_conflate(true).unwrap();
            let connected = conflating.connect(&name);
            if zmq4::has("repaired") {
                connected.unwrap();
                detach(&conflating, &name).unwrap();
            } else {
                assert_eq!(connected.unwrap_err(), Errno::EINVAL);
            }
            let b = open_timed(&context, zmq4::PUSH);
            b.bind(&name).unwrap();
            conflating.connect(&name).unwrap();
            detach(&b, &name).unwrap();

            // Bound and connected at once: first the one, then the other.
            let (both, name) = (open_timed(&context, zmq4::DEALER), inproc_name());
            both.bind(&name).unwrap();
            both.connect(&name).unwrap();
            detach(&both, &name).unwrap();
            a.bind(&name).unwrap();
            detach(&both, &name).unwrap();
            assert_eq!(detach(&both, &name).unwrap_err(), Errno::ENOENT);
            assert_eq!(conflating.disconnect(&name).unwrap_err(), Errno::ENOENT);
        }
    });
}

/// What the record gets wrong fills the context before long.
#[test]
fn names_that_are_given_up_keep_no_places() {
    in_child("inproc::names_that_are_given_up_keep_no_places", 2 * LONG, || {
        for detach in [Socket::disconnect, Socket::unbind] {
            let context = Context::new().unwrap();
            context.set_max_sockets(2).unwrap();
            let binder = open_timed(&context, zmq4::PUSH);
            for _ in 0..20 {
                let name = inproc_name();
                binder.bind(&name).unwrap();
                detach(&binder, &name).unwrap();
                let waits = context.socket(zmq4::PULL).unwrap();
                waits.connect(&name).unwrap();
            }
            drop(binder);
            context.term().unwrap();
        }
    });
}

#[test]
fn a_name_is_free_at_once() {
    deadline(LONG, || {
        let (context, name) = (Context::new().unwrap(), inproc_name());
        for round in 0..300 {
            let socket = open_timed(&context, zmq4::PULL);
            socket.bind(&name).unwrap();
            match round % 3 {
                0 => socket.unbind(&name).unwrap(),
                1 => socket.close().unwrap(),
                _ => {
                    drop(socket);
                    // The helper that settles a name frees it as well.
                    let waits = open_timed(&context, zmq4::REQ);
                    waits.connect(&name).unwrap();
                }
            }
        }
    });
}

#[test]
fn a_client_that_waits_in_vain_keeps_no_place() {
    in_child("inproc::a_client_that_waits_in_vain_keeps_no_place", 2 * LONG, || {
        for ty in inproc_types() {
            for disconnects in [false, true] {
                let context = Context::new().unwrap();
                context.set_max_sockets(2).unwrap();
                let _other = open_timed(&context, zmq4::PAIR);
                let name = inproc_name();
                for _ in 0..30 {
                    let client = open_timed(&context, ty);
                    client.connect(&name).unwrap();
                    client.connect(&name).unwrap();
                    let _ = client.send("are you there?", DONTWAIT);
                    if disconnects {
                        client.disconnect(&name).unwrap();
                    }
                }
            }
        }
    });
}

#[test]
fn messages_sent_are_kept_within_the_linger() {
    in_child("inproc::messages_sent_are_kept_within_the_linger", LONG, || {
        for by_disconnect in [false, true] {
            let context = Context::new().unwrap();
            let name = inproc_name();
            for (linger, text) in [(Some(Duration::ZERO), "dropped"), (None, "kept")] {
                let push = open_timed(&context, zmq4::PUSH);
                push.set_linger(linger).unwrap();
                push.connect(&name).unwrap();
                push.send(text, Flags::NONE).unwrap();
                if by_disconnect {
                    push.disconnect(&name).unwrap();
                }
            }
            let pull = open_timed(&context, zmq4::PULL);
            pull.bind(&name).unwrap();
            assert_eq!(pull.recv(Flags::NONE).unwrap(), "kept");
            assert_eq!(pull.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        }
    });
}

/// The far end of its connection has ended by then, in the thread that left. Another thread would end it later, while a binder uses it:
/// libzmq aborts then, and what was sent before is lost.
#[test]
fn socket_that_left_a_name_is_no_peer() {
    in_child("inproc::socket_that_left_a_name_is_no_peer", LONG, || {
        for closes in [false, true] {
            for round in 0..200 {
                let (context, name) = (Context::new().unwrap(), inproc_name());
                let (left, binder) = (
                    context.socket(zmq4::DEALER).unwrap(),
                    context.socket(zmq4::PUSH).unwrap(),
                );
                // Otherwise the name is bound for a moment.
                left.set_linger(None).unwrap();
                left.connect(&name).unwrap();
                let left = if closes {
                    left.close().unwrap();
                    None
                } else {
                    left.disconnect(&name).unwrap();
                    Some(left)
                };
                binder.bind(&name).unwrap();
                let sent = binder.send("to no peer", DONTWAIT).map_err(|error| error.errno());
                assert_eq!(sent, Err(Errno::EAGAIN), "closed: {closes}, round {round}");
                drop((left, binder));
                context.term().unwrap();
            }
        }
    });
}

#[test]
fn a_place_comes_back_after_the_linger() {
    in_child("inproc::a_place_comes_back_after_the_linger", LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(1).unwrap();
        let sends = |linger| {
            let push = context.socket(zmq4::PUSH).unwrap();
            push.set_linger(linger).unwrap();
            push.connect("inproc://never bound").unwrap();
            push.send("lost", Flags::NONE).unwrap();
        };
        sends(Some(Duration::from_millis(20)));
        eventually(LONG, || context.socket(zmq4::PUSH).ok());
        sends(None);
        let error = context.socket(zmq4::PUSH).unwrap_err();
        assert_eq!(error, Errno::EMFILE);
        assert!(error.to_string().contains("1 of which are closed and kept"), "{error}");
    });
}

/// Whoever waits with others keeps its place until the last of them leaves.
#[test]
fn the_last_that_waits_gives_all_places_back() {
    in_child("inproc::the_last_that_waits_gives_all_places_back", LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(3).unwrap();
        for ty in inproc_types() {
            let name = inproc_name();
            let all: Vec<_> = (0..3).map(|_| open_timed(&context, ty)).collect();
            all.iter().for_each(|socket| socket.connect(&name).unwrap());
            let mut all = all.into_iter();
            let last = all.next().unwrap();
            all.for_each(drop);
            assert_eq!(context.socket(ty).unwrap_err(), Errno::EMFILE);
            drop(last);
        }
    });
}

#[test]
fn a_monitors_reader_may_unbind() {
    in_child("inproc::a_monitors_reader_may_unbind", LONG, || {
        for drops in [false, true] {
            let context = Context::new().unwrap();
            let server = open_timed(&context, zmq4::PULL);
            let monitor = server.monitor(EVENT_ALL).unwrap();
            let endpoint = monitor.socket().last_endpoint().unwrap();
            monitor.socket().unbind(&endpoint).unwrap();
            if drops {
                drop(monitor);
            }
            bind_tcp(&server);
            let again = server.monitor(EVENT_ALL).unwrap();
            bind_tcp(&server);
            assert_eq!(again.recv(Flags::NONE).unwrap().event, Event::LISTENING);
        }
    });
}

/// Places come back on a thread of libzmq's own: opening waits for them.
#[test]
fn sockets_one_at_a_time_never_run_out() {
    in_child("inproc::sockets_one_at_a_time_never_run_out", LONG, || {
        let (here, there) = (Context::new().unwrap(), Context::new().unwrap());
        here.set_max_sockets(1).unwrap();
        let endpoint = bind_tcp(&open_timed(&there, zmq4::PULL));
        for _ in 0..500 {
            let client = open_timed(&here, zmq4::PUSH);
            client.connect(&endpoint).unwrap();
        }
    });
}
