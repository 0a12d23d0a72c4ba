//! Whatever is dropped, and in whatever order: nothing hangs, and each owner is dropped exactly once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::support::sockets::{open, pair};
use crate::support::{LONG, bind_tcp, deadline, eventually, in_child, inproc_name, keep};
use bytes::Bytes;
use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, Socket};

// ---- orders

/// All that a program may hold of one context.
#[derive(Debug)]
#[allow(dead_code, reason = "held to be dropped")]
enum Held {
    Context(Context),
    Socket(Box<Socket>),
    Message(Message),
    Bytes(Bytes),
    Multipart(Multipart),
}

/// Two handles, two sockets that are connected, with something on its way, and three things that were received.
fn holdings(transport: &str) -> Vec<Held> {
    let context = Context::new().unwrap();
    let (a, b) = (open(&context, zmq4::PAIR), open(&context, zmq4::PAIR));
    let local = match transport {
        "tcp" => "tcp://127.0.0.1:*".to_owned(),
        _ => inproc_name(),
    };
    a.bind(&local).unwrap();
    b.connect(&a.last_endpoint().unwrap()).unwrap();
    b.connect("inproc://never bound").unwrap();
    for _ in 0..2 {
        a.send_message((vec![1; 5000], "short")).unwrap();
    }
    // One frame: closing both ends in the middle of several is what libzmq itself does not survive (zeromq/libzmq#3442).
    a.send("on its way", Flags::NONE).unwrap();
    let mut first = b.recv_message(Flags::NONE).unwrap();
    let message = first.pop_front().unwrap();
    let bytes = b.recv(Flags::NONE).unwrap().into_bytes();
    assert_eq!(bytes.len(), 5000);
    vec![
        Held::Context(context.clone()),
        Held::Socket(Box::new(a)),
        Held::Socket(Box::new(b)),
        Held::Message(message),
        Held::Bytes(bytes),
        Held::Multipart(first),
        Held::Context(context),
    ]
}

/// The `number`th order of `things`.
fn permuted<T>(mut things: Vec<T>, mut number: usize) -> Vec<T> {
    let mut order = Vec::with_capacity(things.len());
    while !things.is_empty() {
        let len = things.len();
        order.push(things.swap_remove(number % len));
        number /= len;
    }
    order
}

#[test]
fn every_order_of_drops() {
    const ORDERS: usize = 7 * 6 * 5 * 4 * 3 * 2;
    const STEP: usize = 5 * 4 * 3 * 2;
    // A deadline for each step: all together take minutes where a processor is emulated.
    for first in (0..ORDERS).step_by(STEP) {
        deadline(LONG, move || {
            for number in first..first + STEP {
                // One in seven over tcp, which takes longer.
                let transport = if number % 7 == 0 { "tcp" } else { "inproc" };
                permuted(holdings(transport), number).into_iter().for_each(drop);
            }
        });
    }
}

#[test]
fn drops_on_several_threads_at_once() {
    deadline(2 * LONG, || {
        for number in 0..200 {
            thread::scope(|scope| {
                for held in permuted(holdings("inproc"), number * 17) {
                    scope.spawn(|| drop(held));
                }
            });
        }
    });
}

#[test]
fn a_socket_keeps_its_context() {
    deadline(LONG, || {
        let (a, b) = pair(&Context::new().unwrap());
        a.send("still here", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "still here");
        let another = b.context().socket(zmq4::PAIR).unwrap();
        drop((a, b));
        another.bind(&inproc_name()).unwrap();
    });
}

#[test]
fn received_messages_outlive_everything() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        a.send_message((vec![3; 100_000], "short")).unwrap();
        let mut received = b.recv_message(Flags::NONE).unwrap();
        let bytes = received.pop_front().unwrap().into_bytes();
        let slice = bytes.slice(10..20);
        drop((a, b));
        context.term().unwrap();
        drop((context, bytes));
        assert_eq!(slice[..], [3; 10]);
        assert_eq!(received, ["short"]);
    });
}

#[test]
fn closing_a_socket_in_the_middle_of_a_message() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        a.send("one", zmq4::SNDMORE).unwrap();
        a.send_message(["two", "three"]).unwrap();
        a.send("torn", zmq4::SNDMORE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "one");
        a.close().unwrap();
        drop(b);
        context.term().unwrap();
    });
}

