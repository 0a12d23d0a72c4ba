//! The hot path allocates nothing of its own. Alone in its binary, because it counts what the whole process allocates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::alloc::Counting;
use support::sockets::pair;
use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, POLLIN, POLLOUT, PollItem, Poller, Reactor};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The number of allocations that `body` makes on this thread.
fn allocations(body: impl FnOnce()) -> usize {
    let before = Counting::count();
    body();
    Counting::count() - before
}

#[test]
fn none_for_what_is_used_again() {
    let context = Context::new().unwrap();
    let (a, b) = pair(&context);
    let mut buffer = [0; 100];
    let mut message = Message::new();
    let mut frames = Multipart::new();
    let mut exchange = || {
        a.send(&[7; 100][..], Flags::NONE).unwrap();
        assert_eq!(b.recv_into(&mut buffer, Flags::NONE).unwrap(), 100);
        a.send(&[7; 3000][..], Flags::NONE).unwrap();
        assert_eq!(b.recv_msg_into(&mut message, Flags::NONE).unwrap(), 3000);
        a.send_message((
            "an envelope",
            "",
            "and a body of more bytes than a message holds inline",
        ))
        .unwrap();
        assert_eq!(b.recv_message_into(&mut frames, Flags::NONE).unwrap(), 3);
        a.send_message(&mut frames).unwrap();
        assert_eq!(b.recv_message_into(&mut frames, Flags::NONE).unwrap(), 3);
        assert_eq!(b.recv_message(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    };
    exchange();
    assert_eq!(allocations(|| (0..100).for_each(|_| exchange())), 0);
}

/// A call that need not wait does not allocate; one that waits may, for its waker.
#[cfg(feature = "tokio")]
#[test]
fn none_for_async_calls_that_need_not_wait() {
    let context = Context::new().unwrap();
    let (a, b) = pair(&context);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (a, b) = (zmq4::aio::Socket::new(a).unwrap(), zmq4::aio::Socket::new(b).unwrap());
        let mut message = Message::new();
        let mut frames = Multipart::new();
        let mut counted = 0;
        // The first rounds bring what is used again.
        for round in 0..102 {
            let before = Counting::count();
            a.send("borrowed").await.unwrap();
            assert_eq!(b.recv().await.unwrap(), "borrowed");
            a.send(&[7; 3000][..]).await.unwrap();
            assert_eq!(b.recv_msg_into(&mut message).await.unwrap(), 3000);
            a.send_message((
                "an envelope",
                "",
                "and a body of more bytes than a message holds inline",
            ))
            .await
            .unwrap();
            assert_eq!(b.recv_message_into(&mut frames).await.unwrap(), 3);
            if round >= 2 {
                counted += Counting::count() - before;
            }
        }
        assert_eq!(counted, 0);
    });
}

#[test]
fn none_for_up_to_33_bytes() {
    let context = Context::new().unwrap();
    let (a, b) = pair(&context);
    for len in 0..=33 {
        let data = vec![7; len];
        let counted = allocations(|| {
            a.send(&data, Flags::NONE).unwrap();
            assert_eq!(b.recv(Flags::NONE).unwrap(), data);
        });
        assert_eq!(counted, 0, "{len} bytes");
    }
}

#[test]
fn none_for_bytes_that_are_given_away() {
    const LEN: usize = 100_000;
    let context = Context::new().unwrap();
    let (a, b) = pair(&context);
    let arc: Arc<[u8]> = Arc::from(vec![7; LEN]);
    let (vec, text, boxed) = (vec![7; LEN], "7".repeat(LEN), vec![7; LEN].into_boxed_slice());
    let places = [vec.as_ptr(), text.as_ptr(), boxed.as_ptr(), arc.as_ptr()];
    let mut received = Vec::with_capacity(4);
    let counted = allocations(|| {
        a.send(vec, Flags::NONE).unwrap();
        a.send(text, Flags::NONE).unwrap();
        a.send(boxed, Flags::NONE).unwrap();
        a.send(arc.clone(), Flags::NONE).unwrap();
        received.extend((0..4).map(|_| b.recv(Flags::NONE).unwrap()));
    });
    assert_eq!(counted, 0);
    assert_eq!(
        received
            .iter()
            .map(|message| message.as_bytes().as_ptr())
            .collect::<Vec<_>>(),
        places
    );
    assert_eq!(Arc::strong_count(&arc), 2);
    drop(received);
    assert_eq!(Arc::strong_count(&arc), 1);
}

