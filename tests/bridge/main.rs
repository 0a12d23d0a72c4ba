//! Bridges: a socket behind channels, from which nothing that was accepted is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::sockets::{join, open_timed};
use support::{LONG, bind_tcp, deadline, eventually, inproc_name};
use zmq4::bridge::{Bridge, Capacity, Stopped};
use zmq4::channel::{RecvError, TryRecvError, TrySendError};
use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, POLLIN, Poller, Receiver, Sender, Socket, SocketType};

/// Two sockets over inproc, with marks of 1 on both sides if they are to be `narrow`; the first is bound.
fn connected(context: &Context, a: SocketType, b: SocketType, narrow: bool) -> (Socket, Socket) {
    let (a, b) = (open_timed(context, a), open_timed(context, b));
    if narrow {
        for socket in [&a, &b] {
            socket.set_sndhwm(1).unwrap();
            socket.set_rcvhwm(1).unwrap();
        }
    }
    join(&a, &b);
    (a, b)
}

fn capacity(inbound: usize, outbound: usize) -> Capacity {
    Capacity { inbound, outbound }
}

fn one(text: impl ToString) -> Multipart {
    Multipart::from_iter([text.to_string()])
}

fn number(message: &Multipart) -> u64 {
    message.back().unwrap().as_str().unwrap().parse().unwrap()
}

fn accepted_all(stopped: Stopped) -> Socket {
    assert!(stopped.unsent.is_empty(), "{:?}", stopped.unsent);
    assert!(stopped.rejected.is_empty(), "{:?}", stopped.rejected);
    assert!(stopped.error.is_none(), "{:?}", stopped.error);
    stopped.socket.unwrap()
}

// ---- both ways

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

// ---- back pressure

/// How many messages fit before there is no room for a while; they are the numbers from `first`.
fn fill(first: u64, mut send: impl FnMut(u64) -> bool) -> u64 {
    let mut sent = first;
    let mut misses = 0;
    while misses < 50 {
        assert!(sent - first < 1_000, "nothing holds it up");
        if send(sent) {
            (sent, misses) = (sent + 1, 0);
        } else {
            misses += 1;
            thread::sleep(Duration::from_millis(2));
        }
    }
    sent - first
}

fn fill_outbound(outbound: &Sender<Multipart>) -> u64 {
    fill(0, |number| match outbound.try_send(one(number)) {
        Ok(()) => true,
        Err(TrySendError::Full(message)) => {
            assert_eq!(message, one(number), "it comes back");
            false
        }
        Err(error) => panic!("{error}"),
    })
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

// ---- stopping

const SENDERS: usize = 4;

/// Threads that send numbers until they are refused, and how many each had accepted.
fn send_until_refused(outbound: &Sender<Multipart>) -> Vec<thread::JoinHandle<u64>> {
    let sender = |index: usize| {
        let outbound = outbound.clone();
        move || {
            for number in 0.. {
                let message = Multipart::from_iter([index.to_string(), number.to_string()]);
                if let Err(error) = outbound.send(message) {
                    assert_eq!(number, self::number(&error.into_inner()), "it comes back");
                    return number;
                }
            }
            unreachable!()
        }
    };
    (0..SENDERS).map(|index| thread::spawn(sender(index))).collect()
}

/// Checks that the messages of each sender are in order without a gap, and counts them.
#[derive(Default)]
struct Tally([u64; SENDERS]);

impl Tally {
    fn take(&mut self, message: &Multipart) {
        let sender: usize = message[0].as_str().unwrap().parse().unwrap();
        assert_eq!(number(message), self.0[sender], "of sender {sender}");
        self.0[sender] += 1;
    }
}

#[test]
fn a_stop_in_the_middle_sends_all_that_was_accepted() {
    for round in 0..20 {
        deadline(2 * LONG, move || {
            let context = Context::new().unwrap();
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, true);
            let (bridge, outbound, _) = Bridge::start(push, capacity(1, 1 + round)).unwrap();
            let senders = send_until_refused(&outbound);
            let stopping = thread::spawn(move || {
                thread::sleep(Duration::from_millis(round as u64));
                let push = accepted_all(bridge.stop());
                push.send("end", Flags::NONE).unwrap();
                push
            });
            let mut tally = Tally::default();
            loop {
                let message = pull.recv_message(Flags::NONE).unwrap();
                if message == ["end"] {
                    break;
                }
                tally.take(&message);
            }
            stopping.join().unwrap();
            let accepted: Vec<u64> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
            assert_eq!(accepted, tally.0);
        });
    }
}

