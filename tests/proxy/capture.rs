//! Capture sockets.

use std::thread;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, Errno, Flags, Proxy};

use crate::support::{LONG, deadline};
use crate::{WHILE, bound, connected, marked, open_timed, pipeline};

#[test]
fn both_ways_are_captured_whole_and_in_order() {
    deadline(LONG, || {
        for (ours, theirs) in [
            (zmq4::PUB, zmq4::SUB),
            (zmq4::PUSH, zmq4::PULL),
            (zmq4::PAIR, zmq4::PAIR),
            (zmq4::DEALER, zmq4::DEALER),
        ] {
            let context = Context::new().unwrap();
            let (front, from) = bound(&context, zmq4::DEALER);
            let (back, to) = bound(&context, zmq4::DEALER);
            let (capture, tap) = bound(&context, ours);
            let tap = connected(&context, theirs, &tap);
            if theirs == zmq4::SUB {
                tap.subscribe("").unwrap();
                // Until the publisher has it, which no event reports.
                while tap.recv(DONTWAIT).is_err() {
                    capture.send("there", Flags::NONE).unwrap();
                }
                while tap.recv(DONTWAIT).is_ok() {}
            }
            let (a, b) = (
                connected(&context, zmq4::DEALER, &from),
                connected(&context, zmq4::DEALER, &to),
            );
            let _proxy = Proxy::start(front, back, Some(capture)).unwrap();
            for number in 0..100 {
                let number = number.to_string();
                a.send_message((&*number, "", "question")).unwrap();
                assert_eq!(b.recv_message(Flags::NONE).unwrap(), [&*number, "", "question"]);
                b.send_message((&*number, "answer")).unwrap();
                assert_eq!(a.recv_message(Flags::NONE).unwrap(), [&*number, "answer"]);
                assert_eq!(tap.recv_message(Flags::NONE).unwrap(), [&*number, "", "question"]);
                assert_eq!(tap.recv_message(Flags::NONE).unwrap(), [&*number, "answer"]);
            }
        }
    });
}

#[test]
fn capture_gets_both_directions() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let joined = |front, back| {
            let ((front, from), (back, to)) = (bound(&context, front), bound(&context, back));
            let (capture, tap) = bound(&context, zmq4::PUSH);
            let tap = connected(&context, zmq4::PULL, &tap);
            (Proxy::start(front, back, Some(capture)).unwrap(), from, to, tap)
        };

        let (_broker, from, to, tap) = joined(zmq4::ROUTER, zmq4::DEALER);
        let client = open_timed(&context, zmq4::REQ);
        client.set_routing_id("client").unwrap();
        client.connect(&from).unwrap();
        let worker = connected(&context, zmq4::REP, &to);
        client.send("question", Flags::NONE).unwrap();
        assert_eq!(worker.recv(Flags::NONE).unwrap(), "question");
        worker.send("answer", Flags::NONE).unwrap();
        assert_eq!(client.recv(Flags::NONE).unwrap(), "answer");
        assert_eq!(tap.recv_message(Flags::NONE).unwrap(), ["client", "", "question"]);
        assert_eq!(tap.recv_message(Flags::NONE).unwrap(), ["client", "", "answer"]);

        let (_forwarder, from, to, tap) = joined(zmq4::XSUB, zmq4::XPUB);
        let publisher = connected(&context, zmq4::XPUB, &from);
        let subscriber = connected(&context, zmq4::SUB, &to);
        subscriber.subscribe("a").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01a");
        publisher.send_message(["a1", "body"]).unwrap();
        assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), ["a1", "body"]);
        assert_eq!(tap.recv_message(Flags::NONE).unwrap(), [&b"\x01a"[..]]);
        assert_eq!(tap.recv_message(Flags::NONE).unwrap(), ["a1", "body"]);
    });
}

#[test]
fn full_capture_socket_blocks_and_loses_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, from) = bound(&context, zmq4::PULL);
        let (back, to) = bound(&context, zmq4::PUSH);
        let (source, sink) = (
            connected(&context, zmq4::PUSH, &from),
            connected(&context, zmq4::PULL, &to),
        );
        let (capture, tap) = (marked(&context, zmq4::PUSH, 3), marked(&context, zmq4::PULL, 3));
        let name = crate::inproc_name();
        capture.bind(&name).unwrap();
        tap.connect(&name).unwrap();
        let proxy = Proxy::start(front, back, Some(capture)).unwrap();
        for number in 0..100 {
            source.send_message((number.to_string(), "rest")).unwrap();
        }
        sink.set_rcvtimeo(Some(WHILE)).unwrap();
        let mut arrived = 0;
        while let Ok(message) = sink.recv_message(Flags::NONE) {
            assert_eq!(message, [&*arrived.to_string(), "rest"]);
            arrived += 1;
        }
        assert!((3..100).contains(&arrived), "{arrived}");
        // It obeys nevertheless.
        proxy.pause().unwrap();
        assert_eq!(proxy.statistics().unwrap().back.sent.messages, arrived);
        proxy.resume().unwrap();
        sink.set_rcvtimeo(Some(LONG)).unwrap();
        let tapped = thread::spawn(move || {
            for number in 0..100 {
                assert_eq!(tap.recv_message(Flags::NONE).unwrap(), [&*number.to_string(), "rest"]);
            }
        });
        for number in arrived..100 {
            assert_eq!(sink.recv_message(Flags::NONE).unwrap(), [&*number.to_string(), "rest"]);
        }
        tapped.join().unwrap();
    });
}

#[test]
fn capture_without_a_reader_does_not_block_the_end() {
    deadline(LONG, || {
        for ty in [zmq4::PUSH, zmq4::PAIR, zmq4::DEALER] {
            let context = Context::new().unwrap();
            let (front, from) = bound(&context, zmq4::PULL);
            let (back, to) = bound(&context, zmq4::PUSH);
            let (source, sink) = (
                connected(&context, zmq4::PUSH, &from),
                connected(&context, zmq4::PULL, &to),
            );
            let proxy = Proxy::start(front, back, Some(open_timed(&context, ty))).unwrap();
            source.send("waits", Flags::NONE).unwrap();
            sink.set_rcvtimeo(Some(Duration::from_millis(50))).unwrap();
            assert_eq!(sink.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
            let sockets = proxy.terminate().unwrap();
            assert_eq!(sockets.front.recv(Flags::NONE).unwrap(), "waits");
            assert_eq!(sockets.capture.unwrap().socket_type(), ty);
        }
    });
}

#[test]
fn capture_pub_without_subscribers_blocks_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (proxy, source, sink) = pipeline(&context);
        let sockets = proxy.terminate().unwrap();
        let capture = open_timed(&context, zmq4::PUB);
        let _proxy = Proxy::start(sockets.front, sockets.back, Some(capture)).unwrap();
        for number in 0..2000 {
            source.send(number.to_string(), Flags::NONE).unwrap();
            assert_eq!(sink.recv(Flags::NONE).unwrap(), number.to_string());
        }
    });
}
