//! Each kind of event, provoked, with the value and the endpoint that it must have.

use std::time::Duration;

use zmq4::{Context, EVENT_ALL, Errno, Event, EventKind, Flags};

use crate::support::{LONG, bind_tcp, deadline, inproc_name};
use crate::{next, open, rest, wait_for};

#[test]
fn the_life_of_a_connection_over_tcp() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let (here, there) = (server.monitor(EVENT_ALL).unwrap(), client.monitor(EVENT_ALL).unwrap());
        let endpoint = bind_tcp(&server);

        let listening = next(&here);
        assert!(
            matches!(listening.kind(), EventKind::Listening { fd } if fd > 2),
            "{listening}"
        );
        assert_eq!(listening.endpoint, endpoint);

        client.connect(&endpoint).unwrap();
        let delayed = next(&there);
        let errno = Errno::EINPROGRESS;
        assert_eq!(delayed.kind(), EventKind::ConnectDelayed { errno }, "{delayed}");
        let connected = next(&there);
        assert!(
            matches!(connected.kind(), EventKind::Connected { fd } if fd > 2),
            "{connected}"
        );
        assert_eq!(next(&there).kind(), EventKind::HandshakeSucceeded);
        assert_eq!((&delayed.endpoint, &connected.endpoint), (&endpoint, &endpoint));

        let accepted = next(&here);
        assert!(
            matches!(accepted.kind(), EventKind::Accepted { fd } if fd > 2),
            "{accepted}"
        );
        assert_eq!(accepted.endpoint, endpoint);
        assert_eq!(next(&here).kind(), EventKind::HandshakeSucceeded);

        client.close().unwrap();
        let disconnected = next(&here);
        let EventKind::Disconnected { fd } = disconnected.kind() else {
            panic!("{disconnected}");
        };
        assert_eq!(EventKind::Accepted { fd }, accepted.kind(), "the same connection");
        assert_eq!(rest(&there), [Event::MONITOR_STOPPED]);

        server.unbind(&endpoint).unwrap();
        let closed = next(&here);
        let EventKind::Closed { fd } = closed.kind() else {
            panic!("{closed}");
        };
        assert_eq!(EventKind::Listening { fd }, listening.kind(), "the same listener");
        server.close().unwrap();
        let last = next(&here);
        assert_eq!((last.kind(), &*last.endpoint), (EventKind::MonitorStopped, ""));
    });
}

#[cfg(unix)]
#[test]
fn the_life_of_a_connection_over_ipc() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let (here, there) = (server.monitor(EVENT_ALL).unwrap(), client.monitor(EVENT_ALL).unwrap());
        let endpoint = crate::support::ipc_name();
        server.bind(&endpoint).unwrap();
        client.connect(&endpoint).unwrap();
        assert_eq!(next(&there).event, Event::CONNECTED);
        assert_eq!(next(&there).event, Event::HANDSHAKE_SUCCEEDED);
        let events: Vec<_> = (0..3).map(|_| next(&here)).collect();
        assert!(events.iter().all(|event| event.endpoint == *endpoint), "{events:?}");
        let kinds: Vec<_> = events.iter().map(|event| event.event).collect();
        assert_eq!(kinds, [Event::LISTENING, Event::ACCEPTED, Event::HANDSHAKE_SUCCEEDED]);
        client.close().unwrap();
        assert_eq!(next(&here).event, Event::DISCONNECTED);
    });
}

/// libzmq cannot remove what another owner has removed; it minds for the names that it chose itself.
#[cfg(unix)]
#[test]
fn a_close_that_fails() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        server.bind("ipc://*").unwrap();
        let endpoint = server.last_endpoint().unwrap();
        let path = std::path::Path::new(endpoint.strip_prefix("ipc://").unwrap());
        std::fs::remove_file(path).unwrap();
        server.unbind(&endpoint).unwrap();
        let failed = wait_for(&monitor, Event::CLOSE_FAILED);
        let errno = Errno::ENOENT;
        assert_eq!(failed.kind(), EventKind::CloseFailed { errno }, "{failed}");
        // libzmq leaves the directory then.
        let _ = std::fs::remove_dir(path.parent().unwrap());
    });
}

#[test]
fn inproc_raises_no_event() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let monitors = [server.monitor(EVENT_ALL).unwrap(), client.monitor(EVENT_ALL).unwrap()];
        let name = inproc_name();
        server.bind(&name).unwrap();
        client.connect(&name).unwrap();
        client.send("through", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
        drop((server, client));
        for monitor in monitors {
            assert_eq!(rest(&monitor), [Event::MONITOR_STOPPED]);
        }
    });
}