#[test]
fn unsent_messages_at_a_deadline_come_back() {
    for time in [Duration::ZERO, Duration::from_millis(30)] {
        deadline(2 * LONG, move || {
            let context = Context::new().unwrap();
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, true);
            let (bridge, outbound, _) = Bridge::start(push, capacity(1, 5)).unwrap();
            // Nobody reads: all senders end up waiting for room.
            let senders = send_until_refused(&outbound);
            let mut times_full = 0;
            eventually(LONG, || {
                times_full = if outbound.len() == 5 { times_full + 1 } else { 0 };
                (times_full == 20).then_some(())
            });
            let stopped = bridge.stop_within(time);
            let mut tally = Tally::default();
            let push = stopped.socket.unwrap();
            let sending = thread::spawn(move || push.send("end", Flags::NONE).map(|_| push));
            loop {
                let message = pull.recv_message(Flags::NONE).unwrap();
                if message == ["end"] {
                    break;
                }
                tally.take(&message);
            }
            sending.join().unwrap().unwrap();
            assert!(!stopped.unsent.is_empty());
            stopped.unsent.iter().for_each(|message| tally.take(message));
            let accepted: Vec<u64> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
            assert_eq!(accepted, tally.0);
        });
    }
}

#[test]
fn without_a_peer_a_bridge_stops_in_time() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (bridge, outbound, inbound) = Bridge::start(open_timed(&context, zmq4::DEALER), capacity(1, 9)).unwrap();
        (0..5).for_each(|number| outbound.send(one(number)).unwrap());
        assert!(bridge.is_running());
        let stopped = bridge.stop_within(Duration::from_millis(20));
        assert!(stopped.unsent.iter().map(number).eq(0..5));
        assert!(stopped.socket.is_some() && stopped.error.is_none());
        assert_eq!(inbound.recv(), Err(RecvError));
        let returned = outbound.send(one("late")).unwrap_err().into_inner();
        assert_eq!(returned, ["late"]);
    });
}

#[test]
fn received_messages_after_a_stop_stay_readable() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pull, push) = connected(&context, zmq4::PULL, zmq4::PUSH, false);
        let (bridge, _, inbound) = Bridge::start(pull, capacity(4, 1)).unwrap();
        (0..10).for_each(|number| assert!(push.send(number.to_string(), Flags::NONE).is_ok()));
        eventually(LONG, || (inbound.len() == 4).then_some(()));
        let pull = accepted_all(bridge.stop());
        assert!(inbound.iter().map(|message| number(&message)).eq(0..4));
        for expected in 4..10 {
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
    });
}

#[test]
fn stop_with_a_peer_that_replies_first_ends() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1000, 1000)).unwrap();
        (0..200).for_each(|number| outbound.send(one(number)).unwrap());
        let echoing = thread::spawn(move || {
            for _ in 0..200 {
                peer.send_message(peer.recv_message(Flags::NONE).unwrap()).unwrap();
            }
            peer
        });
        let ours = accepted_all(bridge.stop());
        let mut echoes: Vec<u64> = inbound.iter().map(|message| number(&message)).collect();
        while echoes.len() < 200 {
            echoes.push(number(&ours.recv_message(Flags::NONE).unwrap()));
        }
        assert!(echoes.into_iter().eq(0..200));
        echoing.join().unwrap();
    });
}

