//! Messages in both directions, in one direction, and the pressure of a slow side.

use crate::*;

#[test]
fn many_messages_are_echoed_over_tcp() {
    const SENDERS: u64 = 4;
    const EACH: u64 = 5_000;
    deadline(4 * LONG, || {
        let context = Context::new().unwrap();
        let (router, dealer) = (open_timed(&context, zmq4::ROUTER), open_timed(&context, zmq4::DEALER));
        // Otherwise it drops what a peer at its mark has no room for.
        router.set_router_mandatory(true).unwrap();
        dealer.connect(&bind_tcp(&router)).unwrap();
        let (server, replies, requests) = Bridge::start(router, capacity(10, 10)).unwrap();
        let (client, outbound, inbound) = Bridge::start(dealer, capacity(10, 10)).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                for request in &requests {
                    // The routing id is in front, where the reply needs it.
                    replies.send(request).unwrap();
                }
            });
            for sender in 0..SENDERS {
                let outbound = outbound.clone();
                scope.spawn(move || {
                    for number in 0..EACH {
                        let message = [sender.to_string(), number.to_string()];
                        outbound.send(Multipart::from_iter(message)).unwrap();
                    }
                });
            }
            let mut next = [0; SENDERS as usize];
            for echo in inbound.iter().take((SENDERS * EACH) as usize) {
                assert_eq!(echo.len(), 2);
                let sender: usize = echo[0].as_str().unwrap().parse().unwrap();
                assert_eq!(number(&echo), next[sender], "of sender {sender}");
                next[sender] += 1;
            }
            assert_eq!(next, [EACH; SENDERS as usize]);
            accepted_all(client.stop());
            accepted_all(server.stop());
        });
    });
}

#[test]
fn a_poller_waits_for_messages_and_refusals() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (router, dealer) = connected(&context, zmq4::ROUTER, zmq4::DEALER, false);
        router.set_router_mandatory(true).unwrap();
        let (bridge, outbound, inbound) = Bridge::start(router, Capacity::default()).unwrap();
        let mut poller = Poller::new();
        let messages = poller.add_fd(&inbound, POLLIN).unwrap();
        let rejections = poller.add_fd(bridge.rejected(), POLLIN).unwrap();
        let wait = |poller: &mut Poller<'_>| poller.poll(None).unwrap()[0].id();

        dealer.send("Hello", Flags::NONE).unwrap();
        assert_eq!(wait(&mut poller), messages);
        let mut message = inbound.try_recv().unwrap();
        assert_eq!(message.back().unwrap(), "Hello");

        let stranger = Multipart::from_iter(["stranger", "a", "b"]);
        outbound.send(stranger).unwrap();
        assert_eq!(wait(&mut poller), rejections);
        let rejected = bridge.rejected().try_recv().unwrap();
        assert_eq!(rejected.error, Errno::EHOSTUNREACH);
        let reason = "no peer has the routing id \"stranger\"";
        assert_eq!(rejected.error.reason(), Some(reason));
        assert_eq!(rejected.message, ["stranger", "a", "b"]);

        // The bridge goes on.
        message.pop_back();
        message.push_back("World");
        outbound.send(message).unwrap();
        assert_eq!(dealer.recv(Flags::NONE).unwrap(), "World");
        drop(poller);
        accepted_all(bridge.stop());
    });
}

