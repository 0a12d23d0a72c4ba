//! What each call does, on each runtime.

use std::sync::Arc;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, POLLIN, POLLOUT, aio};

use super::runtimes::{ALL, on_each, polled, within};
use super::support::{LONG, bind_tcp};
use super::{open, pair};

const MOMENT: Duration = Duration::from_millis(20);

#[test]
fn messages_pass_both_ways() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::DEALER, zmq4::DEALER);
        assert_eq!(a.send("one").await.unwrap(), 3);
        assert_eq!(b.recv().await.unwrap(), "one");
        assert_eq!(b.send_message(("id", String::from("body"))).await.unwrap(), 6);
        assert_eq!(a.recv_message().await.unwrap(), ["id", "body"]);
        let (mut message, mut frames) = (Message::from("lent"), Multipart::from_iter(["x", "y"]));
        a.send(&mut message).await.unwrap();
        a.send_message(&mut frames).await.unwrap();
        assert!(message.is_empty() && frames.is_empty());
        assert_eq!(b.recv_msg_into(&mut message).await.unwrap(), 4);
        assert_eq!(b.recv_message_into(&mut frames).await.unwrap(), 2);
        assert_eq!(message, "lent");
        assert_eq!(frames, ["x", "y"]);
    });
}

#[test]
fn receive_waits_for_a_message() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let receiver = runtime.spawn(async move { b.recv().await.unwrap() });
        smol::Timer::after(MOMENT).await;
        a.send("late").await.unwrap();
        assert_eq!(receiver.await, "late");
    });
}

#[test]
fn send_waits_for_a_peer() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        let endpoint = bind_tcp(&push);
        let push = aio::Socket::new(push).unwrap();
        let sender = runtime.spawn(async move {
            push.send_message(("to", "come")).await.unwrap();
            push
        });
        smol::Timer::after(MOMENT).await;
        pull.connect(&endpoint).unwrap();
        assert_eq!(
            aio::Socket::new(pull).unwrap().recv_message().await.unwrap(),
            ["to", "come"]
        );
        drop(sender.await);
    });
}

#[test]
fn connecting_wakes_a_send_that_waits() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        pull.bind("inproc://connected").unwrap();
        let push = Arc::new(aio::Socket::new(push).unwrap());
        let shared = Arc::clone(&push);
        let sender = runtime.spawn(async move { shared.send("now").await });
        smol::Timer::after(MOMENT).await;
        push.with(|socket| socket.connect("inproc://connected")).unwrap();
        sender.await.unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "now");
    });
}

#[test]
fn ready_says_what_can_be_done() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::PAIR, zmq4::PAIR);
        assert_eq!(a.ready(POLLIN | POLLOUT).await.unwrap(), POLLOUT);
        assert!(within(MOMENT, a.ready(POLLIN)).await.is_none());
        b.send("x").await.unwrap();
        assert_eq!(a.ready(POLLIN).await.unwrap(), POLLIN);
        assert_eq!(a.ready(zmq4::State::empty()).await.unwrap_err(), Errno::EINVAL);
    });
}

#[test]
fn shutdown_ends_every_wait_with_eterm() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (a, b) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        let (a, b) = (
            Arc::new(aio::Socket::new(a).unwrap()),
            Arc::new(aio::Socket::new(b).unwrap()),
        );
        let senders: Vec<_> = (0..3)
            .map(|_| Arc::clone(&a))
            .map(|a| runtime.spawn(async move { a.send(String::from("mine")).await }))
            .collect();
        let receivers: Vec<_> = (0..3)
            .map(|_| Arc::clone(&b))
            .map(|b| runtime.spawn(async move { b.recv_message().await }))
            .collect();
        smol::Timer::after(MOMENT).await;
        context.shutdown().unwrap();
        for sender in senders {
            let error = sender.await.unwrap_err();
            assert_eq!(error, Errno::ETERM);
            assert_eq!(error.into_message().unwrap(), "mine");
        }
        for receiver in receivers {
            assert_eq!(receiver.await.unwrap_err(), Errno::ETERM);
        }
    });
}

#[test]
fn failed_receive_says_what_a_blocking_one_says() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        for ty in [zmq4::PUSH, zmq4::PUB, zmq4::REQ] {
            let expected = open(&context, ty).recv(Flags::DONTWAIT).unwrap_err();
            assert!(expected.reason().is_some(), "{expected}");
            let socket = aio::Socket::new(open(&context, ty)).unwrap();
            let (mut frame, mut frames) = (Message::new(), Multipart::new());
            for failed in [
                socket.recv().await.map(drop),
                socket.recv_msg_into(&mut frame).await.map(drop),
                socket.recv_message().await.map(drop),
                socket.recv_message_into(&mut frames).await.map(drop),
            ] {
                assert_eq!(failed.unwrap_err().to_string(), expected.to_string());
            }
        }
    });
}

#[test]
fn dropped_receive_has_taken_nothing() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::PUSH, zmq4::PULL);
        assert!(polled(1, b.recv_message()).await.is_none());
        a.send_message(("1", "2")).await.unwrap();
        assert_eq!(b.recv_message().await.unwrap(), ["1", "2"]);
        assert!(within(MOMENT, b.recv()).await.is_none());
    });
}

#[test]
fn dropped_send_has_sent_nothing() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let alone = aio::Socket::new(open(&context, zmq4::PUSH)).unwrap();
        let (mut message, mut frames) = (Message::from("lent"), Multipart::from_iter(["x", "y"]));
        assert!(within(MOMENT, alone.send(&mut message)).await.is_none());
        assert!(polled(1, alone.send_message(&mut frames)).await.is_none());
        assert_eq!(message, "lent");
        assert_eq!(frames, ["x", "y"]);
        let pull = open(&context, zmq4::PULL);
        pull.bind("inproc://nothing").unwrap();
        alone.with(|socket| socket.connect("inproc://nothing")).unwrap();
        alone.send_message(&mut frames).await.unwrap();
        assert_eq!(pull.recv_message(Flags::NONE).unwrap(), ["x", "y"]);
        assert_eq!(pull.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn socket_comes_back_and_blocks_again() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::PUSH, zmq4::PULL);
        assert!(polled(1, b.recv()).await.is_none());
        let b = b.into_inner().unwrap();
        a.send("x").await.unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "x");
        let b = aio::Socket::new(b).unwrap();
        a.send("y").await.unwrap();
        assert_eq!(b.recv().await.unwrap(), "y");
    });
}

#[test]
fn socket_that_is_always_ready_gives_way() {
    for runtime in ALL {
        runtime.run(LONG, |runtime| async move {
            let context = Context::new().unwrap();
            let (a, b) = pair(&context, zmq4::DEALER, zmq4::DEALER);
            let flood = runtime.spawn(async move {
                // Without giving way, a thread would never do anything else.
                loop {
                    a.send("x").await.unwrap();
                    b.recv().await.unwrap();
                }
            });
            let mut turns = 0;
            while turns < 100 {
                smol::future::yield_now().await;
                turns += 1;
            }
            drop(flood);
            turns
        });
    }
}

#[test]
fn sockets_and_futures_move_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    fn is_sent<T: Send>(_: T) {}
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (a, _b) = pair(&context, zmq4::DEALER, zmq4::DEALER);
        is_shared(&a);
        is_sent(a.send("x"));
        is_sent(a.send_message(("x", vec![1_u8])));
        is_sent(a.recv());
        is_sent(a.recv_message());
        is_sent(a.ready(POLLIN));
    });
}
