//! Who may read what `monitor_at` sends: a PAIR that has no other peer, and never had one.

use std::thread;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Socket};

use crate::support::{LONG, bind_tcp, eventually, in_child, inproc_name};
use crate::{PATIENCE, open};

/// What has made a PAIR one that cannot read a monitor. What is returned stays until the end.
type Spoil = fn(&Context, &Socket) -> Option<Socket>;

const SPOILS: [(&str, Spoil); 5] = [
    ("connected", |context, pair| {
        let (peer, name) = (open(context, zmq4::PAIR), inproc_name());
        peer.bind(&name).unwrap();
        pair.connect(&name).unwrap();
        Some(peer)
    }),
    ("disconnected", |context, pair| {
        let (peer, name) = (open(context, zmq4::PAIR), inproc_name());
        peer.bind(&name).unwrap();
        pair.connect(&name).unwrap();
        peer.send("unread", Flags::NONE).unwrap();
        pair.disconnect(&name).unwrap();
        Some(peer)
    }),
    ("waiting for another name", |_, pair| {
        pair.connect(&inproc_name()).unwrap();
        None
    }),
    ("bound", |_, pair| {
        bind_tcp(pair);
        None
    }),
    ("the reader of a monitor that has ended", |context, pair| {
        let (server, name) = (open(context, zmq4::PULL), inproc_name());
        server.monitor_at(&name, EVENT_ALL).unwrap();
        pair.connect(&name).unwrap();
        drop(server);
        None
    }),
];

#[test]
fn a_pair_that_had_a_peer_cannot_connect_to_a_monitor() {
    let test = "readers::a_pair_that_had_a_peer_cannot_connect_to_a_monitor";
    in_child(test, 2 * LONG, || {
        for (what, spoil) in SPOILS {
            let context = Context::new().unwrap();
            let (server, pair, name) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR), inproc_name());
            let peer = spoil(&context, &pair);
            server.monitor_at(&name, EVENT_ALL).unwrap();
            let error = pair.connect(&name).unwrap_err();
            assert_eq!(error, Errno::EFSM, "{what}: {error}");
            assert!(error.to_string().contains("monitor"), "{error}");
            // Another one can, and the events are there for it.
            let reader = open(&context, zmq4::PAIR);
            reader.set_rcvtimeo(Some(PATIENCE)).unwrap();
            reader.connect(&name).unwrap();
            bind_tcp(&server);
            assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
            drop((pair, peer, server, reader));
            context.term().unwrap();
        }
    });
}

#[test]
fn a_pair_that_waits_and_had_a_peer_gets_no_monitor() {
    let test = "readers::a_pair_that_waits_and_had_a_peer_gets_no_monitor";
    in_child(test, 2 * LONG, || {
        for (what, spoil) in SPOILS {
            let context = Context::new().unwrap();
            let (server, pair, name) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR), inproc_name());
            let peer = spoil(&context, &pair);
            pair.connect(&name).unwrap();
            // It is too late for this one to be the first.
            let second = open(&context, zmq4::PAIR);
            second.connect(&name).unwrap();
            let error = server.monitor_at(&name, EVENT_ALL).unwrap_err();
            assert_eq!(error, Errno::EADDRINUSE, "{what}: {error}");
            bind_tcp(&server);
            drop((pair, second, peer, server));
            context.term().unwrap();
        }
    });
}

#[test]
fn a_pair_that_waits_keeps_its_first_connection() {
    let test = "readers::a_pair_that_waits_keeps_its_first_connection";
    in_child(test, LONG, || {
        let context = Context::new().unwrap();
        let (server, reader, name) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR), inproc_name());
        reader.set_rcvtimeo(Some(PATIENCE)).unwrap();
        reader.set_rcvhwm(0).unwrap();
        reader.connect(&name).unwrap();
        let (peer, second) = (open(&context, zmq4::PAIR), open(&context, zmq4::PAIR));
        peer.bind("inproc://peer").unwrap();
        reader.connect("inproc://peer").unwrap();
        second.connect(&name).unwrap();
        server.monitor_at(&name, EVENT_ALL).unwrap();
        bind_tcp(&server);
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
        assert_eq!(second.recv_event(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        drop((second, server));
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::CLOSED);
        assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::MONITOR_STOPPED);
        drop((peer, reader));
        context.term().unwrap();
    });
}