#[test]
fn a_slow_peer_holds_up_the_senders() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, true);
        let (bridge, outbound, _) = Bridge::start(push, capacity(1, 4)).unwrap();
        let accepted = fill_outbound(&outbound);
        // The channel, the bridge, and the marks; libzmq counts those a little late.
        assert!((5..15).contains(&accepted), "{accepted}");
        assert_eq!(outbound.len(), 4);
        let waiting = thread::spawn({
            let outbound = outbound.clone();
            move || outbound.send(one(accepted)).unwrap()
        });
        for expected in 0..=accepted {
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
        waiting.join().unwrap();
        accepted_all(bridge.stop());
        assert_eq!(pull.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn a_slow_program_holds_up_the_peers() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pull, push) = connected(&context, zmq4::PULL, zmq4::PUSH, true);
        let (bridge, _, inbound) = Bridge::start(pull, capacity(3, 1)).unwrap();
        let mut sent = fill(0, |number| push.send(number.to_string(), DONTWAIT).is_ok());
        assert!((4..15).contains(&sent), "{sent}");
        assert_eq!(inbound.len(), 3);
        // Each value that is taken makes room for another at once.
        for taken in 0..sent - 3 {
            assert_eq!(number(&inbound.recv().unwrap()), taken);
            eventually(LONG, || (inbound.len() == 3).then_some(()));
        }
        for expected in sent - 3..sent {
            assert_eq!(number(&inbound.recv().unwrap()), expected);
        }
        assert_eq!(inbound.try_recv().unwrap_err(), TryRecvError::Empty);
        // And a peer that is held up goes on.
        let total = sent + 1_000;
        let sending = thread::spawn(move || {
            while sent < total {
                push.send(sent.to_string(), Flags::NONE).unwrap();
                sent += 1;
            }
            push
        });
        for expected in total - 1_000..total {
            assert_eq!(number(&inbound.recv().unwrap()), expected);
        }
        sending.join().unwrap();
        accepted_all(bridge.stop());
    });
}

#[test]
fn the_narrowest_of_bridges_loses_nothing_over_tcp() {
    const COUNT: u64 = 3_000;
    deadline(4 * LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        for socket in [&a, &b] {
            socket.set_sndhwm(1).unwrap();
            socket.set_rcvhwm(1).unwrap();
        }
        b.connect(&bind_tcp(&a)).unwrap();
        let ends = [a, b].map(|socket| Bridge::start(socket, capacity(1, 1)).unwrap());
        thread::scope(|scope| {
            for (_, outbound, inbound) in &ends {
                scope.spawn(move || (0..COUNT).for_each(|number| outbound.send(one(number)).unwrap()));
                scope.spawn(move || {
                    for expected in 0..COUNT {
                        assert_eq!(number(&inbound.recv().unwrap()), expected);
                    }
                });
            }
        });
        for (bridge, ..) in ends {
            accepted_all(bridge.stop());
        }
    });
}

#[test]
fn types_that_go_one_way_have_one_channel() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for ty in [zmq4::PULL, zmq4::SUB] {
            let (bridge, outbound, inbound) = Bridge::start(open_timed(&context, ty), Capacity::default()).unwrap();
            let returned = eventually(LONG, || outbound.send(one("no")).err());
            assert_eq!(returned.into_inner(), ["no"], "{ty}");
            assert_eq!(inbound.try_recv(), Err(TryRecvError::Empty), "{ty}");
            accepted_all(bridge.stop());
        }
        for ty in [zmq4::PUSH, zmq4::PUB] {
            let (bridge, _, inbound) = Bridge::start(open_timed(&context, ty), Capacity::default()).unwrap();
            assert_eq!(inbound.recv(), Err(RecvError), "{ty}");
            assert!(bridge.is_running());
            accepted_all(bridge.stop());
        }
    });
}

#[test]
fn a_subscriber_gets_what_a_publisher_sends() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (publisher, subscriber) = (open_timed(&context, zmq4::XPUB), open_timed(&context, zmq4::SUB));
        subscriber.connect(&bind_tcp(&publisher)).unwrap();
        subscriber.subscribe("news").unwrap();
        let (publishing, outbound, subscriptions) = Bridge::start(publisher, Capacity::default()).unwrap();
        let (subscribing, _, inbound) = Bridge::start(subscriber, Capacity::default()).unwrap();
        assert_eq!(subscriptions.recv().unwrap(), ["\x01news"]);
        outbound.send(one("sport")).unwrap();
        outbound.send(one("news")).unwrap();
        assert_eq!(inbound.recv().unwrap(), ["news"]);
        accepted_all(publishing.stop());
        accepted_all(subscribing.stop());
    });
}
