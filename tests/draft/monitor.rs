//! Monitors whose events have both addresses, and the lengths of queues.

use zmq4::{
    CLIENT, DONTWAIT, DetailedEvent, EVENT_ALL, EVENT_PIPES_STATS, Errno, Event, EventKind, Flags, Monitor, PULL, PUSH,
    SERVER,
};

use crate::support::{LONG, bind_tcp, deadline, eventually, inproc_name};
use crate::{context, open, send};

fn wait_for(monitor: &Monitor<DetailedEvent>, event: Event) -> DetailedEvent {
    let mut events = monitor.map(Result::unwrap);
    events.find(|other| other.event == event).unwrap()
}

#[test]
fn detailed_events_have_both_addresses() {
    deadline(LONG, || {
        let context = context();
        let (pull, push) = (open(&context, PULL), open(&context, PUSH));
        let of_pull = pull.monitor_detailed(EVENT_ALL | EVENT_PIPES_STATS).unwrap();
        let of_push = push.monitor_detailed(EVENT_ALL).unwrap();
        let endpoint = bind_tcp(&pull);
        let listening = wait_for(&of_pull, Event::LISTENING);
        assert_eq!((&*listening.local, &*listening.remote), (&*endpoint, ""));
        assert_eq!(listening.values.len(), 1);
        push.connect(&endpoint).unwrap();
        let connected = wait_for(&of_push, Event::CONNECTED);
        let accepted = wait_for(&of_pull, Event::ACCEPTED);
        assert_eq!((&*connected.remote, &*accepted.local), (&*endpoint, &*endpoint));
        // The other end of the connection, as either side has it.
        assert!(connected.local.starts_with("tcp://127.0.0.1:"), "{connected}");
        assert_eq!(connected.local, accepted.remote);
        assert!(matches!(connected.kind(), EventKind::Connected { fd } if fd >= 0));
        assert_eq!(
            wait_for(&of_push, Event::HANDSHAKE_SUCCEEDED).kind(),
            EventKind::HandshakeSucceeded
        );
        drop(push);
        wait_for(&of_pull, Event::DISCONNECTED);
        drop(pull);
        assert_eq!(
            wait_for(&of_pull, Event::MONITOR_STOPPED).kind(),
            EventKind::MonitorStopped
        );
        assert_eq!(of_pull.recv(Flags::NONE).unwrap_err(), Errno::ENOTCONN);
        assert!((&of_pull).next().is_none());
    });
}

#[test]
fn both_kinds_of_monitor_replace_each_other() {
    deadline(LONG, || {
        let context = context();
        let pull = open(&context, PULL);
        let first = pull.monitor(EVENT_ALL).unwrap();
        let second = pull.monitor_detailed(EVENT_ALL).unwrap();
        assert_eq!(first.recv(Flags::NONE).unwrap().event, Event::MONITOR_STOPPED);
        let third = pull.monitor(EVENT_ALL).unwrap();
        assert_eq!(second.recv(Flags::NONE).unwrap().event, Event::MONITOR_STOPPED);
        let endpoint = bind_tcp(&pull);
        assert_eq!(third.recv(Flags::NONE).unwrap().endpoint, endpoint);
        // Of a monitor that is dropped nothing is left.
        let fourth = pull.monitor_detailed(EVENT_ALL).unwrap();
        drop((first, third, second, fourth));
        bind_tcp(&pull);
        let error = pull.monitor_detailed(Event::from_bits_retain(0x20000)).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(error.to_string().contains("no events"), "{error}");
        assert_eq!(pull.monitor(EVENT_PIPES_STATS).unwrap_err(), Errno::EINVAL);
    });
}

#[test]
fn lengths_of_queues_are_reported() {
    deadline(LONG, || {
        let context = context();
        let (push, pull) = (open(&context, PUSH), open(&context, PULL));
        let name = inproc_name();
        pull.bind(&name).unwrap();
        push.connect(&name).unwrap();
        for _ in 0..5 {
            send(&push, "x".into());
        }
        for (socket, expected) in [(&push, (5, 0)), (&pull, (0, 5))] {
            let monitor = socket.monitor_detailed(EVENT_PIPES_STATS).unwrap();
            socket.request_pipe_stats().unwrap();
            let event = eventually(LONG, || {
                push.events().unwrap();
                pull.events().unwrap();
                monitor.recv(DONTWAIT).ok()
            });
            let (outgoing, incoming) = expected;
            assert_eq!(event.kind(), EventKind::PipeStats { outgoing, incoming }, "{event}");
            assert_eq!(event.values, [outgoing, incoming]);
        }
    });
}

#[test]
fn each_connection_has_its_lengths() {
    deadline(LONG, || {
        let context = context();
        let push = open(&context, PUSH);
        let monitor = push.monitor_detailed(EVENT_PIPES_STATS).unwrap();
        let pulls = [open(&context, PULL), open(&context, PULL)];
        let mut endpoints = pulls.each_ref().map(bind_tcp);
        for endpoint in &endpoints {
            push.connect(endpoint).unwrap();
        }
        push.request_pipe_stats().unwrap();
        let mut reported = [0, 1].map(|_| {
            eventually(LONG, || {
                push.events().unwrap();
                monitor.recv(DONTWAIT).ok().map(|event| event.remote)
            })
        });
        reported.sort();
        endpoints.sort();
        assert_eq!(reported, endpoints);
    });
}

#[test]
fn lengths_without_a_monitor_are_rejected() {
    let context = context();
    let push = open(&context, PUSH);
    let rejected = |reason: &str| {
        let error = push.request_pipe_stats().unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(error.to_string().contains(reason), "{error}");
    };
    rejected("no detailed monitor");
    let plain = push.monitor(EVENT_ALL).unwrap();
    rejected("no detailed monitor");
    let detailed = push.monitor_detailed(EVENT_ALL).unwrap();
    rejected("no detailed monitor");
    let monitor = push.monitor_detailed(EVENT_PIPES_STATS).unwrap();
    assert_eq!(push.request_pipe_stats().unwrap_err(), Errno::EAGAIN);
    drop((plain, detailed, monitor));
    push.connect(&inproc_name()).unwrap();
    rejected("no detailed monitor");
    for ty in [CLIENT, SERVER] {
        let socket = open(&context, ty);
        let _monitor = socket.monitor_detailed(EVENT_PIPES_STATS).unwrap();
        assert_eq!(socket.request_pipe_stats().unwrap_err(), Errno::ENOTSUP);
    }
    // The socket closes while a report is on its way.
    let monitor = push.monitor_detailed(EVENT_PIPES_STATS).unwrap();
    push.request_pipe_stats().unwrap();
    drop(push);
    drop(monitor);
}
