//! Streams, sinks, monitors, channels and the `poll` methods.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use zmq4::{Context, EVENT_ACCEPTED, EVENT_ALL, Errno, Event, Flags, Message, Multipart, POLLIN, POLLOUT, aio};

use super::runtimes::{on_each, polled, within};
use super::support::{LONG, bind_tcp};
use super::{open, pair};

const MOMENT: Duration = Duration::from_millis(20);

#[test]
fn stream_passes_into_a_sink() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (left, in_left) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let (out_right, right) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let forwarder = runtime.spawn(async move {
            let messages = aio::Messages::new(in_left);
            messages.forward(aio::MessageSink::new(out_right)).await
        });
        for number in 0..1000_u32 {
            left.send_message(([number as u8].as_slice(), "body")).await.unwrap();
            assert_eq!(
                right.recv_message().await.unwrap(),
                [&[number as u8], b"body".as_slice()]
            );
        }
        context.shutdown().unwrap();
        forwarder.await.unwrap();
    });
}

#[test]
fn stream_ends_with_the_context() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let socket = Arc::new(aio::Socket::new(open(&context, zmq4::PULL)).unwrap());
        let mut messages = aio::Messages::new(Arc::clone(&socket));
        assert!(within(MOMENT, messages.next()).await.is_none());
        context.shutdown().unwrap();
        assert!(messages.next().await.is_none());
        assert!(messages.next().await.is_none());
        assert_eq!(socket.recv().await.unwrap_err(), Errno::ETERM);
    });
}

#[test]
fn sink_gives_back_what_it_cannot_send() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let socket = aio::Socket::new(open(&context, zmq4::PUSH)).unwrap();
        let mut sink = aio::MessageSink::new(&socket);
        sink.feed(Multipart::from_iter(["x", "y"])).await.unwrap();
        assert!(within(MOMENT, sink.flush()).await.is_none());
        context.shutdown().unwrap();
        let error = sink.flush().await.unwrap_err();
        assert_eq!(error, Errno::ETERM);
        assert_eq!(error.into_multipart().unwrap(), ["x", "y"]);
        sink.close().await.unwrap();
    });
}

#[test]
fn full_sink_keeps_its_message() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (push, pull) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let mut sink = aio::MessageSink::new(&push);
        sink.start_send_unpin(Multipart::from(["first"])).unwrap();
        let error = sink.start_send_unpin(Multipart::from(["second"])).unwrap_err();
        assert_eq!(error, Errno::EBUSY);
        assert_eq!(error.into_multipart().unwrap(), ["second"]);
        sink.flush().await.unwrap();
        assert_eq!(pull.recv_message().await.unwrap(), ["first"]);
        sink.send(Multipart::from(["third"])).await.unwrap();
        assert_eq!(pull.recv_message().await.unwrap(), ["third"]);
    });
}

#[test]
fn poll_methods_wake_the_task() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context, zmq4::PAIR, zmq4::PAIR);
        assert_eq!(poll_fn(|cx| a.poll_ready(cx, POLLIN | POLLOUT)).await.unwrap(), POLLOUT);
        let error = poll_fn(|cx| a.poll_ready(cx, zmq4::State::empty())).await.unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(within(MOMENT, poll_fn(|cx| b.poll_recv(cx))).await.is_none());
        let receiver = runtime.spawn(async move {
            let first = poll_fn(|cx| b.poll_recv(cx)).await.unwrap();
            (first, poll_fn(|cx| b.poll_recv_message(cx)).await.unwrap())
        });
        smol::Timer::after(MOMENT).await;
        let (mut message, mut frames) = (Message::from("1"), Multipart::from_iter(["2", "3"]));
        poll_fn(|cx| a.poll_send(cx, &mut message)).await.unwrap();
        smol::Timer::after(MOMENT).await;
        poll_fn(|cx| a.poll_send_message(cx, &mut frames)).await.unwrap();
        assert!(message.is_empty() && frames.is_empty());
        let (message, frames) = receiver.await;
        assert_eq!(message, "1");
        assert_eq!(frames, ["2", "3"]);
    });
}