#[test]
fn stopping_twice_as_fast_as_starting() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        let mut socket = open_timed(&context, zmq4::PAIR);
        for _ in 0..300 {
            let (bridge, ..) = Bridge::start(socket, capacity(1, 1)).unwrap();
            socket = accepted_all(bridge.stop());
        }
    });
}

// ---- the context ends

#[test]
fn bridge_of_a_terminated_context_loses_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(2, 3)).unwrap();
        peer.send("received", Flags::NONE).unwrap();
        eventually(LONG, || (inbound.len() == 1).then_some(()));
        let accepted = fill_outbound(&outbound);
        let in_the_socket = {
            // What the socket has taken is the peer's to read.
            let mut count = 0;
            while outbound.len() == 3 {
                assert_eq!(peer.recv_string(Flags::NONE).unwrap(), count.to_string());
                count += 1;
                thread::sleep(Duration::from_millis(5));
            }
            count
        };
        assert!(in_the_socket > 0);
        drop(peer);
        // The thread does not hold the context up, though the bridge is still here.
        context.term().unwrap();
        eventually(LONG, || (!bridge.is_running()).then_some(()));
        assert_eq!(outbound.send(one("late")).unwrap_err().into_inner(), ["late"]);
        assert_eq!(inbound.recv().unwrap(), ["received"]);
        assert_eq!(inbound.recv(), Err(RecvError));
        let stopped = bridge.stop();
        assert!(stopped.socket.is_none());
        assert_eq!(stopped.error.unwrap(), Errno::ETERM);
        // In order, up to the last.
        let first = stopped.unsent.first().map_or(accepted, number);
        assert!(stopped.unsent.iter().map(number).eq(first..accepted));
    });
}

/// A thread that asks nothing of its socket must not hold the context up.
#[test]
fn idle_bridge_of_a_terminated_context_ends() {
    for (case, ty, other) in [
        ("nothing to send", zmq4::PUSH, zmq4::PULL),
        ("no room for what comes", zmq4::PAIR, zmq4::PAIR),
        ("nobody to receive", zmq4::PAIR, zmq4::PAIR),
        ("no senders", zmq4::PUB, zmq4::XSUB),
    ] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let (ours, peer) = connected(&context, ty, other, false);
            let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1, 1)).unwrap();
            let mut ends = (Some(outbound), Some(inbound));
            match case {
                "no room for what comes" => {
                    (0..3).for_each(|number| assert!(peer.send(number.to_string(), Flags::NONE).is_ok()));
                    eventually(LONG, || (ends.1.as_ref().unwrap().len() == 1).then_some(()));
                }
                "nobody to receive" => ends.1 = None,
                "no senders" => ends.0 = None,
                _ => {}
            }
            drop(peer);
            // The thread is to wait by then, which nothing tells.
            thread::sleep(Duration::from_millis(50));
            context.term().unwrap();
            eventually(LONG, || (!bridge.is_running()).then_some(()));
            let stopped = bridge.stop();
            assert_eq!(stopped.error.unwrap(), Errno::ETERM, "{case}");
            assert!(stopped.socket.is_none() && stopped.unsent.is_empty(), "{case}");
            drop(ends);
        });
    }
}

#[test]
fn bridge_on_a_terminated_context_is_refused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let socket = open_timed(&context, zmq4::PAIR);
        context.shutdown().unwrap();
        let (bridge, outbound, inbound) = Bridge::start(socket, Capacity::default()).unwrap();
        assert_eq!(inbound.recv(), Err(RecvError));
        eventually(LONG, || outbound.send(one(1)).is_err().then_some(()));
        assert_eq!(bridge.stop().error.unwrap(), Errno::ETERM);
        context.term().unwrap();
    });
}

// ---- what sockets refuse

