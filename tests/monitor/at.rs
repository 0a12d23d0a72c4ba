//! Go's way: the events go to an inproc name. C11: the reader goes first, or never comes.

use std::sync::mpsc;
use std::thread;

use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Socket};

use crate::support::{LONG, bind_tcp, deadline, in_child, inproc_name};
use crate::{next, open};

fn reader(context: &Context, name: &str) -> Socket {
    let reader = open(context, zmq4::PAIR);
    reader.set_rcvhwm(0).unwrap();
    reader.set_rcvtimeo(Some(LONG)).unwrap();
    reader.connect(name).unwrap();
    reader
}

/// All sockets of a context hang on its one I/O thread: this one is not part of what is tested.
#[track_caller]
fn assert_alive(context: &Context) {
    let (pull, push) = (open(context, zmq4::PULL), open(context, zmq4::PUSH));
    pull.set_rcvtimeo(Some(LONG)).unwrap();
    push.connect(&bind_tcp(&pull)).unwrap();
    push.send("through", Flags::NONE).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap(), "through");
}

#[test]
fn events_are_read_with_recv_event() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for reader_first in [true, false] {
            let (name, server) = (inproc_name(), open(&context, zmq4::PULL));
            let early = reader_first.then(|| reader(&context, &name));
            server.monitor_at(&name, EVENT_ALL).unwrap();
            let reader = early.unwrap_or_else(|| reader(&context, &name));
            assert_eq!(reader.recv_event(DONTWAIT).unwrap_err(), Errno::EAGAIN);
            let endpoint = bind_tcp(&server);
            let (event, at, value) = reader.recv_event(Flags::NONE).unwrap();
            assert_eq!((event, at), (Event::LISTENING, endpoint));
            assert!(value > 2, "{value}");
            server.monitor_at("", Event::empty()).unwrap();
            let last = (Event::MONITOR_STOPPED, String::new(), 0);
            assert_eq!(reader.recv_event(Flags::NONE).unwrap(), last);
            // Once more, which does nothing.
            server.monitor_at("", EVENT_ALL).unwrap();
        }
    });
}

#[test]
fn monitor_name_outside_inproc_is_refused() {
    let context = Context::new().unwrap();
    let server = open(&context, zmq4::PULL);
    let monitor = server.monitor(EVENT_ALL).unwrap();
    for (endpoint, errno) in [
        ("tcp://127.0.0.1:5555", Errno::EPROTONOSUPPORT),
        ("ipc:///tmp/monitor", Errno::EPROTONOSUPPORT),
        ("nonsense://x", Errno::EPROTONOSUPPORT),
        ("inproc://", Errno::EINVAL),
        ("inproc", Errno::EINVAL),
        ("inproc://a\0b", Errno::EINVAL),
        ("inproc://zeromq.zap.01", Errno::ENOCOMPATPROTO),
    ] {
        let error = server.monitor_at(endpoint, EVENT_ALL).unwrap_err();
        assert_eq!(error, errno, "{endpoint:?}: {error}");
        assert_eq!(error.endpoint(), Some(endpoint));
        assert_eq!(error.call(), "zmq_socket_monitor");
    }
    // What was there before is still there.
    bind_tcp(&server);
    assert_eq!(next(&monitor).event, Event::LISTENING);
}

#[test]
fn a_name_that_is_in_use_is_refused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (one, two) = (open(&context, zmq4::PULL), open(&context, zmq4::PULL));
        let name = inproc_name();
        one.monitor_at(&name, EVENT_ALL).unwrap();
        let reader = reader(&context, &name);
        assert_eq!(two.monitor_at(&name, EVENT_ALL).unwrap_err(), Errno::EADDRINUSE);
        let other = open(&context, zmq4::PAIR);
        assert_eq!(other.bind(&name).unwrap_err(), Errno::EADDRINUSE);
        bind_tcp(&one);
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
        drop(one);
        // libzmq keeps the name for a moment after it was closed.
        crate::support::eventually(LONG, || other.bind(&name).ok());
    });
}

