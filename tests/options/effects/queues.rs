//! What waits, and where.

use zmq4::{Context, DONTWAIT, Errno, Flags, Socket};

use crate::effects::{MS, QUIET, open_timed, sockets};
use crate::support::{LONG, bind_tcp, eventually, inproc_name};

#[test]
fn conflate_keeps_the_newest() {
    let [push, pull] = sockets([zmq4::PUSH, zmq4::PULL]);
    push.set_conflate(true).unwrap();
    pull.set_conflate(true).unwrap();
    let name = inproc_name();
    pull.bind(&name).unwrap();
    push.connect(&name).unwrap();
    for number in 0..10 {
        push.send(format!("{number}"), Flags::NONE).unwrap();
    }
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "9");
    assert_eq!(pull.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
}

/// The queue to the publisher keeps one subscription, too.
#[test]
fn a_conflating_subscriber_has_one_subscription() {
    let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
    let endpoint = bind_tcp(&publisher);
    subscriber.set_conflate(true).unwrap();
    subscriber.subscribe("not this").unwrap();
    let error = subscriber.subscribe("nor this").unwrap_err();
    assert_eq!((error.errno(), error.option()), (Errno::EINVAL, Some("ZMQ_SUBSCRIBE")));
    subscriber.unsubscribe("not this").unwrap();
    subscriber.subscribe("this").unwrap();
    subscriber.connect(&endpoint).unwrap();
    assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01this");
    publisher.send("this arrives", Flags::NONE).unwrap();
    assert_eq!(subscriber.recv_string(Flags::NONE).unwrap(), "this arrives");

    let [late] = sockets([zmq4::SUB]);
    late.subscribe("a").unwrap();
    late.subscribe("b").unwrap();
    assert_eq!(late.set_conflate(true).unwrap_err(), Errno::EINVAL);
    late.set_conflate(false).unwrap();
    late.unsubscribe("b").unwrap();
    late.set_conflate(true).unwrap();
}

/// A handshake has 25 bytes at the least, which none of the values that are taken cuts off.
#[test]
fn the_least_maxmsgsize_lets_the_peer_in() {
    let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
    subscriber.set_maxmsgsize(Some(25)).unwrap();
    subscriber.subscribe("").unwrap();
    let [public] = sockets([zmq4::PUB]);
    let endpoint = bind_tcp(&public);
    subscriber.connect(&endpoint).unwrap();
    subscriber.set_rcvtimeo(Some(10 * MS)).unwrap();
    eventually(LONG, || {
        public.send("short enough", Flags::NONE).unwrap();
        subscriber.recv(Flags::NONE).ok()
    });
    assert_eq!(publisher.set_maxmsgsize(Some(24)).unwrap_err(), Errno::EINVAL);
}

/// After a peer has gone, too, and with an effect on those that are there.
fn marks_are_set_late() {
    for transport in ["inproc", "tcp"] {
        let context = Context::new().unwrap();
        let open = |ty| open_timed(&context, ty);
        let push = open(zmq4::PUSH);
        match transport {
            "tcp" => push.bind("tcp://127.0.0.1:*").unwrap(),
            _ => push.bind(&inproc_name()).unwrap(),
        }
        let endpoint = push.last_endpoint().unwrap();
        for mark in [5, 1, 20] {
            let gone = open(zmq4::PULL);
            gone.connect(&endpoint).unwrap();
            drop(gone);
            push.set_sndhwm(mark).unwrap();
            push.set_rcvhwm(mark).unwrap();
            assert_eq!((push.sndhwm().unwrap(), push.rcvhwm().unwrap()), (mark, mark));
        }
        let pull = open(zmq4::PULL);
        pull.set_rcvhwm(1).unwrap();
        pull.connect(&endpoint).unwrap();
        // The first ones may be lost with the peers that have gone.
        eventually(LONG, || {
            let _ = push.send("there", DONTWAIT);
            pull.recv(DONTWAIT).ok()
        });
        while pull.recv(DONTWAIT).is_ok() {}
        push.set_sndhwm(2).unwrap();
        if transport == "inproc" {
            let sent = (0..100).take_while(|_| push.send("x", DONTWAIT).is_ok()).count();
            // Its own mark and its peer's; of what the peer has read it learns a message later.
            assert!((2..=3).contains(&sent), "{sent}");
        }
    }
}