#[test]
fn the_default_context() {
    in_child("drops::the_default_context", LONG, || {
        let name = inproc_name();
        let (a, b) = (Socket::new(zmq4::PAIR).unwrap(), Socket::new(zmq4::PAIR).unwrap());
        assert_eq!(a.context(), &Context::global().unwrap());
        assert_ne!(a.context(), &Context::new().unwrap());
        a.bind(&name).unwrap();
        b.connect(&name).unwrap();
        a.send("hello", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "hello");
        let blocked = thread::spawn(move || b.recv(Flags::NONE).unwrap_err());
        drop(a);
        zmq4::term().unwrap();
        assert_eq!(blocked.join().unwrap(), Errno::ETERM);
        zmq4::term().unwrap();
        assert_eq!(Socket::new(zmq4::PAIR).unwrap_err(), Errno::ETERM);
        Context::new().unwrap().socket(zmq4::PAIR).unwrap();
    });
}

/// A program that ends with sockets open on the default context does not wait for them.
#[test]
fn a_program_may_end_without_closing_anything() {
    in_child("drops::a_program_may_end_without_closing_anything", LONG, || {
        let socket = Socket::new(zmq4::PUSH).unwrap();
        socket.connect("tcp://127.0.0.1:1").unwrap();
        socket.send("never delivered", Flags::NONE).unwrap();
        keep(socket);
        thread::spawn(|| Socket::new(zmq4::PULL).unwrap().recv(Flags::NONE));
    });
}

// ---- owners

/// Bytes that count how often they are dropped.
struct Counted(Vec<u8>, Arc<AtomicUsize>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    fn message(&self, len: usize) -> Message {
        Message::from_owner(Counted(vec![7; len], self.0.clone()))
    }

    fn dropped(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits for what is dropped on a thread of libzmq, and sees that it stays at that.
    #[track_caller]
    fn ends_at(&self, count: usize) {
        eventually(LONG, || (self.dropped() >= count).then_some(()));
        thread::sleep(Duration::from_millis(5));
        assert_eq!(self.dropped(), count);
    }
}

#[test]
fn an_owner_is_dropped_once_without_being_sent() {
    for len in [0, 1, 33, 34, 5000] {
        let counter = Counter::default();
        let mut message = counter.message(len);
        // Nothing is kept of an owner without bytes.
        assert_eq!(counter.dropped(), usize::from(len == 0), "{len}");
        let shared = message.share().unwrap();
        drop(message);
        assert_eq!(shared.len(), len);
        drop(shared);
        assert_eq!(counter.dropped(), 1, "{len}");

        let counter = Counter::default();
        let bytes = counter.message(len).into_bytes();
        let clone = bytes.clone();
        drop(bytes);
        assert_eq!(clone.len(), len);
        drop(clone);
        assert_eq!(counter.dropped(), 1, "{len}");
    }
}

#[test]
fn an_owner_is_dropped_once_after_it_was_sent() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let counter = Counter::default();
        a.send(counter.message(5000), Flags::NONE).unwrap();
        let received = b.recv(Flags::NONE).unwrap();
        assert_eq!(counter.dropped(), 0, "inproc hands the bytes over as they are");
        drop(received);
        counter.ends_at(1);

        a.send_message((counter.message(5000), counter.message(1), counter.message(100_000)))
            .unwrap();
        drop(b.recv_message(Flags::NONE).unwrap());
        counter.ends_at(4);

        a.send_message(Multipart::from_iter([counter.message(5000)])).unwrap();
        let mut kept = b.recv(Flags::NONE).unwrap();
        b.recv_msg_into(&mut kept, DONTWAIT).unwrap_err();
        drop(kept);
        counter.ends_at(5);
    });
}

#[test]
fn an_owner_is_dropped_once_by_a_thread_of_libzmq() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = (context.socket(zmq4::PUSH).unwrap(), open(&context, zmq4::PULL));
        push.connect(&bind_tcp(&pull)).unwrap();
        let counter = Counter::default();
        for _ in 0..10 {
            push.send_message((counter.message(100_000), counter.message(2000)))
                .unwrap();
        }
        for _ in 0..10 {
            assert_eq!(pull.recv_message(Flags::NONE).unwrap().byte_len(), 102_000);
        }
        counter.ends_at(20);
    });
}

