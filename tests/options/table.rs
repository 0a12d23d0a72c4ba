//! The options that there are so far: each reads back what was set, and acts.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{LONG, bind_tcp, deadline, inproc_name};
use zmq4::{Context, DONTWAIT, Errno, Flags, Socket};

const MS: Duration = Duration::from_millis(1);

fn socket(ty: zmq4::SocketType) -> (Context, Socket) {
    let context = Context::new().unwrap();
    let socket = context.socket(ty).unwrap();
    (context, socket)
}

#[test]
fn defaults_are_libzmqs() {
    let (context, socket) = socket(zmq4::DEALER);
    assert_eq!(context.io_threads().unwrap(), 1);
    assert_eq!(context.max_sockets().unwrap(), 1023);
    assert!(context.blocky().unwrap());
    assert!(context.retry_after_eintr());
    assert_eq!(socket.socket_type(), zmq4::DEALER);
    assert_eq!(socket.linger().unwrap(), None);
    assert_eq!(socket.rcvtimeo().unwrap(), None);
    assert_eq!(socket.sndtimeo().unwrap(), None);
    assert_eq!(socket.sndhwm().unwrap(), 1000);
    assert_eq!(socket.rcvhwm().unwrap(), 1000);
    assert!(socket.routing_id().unwrap().is_empty());
    assert_eq!(socket.last_endpoint().unwrap(), "");
}

#[test]
fn times_round_up_and_read_back() {
    let (_context, socket) = socket(zmq4::DEALER);
    type Set = fn(&Socket, Option<Duration>) -> zmq4::Result<()>;
    type Get = fn(&Socket) -> zmq4::Result<Option<Duration>>;
    let times: [(Set, Get); 3] = [
        (Socket::set_linger, Socket::linger),
        (Socket::set_rcvtimeo, Socket::rcvtimeo),
        (Socket::set_sndtimeo, Socket::sndtimeo),
    ];
    for (set, get) in times {
        for (time, kept) in [
            (Some(Duration::ZERO), Some(Duration::ZERO)),
            (Some(Duration::from_nanos(1)), Some(MS)),
            (Some(Duration::from_micros(999)), Some(MS)),
            (Some(Duration::from_micros(1001)), Some(2 * MS)),
            (Some(Duration::from_secs(7)), Some(Duration::from_secs(7))),
            (None, None),
        ] {
            set(&socket, time).unwrap();
            assert_eq!(get(&socket).unwrap(), kept, "{time:?}");
        }
        let error = set(&socket, Some(Duration::MAX)).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(error.option().unwrap().starts_with("ZMQ_"));
        assert!(error.to_string().contains("more than 2147483647 ms"), "{error}");
        assert_eq!(get(&socket).unwrap(), None, "unchanged");
    }
}