/// `zmq_unbind` and `zmq_disconnect` are one call.
#[test]
fn a_reader_that_unbinds_has_disconnected() {
    let test = "readers::a_reader_that_unbinds_has_disconnected";
    in_child(test, LONG, || {
        for drops in [false, true] {
            let context = Context::new().unwrap();
            let server = open(&context, zmq4::PULL);
            let monitor = server.monitor(EVENT_ALL).unwrap();
            let endpoint = monitor.socket().last_endpoint().unwrap();
            // The monitored socket knows neither of the names.
            assert_eq!(server.unbind(&endpoint).unwrap_err(), Errno::ENOENT);
            assert_eq!(server.disconnect(&endpoint).unwrap_err(), Errno::ENOENT);
            monitor.socket().unbind(&endpoint).unwrap();
            if drops {
                drop(monitor);
            }
            let client = open(&context, zmq4::PUSH);
            client.connect(&bind_tcp(&server)).unwrap();
            client.send("through", Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
        }
    });
}

/// libzmq keeps a monitor's name for a moment, and whoever connects in that moment waits without end.
#[test]
fn a_name_serves_one_monitor_after_the_other() {
    let test = "readers::a_name_serves_one_monitor_after_the_other";
    in_child(test, 4 * LONG, || {
        let context = Context::new().unwrap();
        let name = inproc_name();
        for round in 0..200 {
            let (server, reader) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR));
            reader.set_rcvtimeo(Some(PATIENCE)).unwrap();
            let reader_first = round % 2 == 0;
            if reader_first {
                reader.connect(&name).unwrap();
            }
            eventually(LONG, || server.monitor_at(&name, EVENT_ALL).ok());
            if !reader_first {
                reader.connect(&name).unwrap();
            }
            bind_tcp(&server);
            assert_eq!(reader.recv_event(Flags::NONE).unwrap().0, Event::LISTENING);
            match round % 5 {
                0 => drop((reader, server)),
                1 => drop((server, reader)),
                2 => server.monitor_at("", EVENT_ALL).unwrap(),
                3 => reader.disconnect(&name).unwrap(),
                _ => {
                    let closes = thread::spawn(move || drop(server));
                    drop(reader);
                    closes.join().unwrap();
                }
            }
        }
        context.term().unwrap();
    });
}

/// The socket that lingers keeps its monitor, and the monitor its name.
#[test]
fn a_lingering_sockets_name_serves_no_other_monitor() {
    let test = "readers::a_lingering_sockets_name_serves_no_other_monitor";
    in_child(test, LONG, || {
        let context = Context::new().unwrap();
        let (client, reader, name) = (open(&context, zmq4::PUSH), open(&context, zmq4::PAIR), inproc_name());
        client.monitor_at(&name, EVENT_ALL).unwrap();
        reader.connect(&name).unwrap();
        client.set_linger(None).unwrap();
        client.set_reconnect_ivl(Some(Duration::from_millis(1))).unwrap();
        let address = crate::support::ipc_name();
        client.connect(&address).unwrap();
        client.send("late", Flags::NONE).unwrap();
        drop(client);
        let (server, second) = (open(&context, zmq4::PULL), open(&context, zmq4::PAIR));
        second.connect(&name).unwrap();
        assert_eq!(server.monitor_at(&name, EVENT_ALL).unwrap_err(), Errno::EADDRINUSE);
        drop(reader);
        server.set_rcvtimeo(Some(PATIENCE)).unwrap();
        server.bind(&address).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "late");
        // Its peer is gone, or was never there.
        eventually(LONG, || {
            assert_eq!(server.monitor_at(&name, EVENT_ALL).unwrap_err(), Errno::EADDRINUSE);
            let other = open(&context, zmq4::PAIR);
            (other.bind(&name).is_ok()).then_some(())
        });
        drop((server, second));
        context.term().unwrap();
    });
}