#[test]
fn an_owner_comes_back_after_an_error() {
    let context = Context::new().unwrap();
    let push = open(&context, zmq4::PUSH);
    let counter = Counter::default();

    let error = push.send(counter.message(5000), DONTWAIT).unwrap_err();
    assert_eq!(counter.dropped(), 0);
    let mut back = error.into_message().unwrap();
    push.send(&mut back, DONTWAIT).unwrap_err();
    assert_eq!((back.len(), counter.dropped()), (5000, 0));
    drop(back);
    assert_eq!(counter.dropped(), 1);

    drop(push.send(counter.message(5000), DONTWAIT).unwrap_err());
    assert_eq!(counter.dropped(), 2);

    let frames = (counter.message(5000), counter.message(10));
    let back = push
        .send_message_dontwait(frames)
        .unwrap_err()
        .into_multipart()
        .unwrap();
    assert_eq!((back.byte_len(), counter.dropped()), (5010, 2));
    drop(back);
    assert_eq!(counter.dropped(), 4);

    context.shutdown().unwrap();
    drop(push.send(counter.message(5000), Flags::NONE).unwrap_err());
    drop(push.send_message([counter.message(5000)]).unwrap_err());
    assert_eq!(counter.dropped(), 6);
}

/// Whether bytes that could not be sent as a frame of a message, and came back, are still where they were.
fn stays(socket: &Socket, data: Vec<u8>) -> bool {
    let place = data.as_ptr();
    let error = socket.send(data, DONTWAIT).unwrap_err();
    let back = error.into_message().unwrap();
    // Given back as a message of its own.
    assert_eq!(
        back.as_bytes().as_ptr() == place,
        back.len() >= Message::ZERO_COPY_THRESHOLD
    );
    let data = back.to_vec();
    let place = data.as_ptr();
    let error = socket.send_message_dontwait((data, "and more")).unwrap_err();
    error.into_multipart().unwrap()[0].as_bytes().as_ptr() == place
}

#[test]
fn owned_data_is_copied_below_the_threshold() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = (open(&context, zmq4::PUSH), open(&context, zmq4::PUSH));
        near.bind(&inproc_name()).unwrap();
        let ends = [Message::ZERO_COPY_THRESHOLD, Message::MOVE_THRESHOLD];
        for end in ends {
            assert_eq!(
                stays(&near, vec![7; end - 1]),
                end == Message::MOVE_THRESHOLD,
                "inproc, {end} - 1"
            );
            assert!(stays(&near, vec![7; end]), "inproc, {end}");
        }
        bind_tcp(&far);
        for end in ends {
            assert!(!stays(&far, vec![7; end - 1]), "tcp, {end} - 1");
            assert_eq!(stays(&far, vec![7; end]), end == Message::MOVE_THRESHOLD, "tcp, {end}");
        }
        // What others may have too, and what was made a message before.
        for (len, stays) in [(Message::SHARE_THRESHOLD - 1, false), (Message::SHARE_THRESHOLD, true)] {
            let bytes = Bytes::from(vec![7; len]);
            let error = far.send(bytes.clone(), DONTWAIT).unwrap_err();
            assert_eq!(
                error.into_message().unwrap().as_bytes().as_ptr() == bytes.as_ptr(),
                stays
            );
            let counted: Arc<[u8]> = Arc::from(&bytes[..]);
            let error = far.send(counted.clone(), DONTWAIT).unwrap_err();
            assert_eq!(
                error.into_message().unwrap().as_bytes().as_ptr() == counted.as_ptr(),
                stays
            );
        }
        let made = Message::from(vec![7; Message::ZERO_COPY_THRESHOLD]);
        let place = made.as_bytes().as_ptr();
        let error = far.send_message_dontwait((made, "x")).unwrap_err();
        assert_eq!(error.into_multipart().unwrap()[0].as_bytes().as_ptr(), place);
    });
}