#[test]
fn message_that_is_no_event_is_an_error() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (sender, reader) = (open(&context, zmq4::PAIR), open(&context, zmq4::PAIR));
        let name = inproc_name();
        sender.bind(&name).unwrap();
        reader.connect(&name).unwrap();
        let event = [1, 0, 2, 0, 0, 0];
        for frames in [
            vec![&event[..]],
            vec![&event, b"tcp://x", b"more"],
            vec![b"", b""],
            vec![&event[..5], b"tcp://x"],
            vec![b"seven b", b"tcp://x"],
        ] {
            sender.send_message(&*frames).unwrap();
            let error = reader.recv_event(Flags::NONE).unwrap_err();
            assert_eq!(error, Errno::EPROTO);
            assert_eq!(error.into_multipart().unwrap(), *frames);
        }
        sender.send_message((&event[..], b"\xff")).unwrap();
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().1, "\u{fffd}");
    });
}

/// libzmq alone would have its I/O thread wait for the reader indefinitely.
#[test]
fn the_reader_goes_first() {
    in_child("at::the_reader_goes_first", LONG, || {
        for by_disconnect in [false, true] {
            for reader_first in [true, false] {
                let context = Context::new().unwrap();
                let (name, server) = (inproc_name(), open(&context, zmq4::PULL));
                let early = reader_first.then(|| reader(&context, &name));
                server.monitor_at(&name, EVENT_ALL).unwrap();
                let reader = early.unwrap_or_else(|| reader(&context, &name));
                let endpoint = bind_tcp(&server);
                let client = open(&context, zmq4::PUSH);
                client.connect(&endpoint).unwrap();
                let mut reader = Some(reader);
                if by_disconnect {
                    reader.as_ref().unwrap().disconnect(&name).unwrap();
                } else {
                    drop(reader.take());
                }
                client.send("through", Flags::NONE).unwrap();
                assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
                drop(client);
                assert_alive(&context);
                server.unbind(&endpoint).unwrap();
                drop((server, reader));
                assert_alive(&context);
                context.term().unwrap();
            }
        }
    });
}

/// More than two high-water marks of events, which libzmq alone would wait with.
#[test]
fn the_reader_does_not_read() {
    in_child("at::the_reader_does_not_read", 2 * LONG, || {
        for reader_ends_first in [true, false] {
            let context = Context::new().unwrap();
            let (name, server) = (inproc_name(), open(&context, zmq4::PULL));
            server.monitor_at(&name, EVENT_ALL).unwrap();
            let reader = open(&context, zmq4::PAIR);
            reader.connect(&name).unwrap();
            assert_eq!(reader.rcvhwm().unwrap(), 1000, "as it was");
            let late = reader.set_rcvhwm(1);
            if zmq4::has("repaired") {
                late.unwrap();
            } else {
                assert_eq!(late.unwrap_err(), Errno::EINVAL, "too late");
            }
            for _ in 0..1500 {
                let endpoint = bind_tcp(&server);
                server.unbind(&endpoint).unwrap();
            }
            assert_alive(&context);
            if reader_ends_first {
                drop((reader, server));
            } else {
                drop((server, reader));
            }
            assert_alive(&context);
            context.term().unwrap();
        }
    });
}

/// Without a reader the I/O thread waits; whoever ends the monitor sets it free.
#[test]
fn the_reader_never_comes() {
    in_child("at::the_reader_never_comes", LONG, || {
        let ends: [fn(Socket); 4] = [
            |server| drop(server),
            |server| server.monitor_at("", EVENT_ALL).unwrap(),
            |server| drop(server.monitor(EVENT_ALL).unwrap()),
            |server| {
                let (ptr, _context) = server.into_raw();
                // SAFETY: the pointer came from `into_raw` just now, and this is the one place that closes it.
                unsafe { zmq4::zmq_sys::zmq_close(ptr) };
            },
        ];
        for end in ends {
            let context = Context::new().unwrap();
            let server = open(&context, zmq4::PULL);
            let endpoint = bind_tcp(&server);
            server.monitor_at(&inproc_name(), EVENT_ALL).unwrap();
            let client = open(&context, zmq4::PUSH);
            client.connect(&endpoint).unwrap();
            end(server);
            assert_alive(&context);
            drop(client);
            context.term().unwrap();
        }
    });
}