#[test]
fn message_out_of_turn_comes_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (rep, req) = connected(&context, zmq4::REP, zmq4::REQ, false);
        let (server, replies, requests) = Bridge::start(rep, Capacity::default()).unwrap();
        let (client, ask, answers) = Bridge::start(req, Capacity::default()).unwrap();
        replies.send(one("unasked")).unwrap();
        assert_eq!(server.rejected().recv().unwrap().error, Errno::EFSM);
        for round in 0..100 {
            ask.send(one(round)).unwrap();
            ask.send(one("impatient")).unwrap();
            let rejected = client.rejected().recv().unwrap();
            assert_eq!(
                (rejected.message, rejected.error.errno()),
                (one("impatient"), Errno::EFSM)
            );
            replies.send(requests.recv().unwrap()).unwrap();
            assert_eq!(answers.recv().unwrap(), one(round));
        }
        ask.send(Multipart::new()).unwrap();
        let stopped = client.stop();
        assert_eq!(stopped.rejected.len(), 1);
        assert_eq!(stopped.rejected[0].error, Errno::EINVAL);
        accepted_all(server.stop());
    });
}

#[test]
fn router_with_a_full_peer_waits_and_goes_on() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let router = open_timed(&context, zmq4::ROUTER);
        router.set_router_mandatory(true).unwrap();
        router.set_sndhwm(1).unwrap();
        let name = inproc_name();
        router.bind(&name).unwrap();
        let peer = |id: &str| {
            let dealer = open_timed(&context, zmq4::DEALER);
            dealer.set_routing_id(id).unwrap();
            dealer.set_rcvhwm(1).unwrap();
            dealer.connect(&name).unwrap();
            // The router knows a peer from its first message on.
            dealer.send("here", Flags::NONE).unwrap();
            dealer
        };
        let (slow, quick) = (peer("slow"), peer("quick"));
        let (bridge, outbound, inbound) = Bridge::start(router, capacity(5, 3)).unwrap();
        (0..2).for_each(|_| drop(inbound.recv().unwrap()));
        let accepted = fill(0, |number| {
            let message = Multipart::from_iter(["slow".to_owned(), number.to_string()]);
            outbound.try_send(message).is_ok()
        });
        // It receives meanwhile.
        quick.send("Hello", Flags::NONE).unwrap();
        assert_eq!(inbound.recv().unwrap(), ["quick", "Hello"]);
        let waiting = thread::spawn(move || outbound.send(Multipart::from_iter(["quick", "World"])).unwrap());
        for expected in 0..accepted {
            assert_eq!(slow.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
        assert_eq!(quick.recv_string(Flags::NONE).unwrap(), "World");
        waiting.join().unwrap();
        accepted_all(bridge.stop());
    });
}

// ---- one way

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

// ---- ends that are dropped

#[test]
fn messages_not_taken_stay_in_the_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1, 1)).unwrap();
        // Full, so that the thread waits for room when the receiver goes.
        (0..3).for_each(|number| assert!(peer.send(number.to_string(), Flags::NONE).is_ok()));
        eventually(LONG, || (inbound.len() == 1).then_some(()));
        drop(inbound);
        outbound.send(one("still sent")).unwrap();
        assert_eq!(peer.recv(Flags::NONE).unwrap(), "still sent");
        let ours = accepted_all(bridge.stop());
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "1");
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "2");
    });
}

#[test]
fn without_senders_a_bridge_receives_on() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
        let (bridge, outbound, inbound) = Bridge::start(ours, Capacity::default()).unwrap();
        outbound.send(one("last")).unwrap();
        drop(outbound);
        assert_eq!(peer.recv(Flags::NONE).unwrap(), "last");
        for number in 0..100 {
            peer.send(number.to_string(), Flags::NONE).unwrap();
            assert_eq!(inbound.recv().unwrap(), one(number));
        }
        accepted_all(bridge.stop());
    });
}

#[test]
fn refusals_that_nobody_takes_do_not_hold_it_up() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let router = open_timed(&context, zmq4::ROUTER);
        router.set_router_mandatory(true).unwrap();
        let (bridge, outbound, _inbound) = Bridge::start(router, capacity(1, 1)).unwrap();
        for number in 0..5_000 {
            outbound
                .send(Multipart::from_iter(["nobody".to_owned(), number.to_string()]))
                .unwrap();
        }
        let stopped = bridge.stop();
        assert!(
            stopped
                .rejected
                .iter()
                .map(|rejected| number(&rejected.message))
                .eq(0..5_000)
        );
    });
}

