//! Monitors, sockets and contexts that end in every order, on one thread or on several.

use std::thread;

use zmq4::{Context, EVENT_ALL, Errno, Event, Flags, Monitor, Socket};

use crate::support::{LONG, bind_tcp, deadline, in_child};
use crate::{next, open, rest, wait_for};

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Two ends that talk, each with a monitor, in a context of their own. What is reported is not read.
struct Life {
    monitors: [Monitor; 2],
    sockets: [Socket; 2],
    context: Context,
}

impl Life {
    fn begin() -> Life {
        let context = Context::new().unwrap();
        let sockets = [open(&context, zmq4::PULL), open(&context, zmq4::PUSH)];
        let monitors = [0, 1].map(|index| sockets[index].monitor(EVENT_ALL).unwrap());
        sockets[1].connect(&bind_tcp(&sockets[0])).unwrap();
        sockets[1].send("through", Flags::NONE).unwrap();
        assert_eq!(sockets[0].recv(Flags::NONE).unwrap(), "through");
        // No one is there: an event every few milliseconds.
        sockets[1].connect("tcp://127.0.0.1:9").unwrap();
        Life {
            monitors,
            sockets,
            context,
        }
    }
}

/// What ends the context: terminating it waits for the sockets.
fn shutdown(context: &Context) {
    context.shutdown().unwrap();
}

#[test]
fn in_every_order_on_one_thread() {
    in_child("ending::in_every_order_on_one_thread", 4 * LONG, || {
        for order in ORDERS {
            for round in 0..10 {
                let Life {
                    monitors,
                    sockets,
                    context,
                } = Life::begin();
                let handle = context.clone();
                let mut monitors = Some(monitors);
                let mut sockets = Some(sockets);
                let mut context = Some(context);
                for what in order {
                    match what {
                        0 => drop(monitors.take()),
                        1 => drop(sockets.take()),
                        // Dropping one handle of several is nothing.
                        _ if round % 2 == 0 => drop(context.take()),
                        _ => shutdown(context.as_ref().unwrap()),
                    }
                }
                handle.term().unwrap();
            }
        }
    });
}

#[test]
fn drop_orders_that_end_the_context_succeed() {
    in_child("ending::drop_orders_that_end_the_context_succeed", 4 * LONG, || {
        for order in ORDERS {
            let Life {
                monitors,
                sockets,
                context,
            } = Life::begin();
            let (mut monitors, mut sockets, mut context) = (Some(monitors), Some(sockets), Some(context));
            for what in order {
                match what {
                    0 => drop(monitors.take()),
                    1 => drop(sockets.take()),
                    _ => drop(context.take()),
                }
            }
        }
    });
}

/// Each on a dedicated thread, which starts when the one before it has begun to end.
#[test]
fn in_every_order_on_three_threads() {
    in_child("ending::in_every_order_on_three_threads", 4 * LONG, || {
        for order in ORDERS {
            for _ in 0..10 {
                let Life {
                    monitors,
                    sockets,
                    context,
                } = Life::begin();
                let mut ends: [Option<Box<dyn FnOnce() + Send>>; 3] = [
                    Some(Box::new(move || drop(monitors))),
                    Some(Box::new(move || drop(sockets))),
                    Some(Box::new(move || context.term().unwrap())),
                ];
                let threads = order.map(|what| thread::spawn(ends[what].take().unwrap()));
                for thread in threads {
                    thread.join().unwrap();
                }
            }
        }
    });
}

#[test]
fn events_are_received_after_the_socket_closed() {
    deadline(LONG, || {
        let Life {
            monitors: [here, there],
            sockets,
            context: _context,
        } = Life::begin();
        drop(sockets);
        let told = rest(&here);
        assert!(told.starts_with(&[Event::LISTENING, Event::ACCEPTED]), "{told:?}");
        assert_eq!(told.last(), Some(&Event::MONITOR_STOPPED), "{told:?}");
        assert!(rest(&there).contains(&Event::CONNECTED));
        for monitor in [here, there] {
            assert_eq!(monitor.recv(Flags::NONE).unwrap_err(), Errno::ENOTCONN);
        }
    });
}