#[test]
fn marks_after_the_first_bind_need_repaired_libzmq() {
    if zmq4::has("repaired") {
        return marks_are_set_late();
    }
    let attach: [fn(&Socket); 4] = [
        |socket| socket.bind(&inproc_name()).unwrap(),
        |socket| socket.bind("tcp://127.0.0.1:*").unwrap(),
        |socket| socket.connect(&inproc_name()).unwrap(),
        |socket| socket.connect("tcp://127.0.0.1:9").unwrap(),
    ];
    for attach in attach {
        let [socket] = sockets([zmq4::DEALER]);
        assert_eq!(socket.bind("tcp://nonsense").unwrap_err(), Errno::EINVAL);
        socket.set_sndhwm(7).unwrap();
        socket.set_rcvhwm(8).unwrap();
        attach(&socket);
        let endpoint = socket.last_endpoint().unwrap();
        for _ in 0..2 {
            for (refused, name) in [
                (socket.set_sndhwm(1), "ZMQ_SNDHWM"),
                (socket.set_rcvhwm(1), "ZMQ_RCVHWM"),
            ] {
                let error = refused.unwrap_err();
                assert_eq!((error.errno(), error.option()), (Errno::EINVAL, Some(name)));
                assert!(
                    error.to_string().contains("before the socket binds or connects"),
                    "{error}"
                );
            }
            assert_eq!((socket.sndhwm().unwrap(), socket.rcvhwm().unwrap()), (7, 8));
            // What it was bound or connected to may still have peers.
            socket.unbind(&endpoint).ok();
        }
    }
}

#[test]
fn immediate_queues_for_nobody() {
    let [push, immediate] = sockets([zmq4::PUSH, zmq4::PUSH]);
    // The discard port has no listener.
    push.connect("tcp://127.0.0.1:9").unwrap();
    push.send("queued", DONTWAIT).unwrap();
    immediate.set_immediate(true).unwrap();
    immediate.connect("tcp://127.0.0.1:9").unwrap();
    assert_eq!(immediate.send("refused", DONTWAIT).unwrap_err(), Errno::EAGAIN);
}

#[test]
fn maxmsgsize_cuts_the_peer_off_and_the_server_lives() {
    let [pull, greedy, modest] = sockets([zmq4::PULL, zmq4::PUSH, zmq4::PUSH]);
    pull.set_maxmsgsize(Some(100)).unwrap();
    let endpoint = bind_tcp(&pull);
    greedy.set_reconnect_ivl(None).unwrap();
    greedy.connect(&endpoint).unwrap();
    greedy.send(vec![1; 100], Flags::NONE).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap().len(), 100);
    greedy.send(vec![2; 101], Flags::NONE).unwrap();
    greedy.send("after it", DONTWAIT).ok();
    modest.connect(&endpoint).unwrap();
    modest.send("modest", Flags::NONE).unwrap();
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "modest");
    pull.set_rcvtimeo(QUIET).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
}

#[test]
fn affinity_chooses_among_the_threads() {
    let context = Context::new().unwrap();
    context.set_io_threads(2).unwrap();
    let [pull, push] = [zmq4::PULL, zmq4::PUSH].map(|ty| open_timed(&context, ty));
    pull.set_affinity(0b100).unwrap();
    assert_eq!(pull.bind("tcp://127.0.0.1:*").unwrap_err(), Errno::EMTHREAD);
    pull.set_affinity(0b10).unwrap();
    let endpoint = bind_tcp(&pull);
    push.set_affinity(0b1).unwrap();
    push.connect(&endpoint).unwrap();
    push.send("across", Flags::NONE).unwrap();
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "across");
}

#[test]
fn events_tell_what_can_be_done() {
    let [push, pull] = sockets([zmq4::PUSH, zmq4::PULL]);
    let name = inproc_name();
    pull.bind(&name).unwrap();
    assert_eq!(pull.events().unwrap().to_string(), "<NONE>");
    assert!(push.events().unwrap().is_empty(), "no peer is there");
    push.connect(&name).unwrap();
    assert_eq!(push.events().unwrap(), zmq4::POLLOUT);
    push.send_message(("a", "b")).unwrap();
    assert_eq!(pull.events().unwrap(), zmq4::POLLIN);
    assert!(!pull.thread_safe().unwrap());
    pull.recv(Flags::NONE).unwrap();
    assert!(pull.rcvmore().unwrap());
    pull.recv(Flags::NONE).unwrap();
    assert!(!pull.rcvmore().unwrap());
}