// ---- starting

#[test]
fn a_bridge_that_cannot_start_gives_its_socket_back() {
    let context = Context::new().unwrap();
    let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
    let failed = Bridge::start(ours, capacity(0, 1)).err().unwrap();
    assert_eq!(*failed.error(), Errno::EINVAL);
    let failed = Bridge::start(failed.into_socket(), capacity(1, usize::MAX))
        .err()
        .unwrap();
    assert!(failed.to_string().contains("capacity"), "{failed}");
    let ours = failed.into_socket();
    ours.send("as it was", Flags::NONE).unwrap();
    assert_eq!(peer.recv(Flags::NONE).unwrap(), "as it was");
    let converted = || -> zmq4::Result<()> {
        Bridge::start(ours, capacity(0, 0)).map(drop)?;
        Ok(())
    };
    assert_eq!(converted().unwrap_err(), Errno::EINVAL);
}

#[test]
fn a_bridge_moves_between_threads() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Bridge>();
    send_and_sync::<zmq4::bridge::StartError>();
    send_and_sync::<zmq4::bridge::Rejected>();
    fn send<T: Send>() {}
    send::<Stopped>();
}

// ---- the state of the process

#[cfg(target_os = "linux")]
mod process {
    use std::os::fd::AsFd;
    use std::time::Instant;

    use super::*;
    use crate::support::fork::forked;
    use crate::support::in_child;