#[test]
fn none_for_borrowed_sends_small_messages_and_eagain() {
    let context = Context::new().unwrap();
    let (a, b) = pair(&context);
    let mut message = Message::new();
    let large = vec![7; 100_000];
    let counted = allocations(|| {
        for _ in 0..100 {
            a.send("borrowed", Flags::NONE).unwrap();
            b.recv_msg_into(&mut message, Flags::NONE).unwrap();
            a.send(&large, Flags::NONE).unwrap();
            drop(b.recv(Flags::NONE).unwrap());
            a.send(&mut message, Flags::NONE).unwrap();
            assert_eq!(b.recv(Flags::NONE).unwrap(), "borrowed");
            a.send_message(("three", "small", "frames")).unwrap();
            while b.recv(Flags::NONE).unwrap().more() {}
            assert_eq!(b.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn none_for_a_poller() {
    let context = Context::new().unwrap();
    for count in [1, 2, 16, 17, 64] {
        let pairs: Vec<_> = (0..count).map(|_| pair(&context)).collect();
        let mut poller = Poller::new();
        let ids: Vec<_> = pairs.iter().map(|(a, _)| poller.add(a, POLLIN).unwrap()).collect();
        let counted = allocations(|| {
            // The first poll too, and every number of ready ones.
            for ready in 0..=count {
                for (_, b) in &pairs[..ready] {
                    b.send("x", Flags::NONE).unwrap();
                }
                assert_eq!(poller.poll(Some(Duration::ZERO)).unwrap().len(), ready);
                assert_eq!(poller.poll_all(Some(Duration::ZERO)).unwrap().len(), count);
                for (a, _) in &pairs[..ready] {
                    a.recv(DONTWAIT).unwrap();
                }
                for id in &ids {
                    poller.update(*id, POLLIN | POLLOUT).unwrap();
                }
                assert_eq!(poller.poll(None).unwrap().len(), count);
                for (a, _) in &pairs {
                    poller.update_by_socket(a, POLLIN).unwrap();
                }
            }
        });
        assert_eq!(counted, 0, "{count} sockets");
    }
}

#[test]
fn none_for_a_poll_of_a_socket_or_a_short_list() {
    let context = Context::new().unwrap();
    let pairs: Vec<_> = (0..16).map(|_| pair(&context)).collect();
    let mut items: Vec<_> = pairs.iter().map(|(a, _)| PollItem::new(a, POLLOUT)).collect();
    let counted = allocations(|| {
        for _ in 0..10 {
            assert_eq!(
                pairs[0].0.poll(POLLIN, Some(Duration::ZERO)).unwrap(),
                zmq4::State::empty()
            );
            assert_eq!(pairs[0].0.poll(POLLOUT, None).unwrap(), POLLOUT);
            assert_eq!(zmq4::poll(&mut items, None).unwrap(), 16);
            assert_eq!(zmq4::poll(&mut items[..1], None).unwrap(), 1);
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(vec![1])), 1);
}

#[test]
fn none_for_a_pass_of_a_reactor() {
    let context = Context::new().unwrap();
    let (near, far) = pair(&context);
    let (ring, rung) = pair(&context);
    ring.send("stays", Flags::NONE).unwrap();
    let (values, value) = zmq4::bounded_channel(10).unwrap();
    let mut message = Message::new();
    let (mut passes, mut before) = (0, 0);
    let mut reactor = Reactor::new();
    reactor.stop_handle().unwrap();
    reactor.add_timer_every(Duration::ZERO, |reactor| {
        passes += 1;
        far.send("x", Flags::NONE)?;
        values.send(())?;
        match passes {
            10 => before = Counting::count(),
            110 => {
                assert_eq!(Counting::count() - before, 0);
                reactor.stop();
            }
            _ => {}
        }
        Ok(())
    });
    reactor
        .add_socket(&near, POLLIN, |_, near, _| {
            near.recv_msg_into(&mut message, Flags::NONE)?;
            Ok(())
        })
        .unwrap();
    reactor.add_socket(&rung, POLLIN, |_, _, _| Ok(())).unwrap();
    reactor.add_channel(value, 0, |_, ()| Ok(())).unwrap();
    reactor.run().unwrap();
    drop(reactor);
    assert_eq!(passes, 110);
}