#[test]
fn a_receive_ends_at_its_time_out() {
    deadline(LONG, || {
        let (_context, socket) = socket(zmq4::PULL);
        socket.set_rcvtimeo(Some(60 * MS)).unwrap();
        let start = Instant::now();
        assert_eq!(socket.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        assert!(start.elapsed() >= 60 * MS);
        socket.set_rcvtimeo(Some(Duration::ZERO)).unwrap();
        assert_eq!(socket.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn a_send_ends_at_its_time_out() {
    deadline(LONG, || {
        let (_context, socket) = socket(zmq4::PUSH);
        socket.set_sndtimeo(Some(60 * MS)).unwrap();
        let start = Instant::now();
        assert_eq!(socket.send("nobody", Flags::NONE).unwrap_err(), Errno::EAGAIN);
        assert!(start.elapsed() >= 60 * MS);
        assert_eq!(socket.send_message(("no", "body")).unwrap_err(), Errno::EAGAIN);
    });
}

/// Over inproc the mark is the sender's and the receiver's together.
#[test]
fn high_water_marks_count_whole_messages() {
    for (sndhwm, rcvhwm, expected) in [(3, 4, 7), (1000, 1000, 2000), (10, 1, 11)] {
        let (context, push) = socket(zmq4::PUSH);
        let pull = context.socket(zmq4::PULL).unwrap();
        push.set_sndhwm(sndhwm).unwrap();
        pull.set_rcvhwm(rcvhwm).unwrap();
        assert_eq!((push.sndhwm().unwrap(), pull.rcvhwm().unwrap()), (sndhwm, rcvhwm));
        pull.bind("inproc://mark").unwrap();
        push.connect("inproc://mark").unwrap();
        let sent = (0..expected + 10)
            .take_while(|_| push.send_message_dontwait(("two", "frames")).is_ok())
            .count();
        assert_eq!(sent, expected as usize);
        push.set_linger(Some(Duration::ZERO)).unwrap();
    }
    let (context, push) = socket(zmq4::PUSH);
    let pull = context.socket(zmq4::PULL).unwrap();
    push.set_sndhwm(0).unwrap();
    pull.bind("inproc://mark").unwrap();
    push.connect("inproc://mark").unwrap();
    assert!((0..10_000).all(|_| push.send("unlimited", DONTWAIT).is_ok()));
    assert_eq!(push.set_sndhwm(u32::MAX).unwrap_err(), Errno::EINVAL);
}

#[test]
fn a_timeout_of_heartbeats_stays_none_or_a_time() {
    let (_context, socket) = socket(zmq4::DEALER);
    assert_eq!(socket.heartbeat_timeout().unwrap(), None);
    socket.set_heartbeat_timeout(None).unwrap();
    socket.set_heartbeat_timeout(Some(MS)).unwrap();
    assert_eq!(socket.set_heartbeat_timeout(None).unwrap_err(), Errno::EINVAL);
    assert_eq!(socket.heartbeat_timeout().unwrap(), Some(MS));
}

#[test]
fn linger_decides_how_long_termination_waits() {
    deadline(LONG, || {
        for (linger, at_least, at_most) in [(Duration::ZERO, 0, 30_000), (200 * MS, 150, 30_000)] {
            let (context, push) = socket(zmq4::PUSH);
            push.set_linger(Some(linger)).unwrap();
            push.connect("tcp://127.0.0.1:9").unwrap();
            push.send("to no peer", Flags::NONE).unwrap();
            push.close().unwrap();
            let start = Instant::now();
            context.term().unwrap();
            let waited = start.elapsed();
            assert!(
                waited >= at_least * MS && waited < at_most * MS,
                "{linger:?}: {waited:?}"
            );
        }
    });
}

#[test]
fn infinite_linger_delivers_after_all_is_dropped() {
    deadline(LONG, || {
        let receiver = Context::new().unwrap();
        let pull = receiver.socket(zmq4::PULL).unwrap();
        let endpoint = bind_tcp(&pull);
        let sender = thread::spawn(move || {
            let (context, push) = socket(zmq4::PUSH);
            push.connect(&endpoint).unwrap();
            for number in 0..100 {
                push.send(format!("{number}"), Flags::NONE).unwrap();
            }
            drop((context, push));
        });
        for number in 0..100 {
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), format!("{number}"));
        }
        sender.join().unwrap();
    });
}

#[test]
fn not_blocky_means_no_linger() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_blocky(false).unwrap();
        assert!(!context.blocky().unwrap());
        let push = context.socket(zmq4::PUSH).unwrap();
        assert_eq!(push.linger().unwrap(), Some(Duration::ZERO));
        push.connect("tcp://127.0.0.1:9").unwrap();
        push.send("to no peer", Flags::NONE).unwrap();
        drop(push);
        context.term().unwrap();
    });
}

#[test]
fn a_routing_id_is_any_bytes_up_to_255() {
    let (_context, socket) = socket(zmq4::DEALER);
    for id in [b"a".as_slice(), b"with\0zeros\0", &[7; 255]] {
        socket.set_routing_id(id).unwrap();
        assert_eq!(socket.routing_id().unwrap(), id);
        assert_eq!(socket.identity().unwrap(), id);
    }
    for id in [b"".as_slice(), &[7; 256]] {
        let error = socket.set_identity(id).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(error.option(), Some("ZMQ_ROUTING_ID"));
        assert!(error.to_string().contains("1 to 255"), "{error}");
    }
}