    /// The threads of this process that serve bridges.
    fn threads() -> Vec<std::path::PathBuf> {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let is_bridge = |task: &std::path::PathBuf| {
            std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "zmq4-bridge")
        };
        tasks.map(|task| task.unwrap().path()).filter(is_bridge).collect()
    }

    fn descriptors() -> usize {
        std::fs::read_dir("/proc/self/fd").unwrap().count()
    }

    #[test]
    fn a_bridge_that_is_dropped_leaves_nothing() {
        in_child("process::a_bridge_that_is_dropped_leaves_nothing", LONG, || {
            let context = Context::new().unwrap();
            // With the first socket the context has all that is its own.
            let first = open_timed(&context, zmq4::PAIR);
            let before = descriptors();
            for unsent in [0, 5] {
                let bridges: Vec<_> = (0..10)
                    .map(|_| Bridge::start(open_timed(&context, zmq4::DEALER), Capacity::default()).unwrap())
                    .collect();
                for (_, outbound, _) in &bridges {
                    (0..unsent).for_each(|number| outbound.send(one(number)).unwrap());
                }
                eventually(LONG, || (threads().len() == 10).then_some(()));
                let start = Instant::now();
                drop(bridges);
                assert!(start.elapsed() < LONG / 3);
                // A thread that was joined may be listed for a moment longer; libzmq closes sockets on its own thread.
                eventually(LONG / 3, || threads().is_empty().then_some(()));
                eventually(LONG / 3, || (descriptors() == before).then_some(()));
            }
            drop(first);
            context.term().unwrap();
        });
    }

    #[test]
    fn dropped_bridge_sends_what_the_socket_takes() {
        deadline(LONG, || {
            let context = Context::new().unwrap();
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, false);
            let (bridge, outbound, _) = Bridge::start(push, Capacity::default()).unwrap();
            (0..500).for_each(|number| outbound.send(one(number)).unwrap());
            drop(bridge);
            for expected in 0..500 {
                assert_eq!(pull.recv_string(Flags::NONE).unwrap(), expected.to_string());
            }
        });
    }

    fn switches() -> u64 {
        let [task] = &threads()[..] else { panic!("one bridge") };
        let status = std::fs::read_to_string(task.join("status")).unwrap();
        let counts = status.lines().filter(|line| line.contains("ctxt_switches"));
        counts
            .map(|line| line.split_whitespace().last().unwrap().parse::<u64>().unwrap())
            .sum()
    }

    /// The time that the thread of the only bridge has had a processor, in hundredths of a second.
    fn ticks() -> u64 {
        let [task] = &threads()[..] else { panic!("one bridge") };
        let stat = std::fs::read_to_string(task.join("stat")).unwrap();
        // Counted from the name's end, which may have spaces: user and system time are the 14th and 15th field.
        let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11);
        fields.take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }

    /// How often the thread of the only bridge runs in a fifth of a second; the least of some tries, since it may still
    /// have to settle.
    fn wakes() -> u64 {
        (0..20)
            .map(|_| {
                let before = switches();
                thread::sleep(Duration::from_millis(200));
                switches() - before
            })
            .find(|count| *count == 0)
            .unwrap_or(u64::MAX)
    }

    #[test]
    fn a_bridge_that_has_nothing_to_do_sleeps() {
        in_child("process::a_bridge_that_has_nothing_to_do_sleeps", 2 * LONG, || {
            let context = Context::new().unwrap();
            let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
            let (bridge, outbound, inbound) = Bridge::start(ours, capacity(2, 2)).unwrap();
            eventually(LONG, || (threads().len() == 1).then_some(()));
            assert_eq!(wakes(), 0, "idle");
            // Neither way can go on.
            fill_outbound(&outbound);
            fill(0, |number| peer.send(number.to_string(), DONTWAIT).is_ok());
            assert_eq!(inbound.len(), 2);
            assert_eq!(wakes(), 0, "full");
            drop(inbound);
            drop(outbound);
            assert_eq!(wakes(), 0, "without receiver and senders");
            while peer.poll(POLLIN, Some(Duration::from_millis(100))).unwrap() == POLLIN {
                peer.recv(Flags::NONE).unwrap();
            }
            assert_eq!(wakes(), 0, "all sent, and without senders");
            accepted_all(bridge.stop());
        });
    }

    #[test]
    fn a_router_with_a_full_peer_does_not_spin() {
        in_child("process::a_router_with_a_full_peer_does_not_spin", LONG, || {
            let context = Context::new().unwrap();
            let router = open_timed(&context, zmq4::ROUTER);
            router.set_router_mandatory(true).unwrap();
            router.set_sndhwm(1).unwrap();
            let name = inproc_name();
            router.bind(&name).unwrap();
            let peers = ["slow", "quick"].map(|id| {
                let dealer = open_timed(&context, zmq4::DEALER);
                dealer.set_routing_id(id).unwrap();
                dealer.set_rcvhwm(1).unwrap();
                dealer.connect(&name).unwrap();
                dealer.send("here", Flags::NONE).unwrap();
                dealer
            });
            let (bridge, outbound, inbound) = Bridge::start(router, capacity(5, 2)).unwrap();
            (0..2).for_each(|_| drop(inbound.recv().unwrap()));
            fill(0, |_| outbound.try_send(Multipart::from_iter(["slow", "x"])).is_ok());
            let before = ticks();
            thread::sleep(Duration::from_secs(2));
            let used = ticks() - before;
            // It tries every 64 milliseconds; one that spins has half a processor at least.
            assert!(used < 20, "{used} hundredths of a second");
            drop(bridge);
            drop(peers);
        });
    }

    #[test]
    fn without_descriptors_it_does_not_start() {
        in_child("process::without_descriptors_it_does_not_start", LONG, || {
            let context = Context::new().unwrap();
            let mut socket = open_timed(&context, zmq4::PAIR);
            let limit = libc::rlimit {
                rlim_cur: 64,
                rlim_max: 64,
            };
            // SAFETY: the limit is live for the call.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
            let probe = std::fs::File::open("/dev/null").unwrap();
            let mut taken: Vec<_> = std::iter::from_fn(|| probe.as_fd().try_clone_to_owned().ok()).collect();
            // One more is free each time; whatever the number, the socket comes back.
            for free in 0..5 {
                socket = match Bridge::start(socket, capacity(1, 1)) {
                    Ok((bridge, ..)) => {
                        assert_eq!(free, 4);
                        accepted_all(bridge.stop())
                    }
                    Err(failed) => {
                        assert_eq!(*failed.error(), Errno::EMFILE, "{free}");
                        assert!(free < 4);
                        failed.into_socket()
                    }
                };
                taken.pop();
            }
        });
    }

    #[test]
    fn a_forked_child_neither_hangs_nor_disturbs() {
        in_child("process::a_forked_child_neither_hangs_nor_disturbs", LONG, || {
            let context = Context::new().unwrap();
            let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
            let (bridge, outbound, inbound) = Bridge::start(ours, Capacity::default()).unwrap();
            let mut inherited = Some((bridge, outbound, inbound));
            let status = forked(|| {
                let (bridge, outbound, inbound) = inherited.take().unwrap();
                assert_eq!(bridge.stop().error.unwrap(), Errno::EINTR);
                drop((outbound, inbound));
            });
            assert_eq!(status, 0);
            let (bridge, outbound, inbound) = inherited.unwrap();
            outbound.send(one("Hello")).unwrap();
            assert_eq!(peer.recv(Flags::NONE).unwrap(), "Hello");
            peer.send("World", Flags::NONE).unwrap();
            assert_eq!(inbound.recv().unwrap(), ["World"]);
            accepted_all(bridge.stop());
        });
    }
}

