//! C12 and C5: the two sockets of a monitor are counted, and given back.

use std::ffi::c_void;
use std::iter;
use std::thread;
use std::time::Duration;

use zmq4::{Context, EVENT_ALL, Errno, Event, Flags, zmq_sys};

use crate::support::{LONG, bind_tcp, deadline, eventually, in_child, inproc_name};
use crate::{next, open};

#[test]
fn a_monitor_takes_two_places() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(3).unwrap();
        let server = open(&context, zmq4::PULL);
        for _ in 0..20 {
            let monitor = eventually(LONG, || server.monitor(EVENT_ALL).ok());
            assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EMFILE);
            drop(monitor);
            let others: Vec<_> = (0..2)
                .map(|_| eventually(LONG, || context.socket(zmq4::PAIR).ok()))
                .collect();
            assert_eq!(server.monitor(EVENT_ALL).unwrap_err(), Errno::EMFILE);
            drop(others);
        }
    });
}

#[test]
fn monitor_with_a_single_free_slot_is_refused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(2).unwrap();
        let server = open(&context, zmq4::PULL);
        let error = server.monitor(EVENT_ALL).unwrap_err();
        assert_eq!(error, Errno::EMFILE);
        assert!(error.to_string().contains("its maximum of 2 sockets"), "{error}");
        // Nothing of it is left.
        let endpoint = bind_tcp(&server);
        let client = eventually(LONG, || context.socket(zmq4::PUSH).ok());
        client.connect(&endpoint).unwrap();
        client.send("through", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
    });
}

#[test]
fn places_are_given_back() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(20).unwrap();
        for round in 0..300 {
            let server = eventually(LONG, || context.socket(zmq4::PULL).ok());
            let (reader, name) = (eventually(LONG, || context.socket(zmq4::PAIR).ok()), inproc_name());
            reader.connect(&name).unwrap();
            eventually(LONG, || server.monitor_at(&name, EVENT_ALL).ok());
            bind_tcp(&server);
            assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
            if round % 2 == 0 {
                drop(reader);
            }
            let monitor = eventually(LONG, || server.monitor(EVENT_ALL).ok());
            bind_tcp(&server);
            assert_eq!(next(&monitor).event, Event::LISTENING);
            match round % 3 {
                0 => drop((monitor, server)),
                1 => drop((server, monitor)),
                _ => {
                    monitor.stop();
                    drop(server);
                }
            }
        }
        let all: Vec<_> = (0..20)
            .map(|_| eventually(LONG, || context.socket(zmq4::PULL).ok()))
            .collect();
        assert_eq!(all.len(), 20);
    });
}

/// C5: libzmq aborts where it has no place left for a name that is not bound.
#[test]
fn a_full_context_ends_with_names_that_nobody_bound() {
    in_child(
        "places::a_full_context_ends_with_names_that_nobody_bound",
        2 * LONG,
        || {
            for count in [1, 2, 5] {
                for monitors_first in [true, false] {
                    let context = Context::new().unwrap();
                    context.set_max_sockets(3 * count).unwrap();
                    let sockets: Vec<_> = (0..count).map(|_| open(&context, zmq4::DEALER)).collect();
                    let monitors: Vec<_> = sockets
                        .iter()
                        .map(|socket| socket.monitor(EVENT_ALL).unwrap())
                        .collect();
                    assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EMFILE);
                    for socket in &sockets {
                        socket.connect(&inproc_name()).unwrap();
                        socket.connect("inproc://nobody").unwrap();
                    }
                    if monitors_first {
                        drop((monitors, sockets));
                    } else {
                        drop((sockets, monitors));
                    }
                    context.term().unwrap();
                }
            }
        },
    );
}