#[test]
fn a_connection_that_is_tried_again() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let client = open(&context, zmq4::PUSH);
        client.set_reconnect_ivl(Some(Duration::from_millis(40))).unwrap();
        let monitor = client.monitor(EVENT_ALL).unwrap();
        // The discard port has no listener.
        client.connect("tcp://127.0.0.1:9").unwrap();
        for _ in 0..2 {
            assert_eq!(next(&monitor).event, Event::CONNECT_DELAYED);
            let closed = next(&monitor);
            assert!(matches!(closed.kind(), EventKind::Closed { fd } if fd > 2), "{closed}");
            let retried = next(&monitor);
            let EventKind::ConnectRetried { interval } = retried.kind() else {
                panic!("{retried}");
            };
            // libzmq before 4.3.5 adds as much again at random.
            let most = Duration::from_millis(80);
            assert!((Duration::from_millis(40)..=most).contains(&interval), "{retried}");
            assert_eq!(retried.endpoint, "tcp://127.0.0.1:9");
        }
    });
}

#[test]
fn a_bind_that_fails() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (first, second) = (open(&context, zmq4::PULL), open(&context, zmq4::PULL));
        let endpoint = bind_tcp(&first);
        let monitor = second.monitor(EVENT_ALL).unwrap();
        assert_eq!(second.bind(&endpoint).unwrap_err(), Errno::EADDRINUSE);
        let failed = wait_for(&monitor, Event::BIND_FAILED);
        let errno = Errno::EADDRINUSE;
        assert_eq!(failed.kind(), EventKind::BindFailed { errno }, "{failed}");
        assert!(endpoint.ends_with(&failed.endpoint), "{failed}");
    });
}

/// At the limit of descriptors, which is the process's own.
#[cfg(unix)]
#[test]
fn an_accept_that_fails() {
    crate::support::in_child("kinds::an_accept_that_fails", LONG, || {
        use std::fs::File;
        use std::net::TcpStream;
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        let endpoint = bind_tcp(&server);
        assert_eq!(next(&monitor).event, Event::LISTENING);
        let mut all: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        // One for the peer, none for libzmq.
        all.pop();
        let _peer = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
        let failed = next(&monitor);
        let errno = Errno::EMFILE;
        assert_eq!(failed.kind(), EventKind::AcceptFailed { errno }, "{failed}");
        assert_eq!(failed.endpoint, endpoint);
        drop(all);
        assert_eq!(wait_for(&monitor, Event::ACCEPTED).endpoint, endpoint);
    });
}

#[test]
fn only_what_was_asked_for_is_told() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(Event::ACCEPTED | Event::DISCONNECTED).unwrap();
        assert_eq!(monitor.events(), Event::ACCEPTED | Event::DISCONNECTED);
        let endpoint = bind_tcp(&server);
        let client = open(&context, zmq4::PUSH);
        client.connect(&endpoint).unwrap();
        client.send("through", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "through");
        client.close().unwrap();
        assert_eq!(next(&monitor).event, Event::ACCEPTED);
        assert_eq!(next(&monitor).event, Event::DISCONNECTED);
        drop(server);
        assert_eq!(
            monitor.recv_timeout(LONG).unwrap_err(),
            Errno::ENOTCONN,
            "the end is no event here"
        );
        assert_eq!(monitor.recv(Flags::NONE).unwrap_err(), Errno::ENOTCONN);
    });
}

#[test]
fn unsupported_events_are_refused() {
    let context = Context::new().unwrap();
    let server = open(&context, zmq4::PULL);
    for bits in [0x10000, 0x10001, -1, i32::MIN] {
        let error = server.monitor(Event::from_bits_retain(bits)).unwrap_err();
        assert_eq!(error, Errno::EINVAL, "{bits:#x}");
        assert_eq!(error.call(), "zmq_socket_monitor");
        let name = inproc_name();
        let error = server.monitor_at(&name, Event::from_bits_retain(bits)).unwrap_err();
        assert_eq!(error, Errno::EINVAL, "{bits:#x}");
    }
    // No events at all are asked for: the end alone is noticed.
    let monitor = server.monitor(Event::empty()).unwrap();
    drop(server);
    assert_eq!(rest(&monitor), []);
}