/// Starts, traffic both ways, and stops at any moment, on many threads at once.
#[test]
fn bridges_come_and_go_under_load() {
    deadline(4 * LONG, || {
        let context = Context::new().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..50_u64 {
                        let (a, b) = connected(&context, zmq4::PAIR, zmq4::PAIR, round % 2 == 0);
                        let (left, out, back) = Bridge::start(a, capacity(1 + round as usize % 3, 2)).unwrap();
                        let (right, reply, requests) = Bridge::start(b, capacity(2, 1)).unwrap();
                        let done = AtomicBool::new(false);
                        thread::scope(|scope| {
                            scope.spawn(|| echo(&requests, &reply));
                            scope.spawn(|| {
                                for (number, expected) in back.iter().zip(0..) {
                                    assert_eq!(self::number(&number), expected);
                                    if expected == round {
                                        done.store(true, Ordering::Relaxed);
                                    }
                                }
                            });
                            for number in 0..=round {
                                out.send(one(number)).unwrap();
                            }
                            eventually(LONG, || done.load(Ordering::Relaxed).then_some(()));
                            accepted_all(left.stop());
                            drop(right);
                        });
                    }
                });
            }
        });
    });
}

fn echo(requests: &Receiver<Multipart>, replies: &Sender<Multipart>) {
    for request in requests {
        if replies.send(request).is_err() {
            return;
        }
    }
}

/// Bytes whose owner acts when it is dropped.
struct Acts(Box<dyn FnMut() + Send>);

impl AsRef<[u8]> for Acts {
    fn as_ref(&self) -> &[u8] {
        &[7; 100]
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        self.0();
    }
}

#[test]
fn bridge_dropped_on_its_own_thread_ends() {
    deadline(LONG, || {
        for stops in [false, true] {
            let context = Context::new().unwrap();
            // It drops what it is to send, because nobody subscribes.
            let publisher = open_timed(&context, zmq4::XPUB);
            let (bridge, outbound, _inbound) = Bridge::start(publisher, Capacity::default()).unwrap();
            let (done, acted) = mpsc::channel();
            let mut once = Some(bridge);
            let acts = Acts(Box::new(move || {
                let bridge = once.take().unwrap();
                let error = if stops { bridge.stop().error } else { None };
                done.send(error).unwrap();
            }));
            outbound
                .send(Multipart::from_iter([Message::from_owner(acts)]))
                .unwrap();
            let error = acted.recv_timeout(LONG).unwrap();
            assert_eq!(error.is_some_and(|error| error == Errno::EDEADLK), stops);
            // It waits for the socket of the bridge.
            context.term().unwrap();
        }
    });
}
