//! The ways to read a monitor.

use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Monitor, MonitorEvent, POLLIN, Poller, Reactor};

use crate::support::{LONG, bind_tcp, deadline};
use crate::{next, open, wait_for};

#[test]
fn a_monitor_moves_to_another_thread() {
    fn moves<T: Send + 'static>() {}
    moves::<Monitor>();
    moves::<MonitorEvent>();
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        let told = thread::spawn(move || monitor.map(|event| event.unwrap().event).collect::<Vec<_>>());
        let endpoint = bind_tcp(&server);
        server.unbind(&endpoint).unwrap();
        // The listener is closed by libzmq's own thread.
        let closes = server.monitor(Event::empty()).unwrap();
        drop(server);
        drop(closes);
        let told = told.join().unwrap();
        assert_eq!(
            (told.first(), told.last()),
            (Some(&Event::LISTENING), Some(&Event::MONITOR_STOPPED))
        );
    });
}

#[test]
fn a_borrowed_monitor_iterates_and_goes_on() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        for _ in 0..3 {
            bind_tcp(&server);
        }
        let three: Vec<_> = (&monitor).take(3).map(|event| event.unwrap().event).collect();
        assert_eq!(three, [Event::LISTENING; 3]);
        let endpoint = bind_tcp(&server);
        assert_eq!(next(&monitor).endpoint, endpoint);
    });
}

#[test]
fn nothing_is_there_yet() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        assert_eq!(monitor.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        let start = Instant::now();
        let error = monitor.recv_timeout(Duration::from_millis(50)).unwrap_err();
        assert_eq!(error, Errno::EAGAIN);
        assert!(start.elapsed() >= Duration::from_millis(50), "{:?}", start.elapsed());
        assert_eq!(monitor.recv_timeout(Duration::ZERO).unwrap_err(), Errno::EAGAIN);
        let endpoint = bind_tcp(&server);
        assert_eq!(monitor.recv_timeout(Duration::MAX).unwrap().endpoint, endpoint);
    });
}

#[test]
fn a_poller_waits_for_events_and_messages() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let monitor = server.monitor(Event::ACCEPTED | Event::DISCONNECTED).unwrap();
        let endpoint = bind_tcp(&server);
        client.connect(&endpoint).unwrap();
        client.send("through", Flags::NONE).unwrap();
        let mut poller = Poller::new();
        let messages = poller.add(&server, POLLIN).unwrap();
        let events = poller.add(monitor.socket(), POLLIN).unwrap();
        let mut client = Some(client);
        let mut told = Vec::new();
        while told.len() < 3 {
            let ready: Vec<_> = poller.poll(Some(LONG)).unwrap().iter().map(|item| item.id()).collect();
            assert!(!ready.is_empty(), "after {told:?}");
            for id in ready {
                if id == messages {
                    told.push(server.recv_string(DONTWAIT).unwrap());
                    drop(client.take());
                } else {
                    assert_eq!(id, events);
                    told.push(monitor.recv(DONTWAIT).unwrap().event.to_string());
                }
            }
        }
        told.sort();
        assert_eq!(told, ["EVENT_ACCEPTED", "EVENT_DISCONNECTED", "through"]);
        let shared: &zmq4::Socket = monitor.as_ref();
        assert_eq!(shared.socket_type(), zmq4::PAIR);
    });
}

#[test]
fn a_reactor_waits_for_events_too() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
        let monitor = server.monitor(Event::ACCEPTED | Event::HANDSHAKE_SUCCEEDED).unwrap();
        client.connect(&bind_tcp(&server)).unwrap();
        let mut told = Vec::new();
        let mut reactor = Reactor::new();
        reactor
            .add_socket(monitor.socket(), POLLIN, |reactor, _, _| {
                told.push(monitor.recv(DONTWAIT)?.event);
                if told.len() == 2 {
                    reactor.stop();
                }
                Ok(())
            })
            .unwrap();
        reactor.run().unwrap();
        drop(reactor);
        assert_eq!(told, [Event::ACCEPTED, Event::HANDSHAKE_SUCCEEDED]);
    });
}

/// An unread monitor blocks nothing.
#[test]
fn thousands_of_events_wait() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        // It is too late for that, or has no effect on what libzmq sends.
        assert_eq!(monitor.socket().set_rcvhwm(1).is_ok(), zmq4::has("repaired"));
        let (mut told, count) = (0, 1500);
        for _ in 0..count {
            let endpoint = bind_tcp(&server);
            server.unbind(&endpoint).unwrap();
        }
        while told < count {
            wait_for(&monitor, Event::LISTENING);
            told += 1;
        }
    });
}

#[test]
fn debug_output_says_what_is_watched() {
    let context = Context::new().unwrap();
    let server = open(&context, zmq4::PULL);
    let monitor = server.monitor(Event::ACCEPTED).unwrap();
    let text = format!("{monitor:?}");
    assert!(text.starts_with("Monitor { events: Event(ACCEPTED)"), "{text}");
}