#[test]
fn subscriptions_are_counted() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let publisher = context.socket(zmq4::XPUB).unwrap();
        let subscriber = context.socket(zmq4::SUB).unwrap();
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        subscriber.connect(&name).unwrap();
        subscriber.subscribe("topic").unwrap();
        subscriber.subscribe("topic").unwrap();
        subscriber.unsubscribe("topic").unwrap();
        subscriber.unsubscribe("never had").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01topic");
        publisher.send("topic", Flags::NONE).unwrap();
        assert_eq!(subscriber.recv(Flags::NONE).unwrap(), "topic");
        subscriber.unsubscribe("topic").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x00topic");
        assert_eq!(publisher.subscribe("no SUB").unwrap_err(), Errno::EINVAL);
    });
}

#[test]
fn context_options_hold_before_the_first_socket() {
    let context = Context::new().unwrap();
    context.set_io_threads(2).unwrap();
    context.set_max_sockets(2).unwrap();
    assert_eq!((context.io_threads().unwrap(), context.max_sockets().unwrap()), (2, 2));
    let kept: Vec<_> = (0..2).map(|_| context.socket(zmq4::PAIR).unwrap()).collect();
    let error = context.socket(zmq4::PAIR).unwrap_err();
    assert_eq!(error, Errno::EMFILE);
    assert_eq!(
        error.to_string(),
        "zmq_socket(PAIR): the context has its maximum of 2 sockets; `set_max_sockets` raises it before the first one (EMFILE)"
    );
    drop(kept);
    for error in [context.set_io_threads(3), context.set_max_sockets(3)] {
        let error = error.unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(
            error.to_string().contains("no effect once a socket was opened"),
            "{error}"
        );
    }
}

#[test]
fn time_is_set_in_all_its_forms() {
    let context = Context::new().unwrap();
    let socket = context.socket(zmq4::DEALER).unwrap();
    let time = Duration::from_millis(250);
    socket.set_rcvtimeo(time).unwrap();
    assert_eq!(socket.rcvtimeo().unwrap(), Some(time));
    socket.set_rcvtimeo(None).unwrap();
    assert_eq!(socket.rcvtimeo().unwrap(), None);
    socket.set_rcvtimeo(Some(time)).unwrap();
    assert_eq!(socket.rcvtimeo().unwrap(), Some(time));
    socket.set_rcvtimeo(Duration::ZERO).unwrap();
    assert_eq!(socket.rcvtimeo().unwrap(), Some(Duration::ZERO));
}

#[test]
fn zero_time_is_none_where_libzmq_says_so() {
    type Set = fn(&Socket, Option<Duration>) -> zmq4::Result<()>;
    type Get = fn(&Socket) -> zmq4::Result<Option<Duration>>;
    let options: [(Set, Get); 6] = [
        (
            |socket, time| socket.set_reconnect_ivl_max(time),
            Socket::reconnect_ivl_max,
        ),
        (|socket, time| socket.set_handshake_ivl(time), Socket::handshake_ivl),
        (|socket, time| socket.set_heartbeat_ivl(time), Socket::heartbeat_ivl),
        (|socket, time| socket.set_heartbeat_ttl(time), Socket::heartbeat_ttl),
        (|socket, time| socket.set_tcp_maxrt(time), Socket::tcp_maxrt),
        (|socket, time| socket.set_connect_timeout(time), Socket::connect_timeout),
    ];
    let context = Context::new().unwrap();
    let socket = context.socket(zmq4::DEALER).unwrap();
    for (place, (set, get)) in options.into_iter().enumerate() {
        set(&socket, Some(Duration::from_millis(500))).unwrap();
        assert_eq!(get(&socket).unwrap(), Some(Duration::from_millis(500)), "{place}");
        set(&socket, Some(Duration::ZERO)).unwrap();
        assert_eq!(get(&socket).unwrap(), None, "{place}");
    }
}