/// Whoever ends an unread monitor must read it, and in a full context there is one place for that.
#[test]
fn full_context_releases_unread_monitors() {
    in_child("places::full_context_releases_unread_monitors", 2 * LONG, || {
        const COUNT: u32 = 20;
        for at_once in [false, true] {
            let context = Context::new().unwrap();
            context.set_max_sockets(2 * COUNT).unwrap();
            let sockets: Vec<_> = (0..COUNT).map(|_| open(&context, zmq4::PULL)).collect();
            for socket in &sockets {
                socket.monitor_at(&inproc_name(), EVENT_ALL).unwrap();
            }
            assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EMFILE);
            if at_once {
                let ends = sockets.into_iter().map(|socket| std::thread::spawn(|| drop(socket)));
                let ends: Vec<_> = ends.collect();
                ends.into_iter().for_each(|end| end.join().unwrap());
            } else {
                sockets.into_iter().for_each(drop);
            }
            context.term().unwrap();
        }
    });
}

/// While it waits for that place, another socket connects to the monitor and becomes its peer. libzmq would reject the temporary
/// reader then, and once the other one is gone, the thread that ends the monitor would wait indefinitely.
#[test]
fn peer_of_a_monitor_that_waits_is_its_reader() {
    in_child("places::peer_of_a_monitor_that_waits_is_its_reader", LONG, || {
        for ty in [zmq4::DEALER, zmq4::PAIR] {
            let context = Context::new().unwrap();
            context.set_max_sockets(20).unwrap();
            let (server, peer, name) = (open(&context, zmq4::PULL), open(&context, ty), inproc_name());
            server.monitor_at(&name, EVENT_ALL).unwrap();
            // A name that is not bound: what the context opens for such names has its place already.
            let waiting = open(&context, zmq4::PULL);
            waiting.connect(&inproc_name()).unwrap();
            let places = all_places(&context);
            let ends = thread::spawn(|| drop(server));
            // Longer than it takes to see that there is no place, mostly. If not, the peer is its reader from the start.
            thread::sleep(Duration::from_millis(50));
            peer.connect(&name).unwrap();
            drop(peer);
            for place in places {
                // SAFETY: it was opened by `all_places`, and this is the one place that closes it.
                unsafe { zmq_sys::zmq_close(place) };
            }
            ends.join().unwrap();
            drop(waiting);
            context.term().unwrap();
        }
    });
}

/// Opens sockets as C code does, which are not counted, until libzmq has no place left.
fn all_places(context: &Context) -> Vec<*mut c_void> {
    // SAFETY: the context is live.
    let open = || unsafe { zmq_sys::zmq_socket(context.as_ptr(), zmq_sys::ZMQ_PULL) };
    iter::repeat_with(open).take_while(|socket| !socket.is_null()).collect()
}

/// And where the process has no descriptor for that, the monitor ends with the context.
#[cfg(unix)]
#[test]
fn unread_monitor_ends_without_descriptors() {
    in_child("places::unread_monitor_ends_without_descriptors", LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        server.monitor_at(&inproc_name(), EVENT_ALL).unwrap();
        let all: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        let error = server.monitor_at("", EVENT_ALL).unwrap_err();
        assert_eq!(error, Errno::EMFILE, "{error}");
        drop(server);
        drop(all);
        context.term().unwrap();
    });
}

/// At the process's limit of descriptors a monitor is an error, and what is there goes on.
#[cfg(unix)]
#[test]
fn no_descriptor_is_left() {
    in_child("places::no_descriptor_is_left", LONG, || {
        use std::fs::File;
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let endpoint = bind_tcp(&server);
        let mut all: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        // With one more descriptor each time, until it works.
        let monitor = loop {
            match server.monitor(EVENT_ALL) {
                Ok(monitor) => break monitor,
                Err(error) => assert_eq!(error, Errno::EMFILE, "{error}"),
            }
            drop(all.pop().unwrap());
        };
        drop(all);
        let client = open(&context, zmq4::PUSH);
        client.connect(&endpoint).unwrap();
        assert_eq!(next(&monitor).event, Event::ACCEPTED);
    });
}
