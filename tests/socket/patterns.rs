//! Every socket type does its part, over every transport that all systems have.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{IpcName, LONG, deadline, ipc_name};
use zmq4::{Context, DONTWAIT, Errno, Flags, Multipart, SNDMORE, Socket, SocketType};

/// Two connected sockets; `a` is bound. Receiving is limited, so that no fault hangs a test.
fn connected(transport: &str, a: SocketType, b: SocketType) -> (Context, Socket, Socket, IpcName) {
    let ipc = ipc_name();
    let context = Context::new().unwrap();
    let (a, b) = (context.socket(a).unwrap(), context.socket(b).unwrap());
    for socket in [&a, &b] {
        socket.set_rcvtimeo(Some(LONG)).unwrap();
        socket.set_sndtimeo(Some(LONG)).unwrap();
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }
    a.bind(match transport {
        "inproc" => "inproc://it",
        "ipc" => &ipc,
        _ => "tcp://127.0.0.1:*",
    })
    .unwrap();
    b.connect(&a.last_endpoint().unwrap()).unwrap();
    (context, a, b, ipc)
}

fn each(a: SocketType, b: SocketType, body: impl Fn(&Socket, &Socket) + Send + Copy + 'static) {
    for transport in ["inproc", "ipc", "tcp"] {
        deadline(LONG, move || {
            let (_context, a, b, _ipc) = connected(transport, a, b);
            body(&a, &b);
        });
    }
}

#[test]
fn pair_goes_both_ways() {
    each(zmq4::PAIR, zmq4::PAIR, |a, b| {
        assert_eq!(a.send("there", Flags::NONE).unwrap(), 5);
        assert_eq!(b.recv(Flags::NONE).unwrap(), "there");
        b.send("back", Flags::NONE).unwrap();
        assert_eq!(a.recv_string(Flags::NONE).unwrap(), "back");
    });
}

#[test]
fn req_and_rep_take_turns() {
    each(zmq4::REP, zmq4::REQ, |server, client| {
        for round in 0..3 {
            client.send(format!("request {round}"), Flags::NONE).unwrap();
            assert_eq!(client.send("again", Flags::NONE).unwrap_err(), Errno::EFSM);
            assert_eq!(server.recv_string(Flags::NONE).unwrap(), format!("request {round}"));
            server.send_message(("reply", "of two frames")).unwrap();
            assert_eq!(client.recv_message(Flags::NONE).unwrap(), ["reply", "of two frames"]);
        }
    });
}

#[test]
fn router_and_dealer_know_each_other_by_id() {
    each(zmq4::ROUTER, zmq4::DEALER, |router, dealer| {
        dealer.disconnect(&dealer.last_endpoint().unwrap()).unwrap();
        dealer.set_routing_id("a dealer").unwrap();
        dealer.connect(&router.last_endpoint().unwrap()).unwrap();
        dealer.send_message(["", "question"]).unwrap();
        let mut question = router.recv_message(Flags::NONE).unwrap();
        assert_eq!(question, ["a dealer", "", "question"]);
        let id = question.pop_envelope().unwrap();
        assert_eq!(question, ["question"]);
        let mut answer = Multipart::from_iter(["answer"]);
        answer.push_envelope(id);
        router.send_message(&mut answer).unwrap();
        assert!(answer.is_empty());
        assert_eq!(dealer.recv_message(Flags::NONE).unwrap(), ["", "answer"]);
    });
}

#[test]
fn push_shares_out_to_pullers() {
    each(zmq4::PUSH, zmq4::PULL, |push, pull| {
        push.send("before", Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "before");
        push.send_message(vec!["1".to_owned(), "2".to_owned()]).unwrap();
        assert_eq!(pull.recv_message(Flags::NONE).unwrap(), ["1", "2"]);
        assert_eq!(pull.send("wrong way", Flags::NONE).unwrap_err(), Errno::ENOTSUP);
        assert_eq!(push.recv(Flags::NONE).unwrap_err(), Errno::ENOTSUP);
    });
}

