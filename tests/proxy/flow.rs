//! What goes through a proxy.

use std::thread;

use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Proxy, Socket};

use crate::support::{LONG, bind_tcp, deadline, eventually};
use crate::{bound, connected, marked, open_timed, pipeline};

#[test]
fn requests_are_balanced_and_replies_routed_back() {
    deadline(LONG, || {
        const CLIENTS: usize = 4;
        const REQUESTS: usize = 200;
        let context = Context::new().unwrap();
        let (front, back) = (open_timed(&context, zmq4::ROUTER), open_timed(&context, zmq4::DEALER));
        let (clients, workers) = (bind_tcp(&front), bind_tcp(&back));
        let proxy = Proxy::start(front, back, None).unwrap();
        for _ in 0..3 {
            let worker = connected(&context, zmq4::REP, &workers);
            worker.set_rcvtimeo(None).unwrap();
            thread::spawn(move || {
                while let Ok(request) = worker.recv_message(Flags::NONE) {
                    worker.send_message(request).unwrap();
                }
            });
        }
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let client = connected(&context, zmq4::REQ, &clients);
                thread::spawn(move || {
                    for request in 0..REQUESTS {
                        let text = format!("{request} of {number}");
                        client.send_message((&*text, "", "end")).unwrap();
                        assert_eq!(client.recv_message(Flags::NONE).unwrap(), [&*text, "", "end"]);
                    }
                })
            })
            .collect();
        clients.into_iter().for_each(|client| client.join().unwrap());
        let statistics = proxy.statistics().unwrap();
        let all = (CLIENTS * REQUESTS) as u64;
        assert_eq!(statistics.front.received.messages, all);
        assert_eq!(statistics.front.received, statistics.back.sent);
        assert_eq!(statistics.back.received.messages, all);
        assert_eq!(statistics.back.received, statistics.front.sent);
        // The address, the delimiter of a REQ, and three frames.
        assert_eq!(statistics.front.received.frames, 5 * all);
        assert_eq!(statistics.dropped, 0);
        context.shutdown().unwrap();
        let Err(error) = proxy.join();
        assert_eq!(error, Errno::ETERM);
    });
}

#[test]
fn subscriptions_go_up_and_messages_come_down() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, up) = bound(&context, zmq4::XSUB);
        let (back, down) = bound(&context, zmq4::XPUB);
        let publisher = connected(&context, zmq4::XPUB, &up);
        let _proxy = Proxy::start(front, back, None).unwrap();
        let subscriber = connected(&context, zmq4::SUB, &down);
        subscriber.subscribe("a").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01a");
        for text in ["b", "a1", "c", "a2"] {
            publisher.send_message((text, "body")).unwrap();
        }
        assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), ["a1", "body"]);
        assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), ["a2", "body"]);
        subscriber.unsubscribe("a").unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x00a");
    });
}

#[test]
fn the_order_of_front_and_back_does_not_matter() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, to) = bound(&context, zmq4::PUSH);
        let (pull, from) = bound(&context, zmq4::PULL);
        let (source, sink) = (
            connected(&context, zmq4::PUSH, &from),
            connected(&context, zmq4::PULL, &to),
        );
        let proxy = Proxy::start(push, pull, None).unwrap();
        source.send_message(["one", "two"]).unwrap();
        assert_eq!(sink.recv_message(Flags::NONE).unwrap(), ["one", "two"]);
        let statistics = proxy.terminate().unwrap().statistics;
        assert_eq!(statistics.front.sent.bytes, 6);
        assert_eq!(statistics.back.received.frames, 2);
        assert_eq!(statistics.front.received, statistics.back.sent);
    });
}

#[test]
fn sockets_of_two_contexts_are_joined() {
    deadline(LONG, || {
        let (ours, theirs) = (Context::new().unwrap(), Context::new().unwrap());
        let (front, from) = bound(&ours, zmq4::PAIR);
        let (back, to) = bound(&theirs, zmq4::PAIR);
        let (a, b) = (connected(&ours, zmq4::PAIR, &from), connected(&theirs, zmq4::PAIR, &to));
        let proxy = Proxy::start(front, back, None).unwrap();
        a.send("there", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "there");
        b.send("back", Flags::NONE).unwrap();
        assert_eq!(a.recv(Flags::NONE).unwrap(), "back");
        theirs.shutdown().unwrap();
        let Err(error) = proxy.join();
        assert_eq!(error, Errno::ETERM);
    });
}

#[test]
fn nothing_is_copied() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_proxy, source, sink) = pipeline(&context);
        let message = Message::from(vec![7; 1 << 20]);
        let address = message.as_bytes().as_ptr() as usize;
        source.send(message, Flags::NONE).unwrap();
        assert_eq!(sink.recv(Flags::NONE).unwrap().as_bytes().as_ptr() as usize, address);
    });
}

/// How many messages `source` can send before it would have to wait.
fn fill(source: &Socket) -> u32 {
    let mut sent = 0;
    // What moves on makes room again: the source is full when it stays full.
    while source.poll(zmq4::POLLOUT, Some(crate::WHILE)).unwrap() == zmq4::POLLOUT {
        source.send_message((sent.to_string(), "rest")).unwrap();
        sent += 1;
        assert!(sent < 10_000, "the marks do not press back");
    }
    sent
}