/// libzmq would take it for the reader, as long as what it sent may still be delivered.
#[test]
fn peer_gone_before_the_monitor_is_no_reader() {
    in_child("at::peer_gone_before_the_monitor_is_no_reader", LONG, || {
        for by_disconnect in [true, false] {
            let context = Context::new().unwrap();
            let server = open(&context, zmq4::PULL);
            let name = inproc_name();
            // Without a linger, nothing is left of it.
            drop(reader(&context, &name));
            let next = reader(&context, &name);
            server.monitor_at(&name, EVENT_ALL).unwrap();
            bind_tcp(&server);
            assert_eq!(next.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
            drop(next);

            let name = inproc_name();
            let mut gone = Some(reader(&context, &name));
            gone.as_ref().unwrap().set_linger(None).unwrap();
            if by_disconnect {
                gone.as_ref().unwrap().disconnect(&name).unwrap();
            } else {
                drop(gone.take());
            }
            let error = server.monitor_at(&name, EVENT_ALL).unwrap_err();
            assert_eq!(error, Errno::EADDRINUSE);
            assert!(error.to_string().contains("use another name"), "{error}");
            // Whoever binds the name makes it one like any other.
            let binder = open(&context, zmq4::PAIR);
            binder.bind(&name).unwrap();
            drop((binder, gone));
            let reader = reader(&context, "inproc://another");
            server.monitor_at("inproc://another", EVENT_ALL).unwrap();
            bind_tcp(&server);
            assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
            drop((server, reader));
            context.term().unwrap();
        }
    });
}

#[test]
fn context_ends_while_its_io_thread_waits() {
    in_child("at::context_ends_while_its_io_thread_waits", LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let endpoint = bind_tcp(&server);
        server.monitor_at(&inproc_name(), EVENT_ALL).unwrap();
        let client = open(&context, zmq4::PUSH);
        client.connect(&endpoint).unwrap();
        let waits = thread::spawn(move || {
            assert_eq!(server.recv(Flags::NONE).unwrap_err(), Errno::ETERM);
        });
        drop(client);
        context.term().unwrap();
        waits.join().unwrap();
    });
}

/// The binding thread itself waits in an event until the reader is there.
#[test]
fn a_bind_waits_for_the_reader() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let name = inproc_name();
        server.monitor_at(&name, EVENT_ALL).unwrap();
        let (bound, has_bound) = mpsc::channel();
        let binds = thread::spawn(move || bound.send(bind_tcp(&server)).unwrap());
        let reader = reader(&context, &name);
        let (event, at, _) = reader.recv_event(Flags::NONE).unwrap();
        assert_eq!((event, at), (Event::LISTENING, has_bound.recv().unwrap()));
        binds.join().unwrap();
    });
}

/// What C code registers is libzmq's affair; what this library knows is still right.
#[test]
fn a_view_is_monitored_as_c_does() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let name = inproc_name();
        let reader = {
            // SAFETY: the socket outlives the view, on this thread.
            let view = unsafe { zmq4::SocketRef::from_raw(std::ptr::NonNull::new(server.as_ptr()).unwrap()) };
            assert_eq!(
                view.monitor(EVENT_ALL).unwrap_err(),
                Errno::ETERM,
                "no context to read in"
            );
            view.monitor_at(&name, EVENT_ALL).unwrap();
            reader(&context, &name)
        };
        bind_tcp(&server);
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
        server.monitor_at("", EVENT_ALL).unwrap();
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::MONITOR_STOPPED);
    });
}

#[test]
fn after_the_end_of_the_context() {
    let context = Context::new().unwrap();
    let server = open(&context, zmq4::PULL);
    context.shutdown().unwrap();
    assert_eq!(server.monitor(EVENT_ALL).unwrap_err(), Errno::ETERM);
    assert_eq!(server.monitor_at(&inproc_name(), EVENT_ALL).unwrap_err(), Errno::ETERM);
}