#[test]
fn an_owner_is_dropped_once_where_nobody_receives_it() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let counter = Counter::default();

        // A PUB without subscribers, a ROUTER without that peer.
        open(&context, zmq4::PUB)
            .send(counter.message(5000), Flags::NONE)
            .unwrap();
        counter.ends_at(1);
        let router = open(&context, zmq4::ROUTER);
        router
            .send_message(("nobody", counter.message(5000), counter.message(5000)))
            .unwrap();
        counter.ends_at(3);

        // Queued for a peer that never reads, for one that never came, and in the middle of a message.
        let (a, b) = pair(&context);
        a.send_message((counter.message(5000), counter.message(5000))).unwrap();
        let push = open(&context, zmq4::PUSH);
        push.connect("inproc://never bound").unwrap();
        push.send(counter.message(5000), Flags::NONE).unwrap();
        let tcp = open(&context, zmq4::PUSH);
        tcp.connect("tcp://127.0.0.1:1").unwrap();
        tcp.send(counter.message(5000), Flags::NONE).unwrap();
        a.send(counter.message(5000), zmq4::SNDMORE).unwrap();
        assert_eq!(counter.dropped(), 3);
        drop((a, b, push, tcp, router));
        context.term().unwrap();
        counter.ends_at(8);
    });
}

#[test]
fn owner_may_outlive_its_context() {
    deadline(LONG, || {
        let counter = Counter::default();
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        a.send(counter.message(5000), Flags::NONE).unwrap();
        let received = b.recv(Flags::NONE).unwrap();
        drop((a, b));
        context.term().unwrap();
        drop(context);
        assert_eq!(counter.dropped(), 0);
        thread::spawn(move || drop(received)).join().unwrap();
        assert_eq!(counter.dropped(), 1);
    });
}

/// An owner whose drop panics, once it has told.
struct Panics(Vec<u8>, mpsc::Sender<()>);

impl AsRef<[u8]> for Panics {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        self.1.send(()).unwrap();
        std::panic::panic_any("an owner's drop panics on purpose");
    }
}

#[test]
fn a_panic_in_an_owners_drop_does_not_unwind_into_c() {
    in_child("drops::a_panic_in_an_owners_drop_does_not_unwind_into_c", LONG, || {
        let (sender, dropped) = mpsc::channel();
        let message = || Message::from_owner(Panics(vec![1; 5000], sender.clone()));
        let once = || {
            dropped.recv_timeout(LONG).unwrap();
            assert!(dropped.try_recv().is_err());
        };
        drop(message());
        once();

        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        a.send(message(), Flags::NONE).unwrap();
        drop(b.recv(Flags::NONE).unwrap());
        once();

        // This one is dropped on libzmq's own thread.
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        push.connect(&bind_tcp(&pull)).unwrap();
        push.send(message(), Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap().len(), 5000);
        once();
        push.send("still works", Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "still works");
    });
}

// ---- buffers

/// libzmq gives one buffer to all subscribers in a process: why what was received is read-only.
#[test]
fn subscribers_share_one_buffer() {
    deadline(LONG, || {
        const SUBSCRIBERS: usize = 50;
        let context = Context::new().unwrap();
        let publisher = open(&context, zmq4::XPUB);
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        let subscribers: Vec<_> = (0..SUBSCRIBERS)
            .map(|_| {
                let subscriber = open(&context, zmq4::SUB);
                subscriber.subscribe("").unwrap();
                subscriber.connect(&name).unwrap();
                subscriber
            })
            .collect();
        // The first subscription comes up; the rest are the same and are not passed on, but come in order over inproc.
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01");
        let counter = Counter::default();
        publisher.send(counter.message(100_000), Flags::NONE).unwrap();
        let received: Vec<_> = subscribers
            .iter()
            .map(|socket| socket.recv(Flags::NONE).unwrap())
            .collect();
        let place = received[0].as_bytes().as_ptr();
        assert!(
            received
                .iter()
                .all(|message| message.as_bytes().as_ptr() == place && message.len() == 100_000)
        );
        assert!(received[0].is_shared());
        assert_eq!(counter.dropped(), 0);

        // Read by many threads at once, and dropped by them.
        thread::scope(|scope| {
            for message in received {
                scope.spawn(move || assert!(message.iter().all(|byte| *byte == 7)));
            }
        });
        counter.ends_at(1);
    });
}

#[test]
fn a_shared_message_is_read_by_threads_at_once() {
    let mut message = Message::from(vec![7; 100_000]);
    let copies: Vec<_> = (0..8).map(|_| message.share().unwrap()).collect();
    assert!(
        copies
            .iter()
            .all(|copy| copy.as_bytes().as_ptr() == message.as_bytes().as_ptr())
    );
    thread::scope(|scope| {
        for copy in copies {
            let message = &message;
            scope.spawn(move || assert_eq!(copy, message[..]));
        }
    });
    assert_eq!(message.len(), 100_000);
}