#[test]
fn high_water_marks_press_back_and_nothing_is_lost() {
    deadline(LONG, || {
        const MARK: u32 = 10;
        let context = Context::new().unwrap();
        let [source, front, back, sink] =
            [zmq4::PUSH, zmq4::PULL, zmq4::PUSH, zmq4::PULL].map(|ty| marked(&context, ty, MARK));
        let (from, to) = (crate::inproc_name(), crate::inproc_name());
        front.bind(&from).unwrap();
        back.bind(&to).unwrap();
        source.connect(&from).unwrap();
        let _proxy = Proxy::start(front, back, None).unwrap();
        // No peer is there yet.
        let mut sent = fill(&source);
        assert!(sent >= 2 * MARK, "{sent}");
        sink.connect(&to).unwrap();
        sent += 100;
        let sender = thread::spawn(move || {
            for number in sent - 100..sent {
                source.send_message((number.to_string(), "rest")).unwrap();
            }
            source
        });
        for number in 0..sent {
            assert_eq!(sink.recv_message(Flags::NONE).unwrap(), [&*number.to_string(), "rest"]);
        }
        sender.join().unwrap();
    });
}

#[test]
fn nothing_is_read_while_the_other_side_has_nobody() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, from) = bound(&context, zmq4::PULL);
        let back = open_timed(&context, zmq4::PUSH);
        let source = connected(&context, zmq4::PUSH, &from);
        let proxy = Proxy::start(front, back, None).unwrap();
        source.send("stays", Flags::NONE).unwrap();
        thread::sleep(crate::WHILE);
        let sockets = proxy.terminate().unwrap();
        assert_eq!(sockets.statistics.front.received.messages, 0);
        assert!(sockets.undelivered.is_empty());
        assert_eq!(sockets.front.recv(Flags::NONE).unwrap(), "stays");
    });
}

#[test]
fn blocked_direction_does_not_block_the_other() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let [a, front, back, b] = [zmq4::PAIR; 4].map(|ty| marked(&context, ty, 2));
        let (from, to) = (crate::inproc_name(), crate::inproc_name());
        front.bind(&from).unwrap();
        back.bind(&to).unwrap();
        a.connect(&from).unwrap();
        b.connect(&to).unwrap();
        let _proxy = Proxy::start(front, back, None).unwrap();
        let stuck = fill(&a);
        for number in 0..100 {
            b.send(number.to_string(), Flags::NONE).unwrap();
            assert_eq!(a.recv(Flags::NONE).unwrap(), number.to_string());
        }
        for number in 0..stuck {
            assert_eq!(b.recv_message(Flags::NONE).unwrap(), [&*number.to_string(), "rest"]);
        }
    });
}

#[test]
fn a_flood_one_way_does_not_starve_the_other() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, from) = bound(&context, zmq4::DEALER);
        let (back, to) = bound(&context, zmq4::DEALER);
        let (a, b) = (
            connected(&context, zmq4::DEALER, &from),
            connected(&context, zmq4::DEALER, &to),
        );
        let _proxy = Proxy::start(front, back, None).unwrap();
        let flood = thread::spawn(move || {
            loop {
                a.send("flood", Flags::NONE).unwrap();
                if let Ok(answer) = a.recv(DONTWAIT) {
                    return answer;
                }
            }
        });
        b.recv(Flags::NONE).unwrap();
        b.send("through", Flags::NONE).unwrap();
        let drain = thread::spawn(move || while b.recv(Flags::NONE).is_ok() {});
        assert_eq!(flood.join().unwrap(), "through");
        context.shutdown().unwrap();
        drain.join().unwrap();
    });
}

#[test]
fn a_router_that_must_not_drop_waits_for_its_peer() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let front = marked(&context, zmq4::ROUTER, 2);
        front.set_router_mandatory(true).unwrap();
        let from = crate::inproc_name();
        front.bind(&from).unwrap();
        let (back, to) = bound(&context, zmq4::DEALER);
        let worker = connected(&context, zmq4::DEALER, &to);
        let [slow, _other] = ["slow", "other"].map(|name| {
            let client = marked(&context, zmq4::DEALER, 2);
            client.set_routing_id(name).unwrap();
            client.connect(&from).unwrap();
            client
        });
        let proxy = Proxy::start(front, back, None).unwrap();
        for number in 0..50 {
            worker.send_message(("slow", number.to_string())).unwrap();
        }
        // The other client has room, so the router says that it can send; it still waits for the slow one.
        eventually(LONG, || {
            (proxy.statistics().unwrap().back.received.messages > 2).then_some(())
        });
        thread::sleep(crate::WHILE);
        for number in 0..50 {
            assert_eq!(slow.recv(Flags::NONE).unwrap(), number.to_string());
        }
        assert_eq!(proxy.statistics().unwrap().dropped, 0);
    });
}

#[test]
fn message_to_an_unknown_peer_is_dropped() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, from) = bound(&context, zmq4::ROUTER);
        front.set_router_mandatory(true).unwrap();
        let (back, to) = bound(&context, zmq4::DEALER);
        let client = open_timed(&context, zmq4::DEALER);
        client.set_routing_id("client").unwrap();
        client.connect(&from).unwrap();
        let worker = connected(&context, zmq4::DEALER, &to);
        let proxy = Proxy::start(front, back, None).unwrap();
        for (to, text) in [("client", "1"), ("nobody", "2"), ("client", "3")] {
            worker.send_message((to, text)).unwrap();
        }
        assert_eq!(client.recv(Flags::NONE).unwrap(), "1");
        assert_eq!(client.recv(Flags::NONE).unwrap(), "3");
        let statistics = proxy.statistics().unwrap();
        assert_eq!((statistics.dropped, statistics.front.sent.messages), (1, 2));
    });
}