#[test]
fn xpub_receives_subscriptions_and_sub_messages() {
    each(zmq4::XPUB, zmq4::SUB, |publisher, subscriber| {
        subscriber.subscribe("a").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01a");
        publisher.send("b: not wanted", Flags::NONE).unwrap();
        publisher.send("a: wanted", Flags::NONE).unwrap();
        assert_eq!(subscriber.recv(Flags::NONE).unwrap(), "a: wanted");
        subscriber.unsubscribe("a").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x00a");
        publisher.send("a: too late", Flags::NONE).unwrap();
        assert_eq!(subscriber.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn xsub_subscribes_by_sending() {
    each(zmq4::XPUB, zmq4::XSUB, |publisher, subscriber| {
        subscriber.send(b"\x01news", Flags::NONE).unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01news");
        publisher.send_message(("news", "of today")).unwrap();
        assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), ["news", "of today"]);
    });
}

#[test]
fn pub_reaches_all_its_subscribers() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let publisher = context.socket(zmq4::PUB).unwrap();
        publisher.bind("inproc://all").unwrap();
        let subscribers: Vec<_> = (0..5).map(|_| context.socket(zmq4::SUB).unwrap()).collect();
        for subscriber in &subscribers {
            subscriber.subscribe("").unwrap();
            subscriber.connect("inproc://all").unwrap();
        }
        publisher.send(vec![7; 5000], Flags::NONE).unwrap();
        let received: Vec<_> = subscribers
            .iter()
            .map(|socket| socket.recv(Flags::NONE).unwrap())
            .collect();
        let buffers: BTreeSet<_> = received.iter().map(|message| message.as_ptr_range().start).collect();
        assert!(received.iter().all(|message| message == &vec![7; 5000]));
        assert_eq!(
            buffers.len(),
            1,
            "inproc subscribers share one buffer, which is why it is read-only"
        );
    });
}

#[test]
fn stream_talks_to_plain_tcp() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let stream = context.socket(zmq4::STREAM).unwrap();
        stream.bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = stream.last_endpoint().unwrap();
        let mut peer = TcpStream::connect(endpoint.trim_start_matches("tcp://")).unwrap();
        let mut hello = stream.recv_message(Flags::NONE).unwrap();
        assert_eq!(
            hello.len(),
            2,
            "an id, and an empty frame for the connection: {hello:?}"
        );
        let id = hello.pop_front().unwrap();
        stream.send_message((&id, "ping")).unwrap();
        let mut received = [0; 4];
        peer.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"ping");
        peer.write_all(b"pong").unwrap();
        let answer = stream.recv_message(Flags::NONE).unwrap();
        assert_eq!(answer[0], *id);
        assert_eq!(answer[1], "pong");
    });
}

#[test]
fn frames_by_hand_make_one_message() {
    each(zmq4::PAIR, zmq4::PAIR, |a, b| {
        a.send("first", SNDMORE).unwrap();
        a.send("second", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "first");
        assert!(b.rcvmore().unwrap());
        let second = b.recv(Flags::NONE).unwrap();
        assert_eq!(second, "second");
        assert!(!second.more());
        assert!(!b.rcvmore().unwrap());
    });
}

#[test]
fn every_way_of_receiving_gives_the_same_bytes() {
    each(zmq4::PAIR, zmq4::PAIR, |a, b| {
        for _ in 0..6 {
            a.send("twelve bytes", Flags::NONE).unwrap();
        }
        let mut reused = zmq4::Message::from("old content");
        let mut buffer = [0; 6];
        assert_eq!(b.recv_msg_into(&mut reused, Flags::NONE).unwrap(), 12);
        assert_eq!(reused, "twelve bytes");
        assert_eq!(b.recv_bytes(Flags::NONE).unwrap(), b"twelve bytes");
        assert_eq!(b.recv_string(Flags::NONE).unwrap(), "twelve bytes");
        assert_eq!(
            b.recv_into(&mut buffer, Flags::NONE).unwrap(),
            12,
            "the length of the frame"
        );
        assert_eq!(&buffer, b"twelve");
        assert_eq!(b.recv_message(Flags::NONE).unwrap(), ["twelve bytes"]);
        let asked = ["Socket-Type", "Peer-Address", "No-Such"];
        let (message, metadata) = b.recv_with_metadata(Flags::NONE, &asked).unwrap();
        assert_eq!(message, "twelve bytes");
        assert!(!metadata.contains_key("No-Such"));
        if b.last_endpoint().unwrap().starts_with("tcp") {
            assert_eq!(metadata["Socket-Type"], "PAIR");
            assert_eq!(metadata["Peer-Address"], "127.0.0.1");
            assert_eq!(message.property("Peer-Address"), Some("127.0.0.1"));
            assert_eq!(message.property("a\0b"), None);
        }
    });
}