#[test]
fn a_wait_ends_with_the_socket_and_with_the_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for by_context in [false, true] {
            let server = open(&context, zmq4::PULL);
            for events in [Event::empty(), EVENT_ALL] {
                let monitor = server.monitor(events).unwrap();
                drop(monitor);
            }
            let quiet = server.monitor(Event::empty()).unwrap();
            let waits = thread::spawn(move || (quiet.recv(Flags::NONE).unwrap_err(), quiet.count()));
            if by_context {
                context.shutdown().unwrap();
            } else {
                drop(server);
            }
            let (error, more) = waits.join().unwrap();
            let expected = if by_context { Errno::ETERM } else { Errno::ENOTCONN };
            assert_eq!(error, expected);
            assert_eq!(more, 0);
        }
    });
}

/// The socket goes on as if nothing had been there.
#[test]
fn monitor_dropped_on_another_thread_is_survived() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let endpoint = bind_tcp(&server);
        client.connect(&endpoint).unwrap();
        let (monitors, dropped) = std::sync::mpsc::channel::<Monitor>();
        let dropper = thread::spawn(move || dropped.into_iter().count());
        for round in 0..200 {
            monitors.send(server.monitor(EVENT_ALL).unwrap()).unwrap();
            monitors.send(client.monitor(EVENT_ALL).unwrap()).unwrap();
            client.disconnect(&endpoint).unwrap();
            client.connect(&endpoint).unwrap();
            client.send(round.to_string(), Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), *round.to_string());
        }
        drop(monitors);
        assert_eq!(dropper.join().unwrap(), 400);
    });
}

#[test]
fn a_second_monitor_replaces_the_first() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let first = server.monitor(EVENT_ALL).unwrap();
        let second = server.monitor(EVENT_ALL).unwrap();
        assert_eq!(rest(&first), [Event::MONITOR_STOPPED]);
        // Neither of these may end the second one.
        first.stop();
        drop(first);
        bind_tcp(&server);
        assert_eq!(next(&second).event, Event::LISTENING);
        second.stop();
        assert_eq!(rest(&second), [Event::MONITOR_STOPPED]);
        bind_tcp(&server);
        let third = server.monitor(EVENT_ALL).unwrap();
        drop(second);
        bind_tcp(&server);
        assert_eq!(next(&third).event, Event::LISTENING);
    });
}

#[test]
fn a_monitor_ends_when_its_socket_is_given_away() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        let (ptr, handle) = server.into_raw();
        assert_eq!(rest(&monitor), [Event::MONITOR_STOPPED]);
        // SAFETY: the pointer came from `into_raw` just now.
        let server = unsafe { Socket::from_raw(std::ptr::NonNull::new(ptr).unwrap(), handle) };
        let again = server.monitor(EVENT_ALL).unwrap();
        drop(monitor);
        bind_tcp(&server);
        assert_eq!(next(&again).event, Event::LISTENING);
    });
}

#[test]
fn a_reader_that_is_given_away_no_longer_reads() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, reader) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR));
        let name = crate::support::inproc_name();
        server.monitor_at(&name, EVENT_ALL).unwrap();
        reader.connect(&name).unwrap();
        let (ptr, _handle) = reader.into_raw();
        // SAFETY: the pointer came from `into_raw` just now, and this is the one place that closes it.
        unsafe { zmq4::zmq_sys::zmq_close(ptr) };
        let client = open(&context, zmq4::PUSH);
        client.connect(&bind_tcp(&server)).unwrap();
        client.send("through", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
    });
}

#[test]
fn a_monitor_of_the_default_context() {
    deadline(LONG, || {
        let server = Socket::new(zmq4::PULL).unwrap();
        let monitor = server.monitor(EVENT_ALL).unwrap();
        bind_tcp(&server);
        assert_eq!(
            wait_for(&monitor, Event::LISTENING).endpoint,
            server.last_endpoint().unwrap()
        );
    });
}