#[test]
fn monitor_is_a_stream_of_events() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (server, client) = (open(&context, zmq4::REP), open(&context, zmq4::REQ));
        let monitor = aio::Monitor::new(server.monitor(EVENT_ACCEPTED).unwrap()).unwrap();
        let endpoint = bind_tcp(&server);
        assert!(within(MOMENT, monitor.recv()).await.is_none());
        let accepted = runtime.spawn(async move { (monitor.recv().await.unwrap(), monitor) });
        client.connect(&endpoint).unwrap();
        let (event, mut monitor) = accepted.await;
        assert_eq!(event.event, Event::ACCEPTED);
        monitor.stop();
        assert!(monitor.next().await.is_none());
        assert_eq!(monitor.recv().await.unwrap_err(), Errno::ENOTCONN);
        drop(monitor);

        let monitor = aio::Monitor::new(server.monitor(EVENT_ALL).unwrap()).unwrap();
        monitor.into_inner().unwrap().stop();
    });
}

#[test]
fn channel_is_awaited_by_several_tasks() {
    on_each(LONG, |runtime| async move {
        const VALUES: u32 = 20_000;
        let (sender, receiver) = zmq4::channel().unwrap();
        let receiver = Arc::new(aio::Receiver::new(receiver).unwrap());
        assert!(polled(1, receiver.recv()).await.is_none());
        let tasks: Vec<_> = (0..3)
            .map(|_| Arc::clone(&receiver))
            .map(|receiver| {
                runtime.spawn(async move {
                    let mut sum = 0_u64;
                    loop {
                        match within(Duration::from_micros(100), receiver.recv()).await {
                            Some(Ok(value)) => sum += u64::from(value),
                            Some(Err(error)) if error == Errno::ENOTCONN => return sum,
                            Some(Err(error)) => panic!("{error}"),
                            None => {}
                        }
                    }
                })
            })
            .collect();
        let sending = std::thread::spawn(move || (1..=VALUES).for_each(|value| sender.send(value).unwrap()));
        let mut sum = 0;
        for task in tasks {
            sum += task.await;
        }
        sending.join().unwrap();
        assert_eq!(sum, u64::from(VALUES) * u64::from(VALUES + 1) / 2);
        let mut receiver = Arc::into_inner(receiver).unwrap();
        assert!(receiver.next().await.is_none());
        receiver.into_inner().unwrap().recv().unwrap_err();
    });
}

#[test]
fn request_ends_at_its_limit_and_works_again() {
    on_each(LONG, |runtime| async move {
        for client in [zmq4::REQ, zmq4::DEALER] {
            let context = Context::new().unwrap();
            let (client, server) = pair(&context, client, zmq4::ROUTER);
            for number in 0..3 {
                let late = client.request(("late", number.to_string()), async {
                    smol::Timer::after(MOMENT).await;
                });
                let error = late.await.unwrap_err();
                assert!(error.is_would_block());
                assert_eq!(error.reason(), Some("no reply came before the limit"));
            }
            let service = runtime.spawn(async move {
                // The late replies come first.
                for _ in 0..4 {
                    let request = server.recv_message().await.unwrap();
                    server.send_message(&request).await.unwrap();
                }
            });
            let never = std::future::pending();
            assert_eq!(client.request(("in", "time"), never).await.unwrap(), ["in", "time"]);
            service.await;

            let pending = client.request("first", std::future::pending());
            let mut pending = std::pin::pin!(pending);
            assert!(polled(1, pending.as_mut()).await.is_none());
            let error = client.request("second", std::future::pending()).await.unwrap_err();
            assert_eq!(error, Errno::EBUSY);
        }
        let context = Context::new().unwrap();
        let (push, _pull) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let error = push.request("x", std::future::ready(())).await.unwrap_err();
        assert_eq!(error, Errno::ENOTSUP);
    });
}