#[test]
fn metadata_comes_in_each_form() {
    each(zmq4::DEALER, zmq4::DEALER, |a, b| {
        for _ in 0..2 {
            a.send("text", Flags::NONE).unwrap();
        }
        a.send_message(("two", "frames")).unwrap();
        let tcp = b.last_endpoint().unwrap().starts_with("tcp");
        let expected = if tcp { Some("DEALER") } else { None };
        let asked = ["Socket-Type"];
        let (bytes, metadata) = b.recv_bytes_with_metadata(Flags::NONE, &asked).unwrap();
        assert_eq!(bytes, b"text");
        if tcp {
            assert_eq!(metadata.get("Socket-Type").map(String::as_str), expected);
        }
        assert_eq!(b.recv_string_with_metadata(Flags::NONE, &asked).unwrap().0, "text");
        let (frames, metadata) = b.recv_message_with_metadata(Flags::NONE, &asked).unwrap();
        assert_eq!(frames, ["two", "frames"]);
        if tcp {
            assert_eq!(metadata.get("Socket-Type").map(String::as_str), expected);
        }
    });
}

/// libzmq 4.3.4 leaves the properties off the routing id where the socket was polled.
#[test]
fn metadata_is_there_after_a_poll() {
    deadline(LONG, || {
        for polled in [false, true] {
            let (_context, router, dealer, _ipc) = connected("tcp", zmq4::ROUTER, zmq4::DEALER);
            dealer.send_message(("one", "two")).unwrap();
            if polled {
                assert_eq!(router.poll(zmq4::POLLIN, Some(LONG)).unwrap(), zmq4::POLLIN);
            }
            let asked = ["Peer-Address", "Socket-Type", "Not-There"];
            let (message, metadata) = router.recv_message_with_metadata(Flags::NONE, &asked).unwrap();
            assert_eq!(message.len(), 3);
            assert_eq!(metadata.len(), 2, "{metadata:?}");
            assert_eq!(metadata["Peer-Address"], "127.0.0.1");
            assert_eq!(metadata["Socket-Type"], "DEALER");
        }
    });
}

/// What `Socket` says of calls: a SUB that binds subscribes at its publishers inside its own.
#[test]
fn a_sub_that_binds_subscribes_inside_its_calls() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (sub, publisher) = (context.socket(zmq4::SUB).unwrap(), context.socket(zmq4::XPUB).unwrap());
        for socket in [&sub, &publisher] {
            socket.set_rcvtimeo(Some(LONG)).unwrap();
        }
        sub.subscribe("").unwrap();
        sub.bind("tcp://127.0.0.1:*").unwrap();
        let monitor = publisher.monitor(zmq4::EVENT_HANDSHAKE_SUCCEEDED).unwrap();
        publisher.connect(&sub.last_endpoint().unwrap()).unwrap();
        monitor.recv_timeout(LONG).unwrap();
        publisher.send("before the call", Flags::NONE).unwrap();
        let quiet = publisher.poll(zmq4::POLLIN, Some(Duration::from_millis(150))).unwrap();
        assert!(quiet.is_empty(), "no subscription yet");
        sub.events().unwrap();
        // That one call was enough.
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\x01");
        publisher.send("after the call", Flags::NONE).unwrap();
        assert_eq!(sub.recv(Flags::NONE).unwrap(), "after the call");
    });
}