#[test]
fn request_that_was_not_sent_comes_back() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        for ty in [zmq4::REQ, zmq4::DEALER] {
            let client = aio::Socket::new(open(&context, ty)).unwrap();
            let request = client.request(Multipart::from_iter(["a", "b"]), std::future::ready(()));
            let error = request.await.unwrap_err();
            assert_eq!(error, Errno::EAGAIN);
            assert_eq!(error.reason(), Some("the request could not be queued before the limit"));
            assert_eq!(error.into_multipart().unwrap(), ["a", "b"]);
            client.into_inner().unwrap().send("x", Flags::DONTWAIT).unwrap_err();
        }
    });
}

/// Before anything was tried, too: during another request, through a type that makes none, and after the end.
#[test]
fn refused_request_comes_back() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        for (ty, refusal) in [
            (zmq4::REQ, Errno::EBUSY),
            (zmq4::DEALER, Errno::EBUSY),
            (zmq4::PAIR, Errno::ENOTSUP),
        ] {
            let client = aio::Socket::new(open(&context, ty)).unwrap();
            let mut first = Box::pin(client.request("first", std::future::pending()));
            polled(1, &mut first).await;
            let second = client.request(Multipart::from_iter(["a", "b"]), std::future::pending());
            let error = second.await.unwrap_err();
            assert_eq!(error, refusal, "{ty:?}");
            assert_eq!(error.into_multipart().unwrap(), ["a", "b"], "{ty:?}");
        }
        let client = aio::Socket::new(open(&context, zmq4::REQ)).unwrap();
        context.shutdown().unwrap();
        let late = client.request(Multipart::from_iter(["a", "b"]), std::future::pending());
        let error = late.await.unwrap_err();
        assert_eq!(error, Errno::ETERM);
        assert_eq!(error.into_multipart().unwrap(), ["a", "b"]);
    });
}

/// A REP would discard it, and the client wait until its limit.
#[test]
fn request_without_frames_is_rejected() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        for ty in [zmq4::REQ, zmq4::DEALER] {
            let client = aio::Socket::new(open(&context, ty)).unwrap();
            client.with(|socket| socket.bind(&format!("inproc://{ty}"))).unwrap();
            let rep = open(&context, zmq4::REP);
            rep.connect(&format!("inproc://{ty}")).unwrap();
            for frames in [Multipart::new(), Multipart::from(Vec::<Message>::new())] {
                let error = client.request(frames, std::future::pending()).await.unwrap_err();
                assert_eq!(error, Errno::EINVAL, "{ty:?}");
                assert!(error.reason().unwrap().contains("at least one frame"), "{error}");
            }
        }
    });
}

/// The server of the guide's page on patterns: what precedes the body goes back, the number of the request included.
#[test]
fn request_to_a_router_gets_its_reply() {
    on_each(LONG, |runtime| async move {
        // A REQ discards the reply by itself.
        for (client, reason) in [
            (zmq4::REQ, ""),
            (
                zmq4::DEALER,
                "; discarded messages without the number of the request: 1; ",
            ),
        ] {
            let context = Context::new().unwrap();
            let (client, server) = pair(&context, client, zmq4::ROUTER);
            let service = runtime.spawn(async move {
                let request = server.recv_message().await.unwrap();
                let empty = request.iter().position(|frame| frame.is_empty()).unwrap();
                assert_eq!(empty, 2, "routing id, number, delimiter: {request:?}");
                let (envelope, body) = request[..].split_at(empty + 1);
                assert_eq!(body, ["ping"]);
                server.send_message((envelope, "pong")).await.unwrap();
                server
            });
            let reply = client.request("ping", std::future::pending()).await;
            assert_eq!(reply.unwrap(), ["pong"]);

            let server = service.await;
            let without_the_number = async {
                let mut request = server.recv_message().await.unwrap();
                let id = request.pop_envelope().unwrap();
                server.send_message((id, "", "pong")).await.unwrap();
                smol::Timer::after(MOMENT).await;
            };
            let error = client.request("ping", without_the_number).await.unwrap_err();
            assert!(error.is_would_block());
            let expected = format!("no reply came before the limit{reason}");
            assert!(error.reason().unwrap().starts_with(&expected), "{error}");
        }
    });
}
