//! A forked child, which has the parent's sockets and none of libzmq's threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, PollItem, Poller, Socket};

use crate::open;
use crate::support::fork::forked;
use crate::support::{LONG, bind_tcp, in_child, inproc_name, ipc_name};

/// Two sockets that have talked to each other.
fn acquainted(context: &Context, endpoint: &str) -> (Socket, Socket) {
    let (a, b) = (open(context, zmq4::PAIR), open(context, zmq4::PAIR));
    a.bind(endpoint).unwrap();
    b.connect(&a.last_endpoint().unwrap()).unwrap();
    talk(&a, &b);
    (a, b)
}

#[track_caller]
fn talk(a: &Socket, b: &Socket) {
    for (from, to) in [(a, b), (b, a)] {
        from.send_message(["hello", "there"]).unwrap();
        assert_eq!(to.recv_message(Flags::NONE).unwrap(), ["hello", "there"]);
    }
}

#[test]
fn child_that_drops_inherited_sockets_disturbs_none() {
    in_child("forks::child_that_drops_inherited_sockets_disturbs_none", LONG, || {
        let name = ipc_name();
        for endpoint in ["tcp://127.0.0.1:*", &*name, &inproc_name()] {
            let context = Context::new().unwrap();
            let (a, b) = acquainted(&context, endpoint);
            a.send(vec![5; 100_000], Flags::NONE).unwrap();
            let received = b.recv(Flags::NONE).unwrap();
            let mut inherited = Some((context.clone(), a, b, received, Message::from(vec![1; 5000])));
            for _ in 0..3 {
                let status = forked(|| drop(inherited.take()));
                assert_eq!(status, 0);
                let (_, a, b, received, _) = inherited.as_ref().unwrap();
                talk(a, b);
                assert_eq!(received.len(), 100_000);
            }
            drop(inherited);
            context.term().unwrap();
        }
    });
}

#[test]
fn a_child_cannot_use_what_it_inherited() {
    in_child("forks::a_child_cannot_use_what_it_inherited", LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = acquainted(&context, "tcp://127.0.0.1:*");
        b.send("for the parent", Flags::NONE).unwrap();
        let status = forked(|| {
            assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EINTR);
            assert_eq!(context.term().unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv(Flags::NONE).unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv(DONTWAIT).unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv_message(Flags::NONE).unwrap_err(), Errno::EINTR);
            assert_eq!(a.bind("tcp://127.0.0.1:*").unwrap_err(), Errno::EINTR);
            assert_eq!(a.connect("inproc://nobody").unwrap_err(), Errno::EINTR);
            assert_eq!(a.send("x", DONTWAIT).unwrap_err(), Errno::EINTR);
            assert_eq!(a.send_message(["x", "y"]).unwrap_err(), Errno::EINTR);
        });
        assert_eq!(status, 0);
        assert_eq!(a.recv(Flags::NONE).unwrap(), "for the parent");
        talk(&a, &b);
    });
}

type Call = fn(&Socket) -> zmq4::Result<()>;

/// Every kind of call that reaches libzmq, each with what it returns.
const CALLS: &[(&str, Call)] = &[
    ("bind", |xpub| xpub.bind("tcp://127.0.0.1:*")),
    ("bind over inproc", |xpub| xpub.bind("inproc://of a child")),
    ("unbind", |xpub| xpub.unbind("tcp://127.0.0.1:1")),
    ("connect", |xpub| xpub.connect("tcp://127.0.0.1:1")),
    ("connect over inproc", |xpub| xpub.connect("inproc://of a child")),
    ("disconnect", |xpub| xpub.disconnect("tcp://127.0.0.1:1")),
    ("last_endpoint", |xpub| xpub.last_endpoint().map(drop)),
    ("send", |xpub| xpub.send("x", Flags::NONE).map(drop)),
    ("send without waiting", |xpub| xpub.send("x", DONTWAIT).map(drop)),
    ("send of a message", |xpub| {
        xpub.send(vec![7; 5000], Flags::NONE).map(drop)
    }),
    ("send of a lent message", |xpub| {
        let mut message = Message::from("x");
        xpub.send(&mut message, Flags::NONE).map(drop)
    }),
    ("send_message", |xpub| xpub.send_message(["x", "y"]).map(drop)),
    ("send_message of owned frames", |xpub| {
        xpub.send_message((vec![7; 5000], "y")).map(drop)
    }),
    ("send_message_dontwait", |xpub| {
        xpub.send_message_dontwait(["x"]).map(drop)
    }),
    ("recv", |xpub| xpub.recv(Flags::NONE).map(drop)),
    ("recv_msg_into", |xpub| {
        xpub.recv_msg_into(&mut Message::new(), DONTWAIT).map(drop)
    }),
    ("recv_into", |xpub| xpub.recv_into(&mut [0; 10], Flags::NONE).map(drop)),
    ("recv_message", |xpub| xpub.recv_message(Flags::NONE).map(drop)),
    ("recv_message_into", |xpub| {
        xpub.recv_message_into(&mut Multipart::new(), DONTWAIT).map(drop)
    }),
    ("poll", |xpub| xpub.poll(zmq4::POLLIN, None).map(drop)),
    ("zmq4::poll", |xpub| {
        zmq4::poll(&mut [PollItem::new(xpub, zmq4::POLLIN)], None).map(drop)
    }),
    ("Poller::poll", |xpub| {
        let mut poller = Poller::new();
        poller.add(xpub, zmq4::POLLIN)?;
        poller.poll(None).map(drop)
    }),
    ("events", |xpub| xpub.events().map(drop)),
    ("fd", |xpub| xpub.fd().map(drop)),
    ("an option that is a number", |xpub| xpub.set_sndhwm(1)),
    ("and is read", |xpub| xpub.sndhwm().map(drop)),
    ("an option that is text", |xpub| xpub.set_plain_username("x")),
    ("and is read", |xpub| xpub.plain_username().map(drop)),
    ("an option that is nothing", |xpub| xpub.set_xpub_welcome_msg("")),
    ("an option that is bytes", |xpub| xpub.set_xpub_welcome_msg("x")),
    ("subscribe", |xpub| xpub.subscribe("x")),
    ("unsubscribe", |xpub| xpub.unsubscribe("x")),
    ("set_raw", |xpub| xpub.set_raw(9999, &[1])),
    ("get_raw", |xpub| xpub.get_raw(16, &mut [0; 4]).map(drop)),
    ("monitor_at", |xpub| {
        xpub.monitor_at("inproc://monitor of a child", zmq4::Event::ALL)
    }),
    ("monitor", |xpub| xpub.monitor(zmq4::Event::ALL).map(drop)),
];

#[test]
fn each_call_in_a_child_is_refused() {
    in_child("forks::each_call_in_a_child_is_refused", 2 * LONG, || {
        let context = Context::new().unwrap();
        let [plain, limited] = [(); 2].map(|()| {
            let xpub = context.socket(zmq4::XPUB).unwrap();
            xpub.set_xpub_manual(true).unwrap();
            xpub
        });
        limited.set_rcvtimeo(Some(LONG)).unwrap();
        limited.set_sndtimeo(Some(LONG)).unwrap();
        let endpoint = bind_tcp(&plain);
        for (call, make) in CALLS {
            for xpub in [&plain, &limited] {
                let status = forked(|| assert_eq!(make(xpub).unwrap_err(), Errno::EINTR, "{call}"));
                assert_eq!(status, 0, "{call}");
            }
        }
        let subscriber = open(&context, zmq4::SUB);
        subscriber.connect(&endpoint).unwrap();
        subscriber.subscribe("x").unwrap();
        assert_eq!(plain.recv(Flags::NONE).unwrap(), b"\x01x");
    });
}

#[test]
fn a_child_has_a_context_of_its_own() {
    in_child("forks::a_child_has_a_context_of_its_own", LONG, || {
        let context = Context::new().unwrap();
        let parent = open(&context, zmq4::PULL);
        let endpoint = bind_tcp(&parent);
        let status = forked(|| {
            let own = Context::new().unwrap();
            let socket = own.socket(zmq4::PUSH).unwrap();
            socket.connect(&endpoint).unwrap();
            socket.send("from the child", Flags::NONE).unwrap();
            drop(socket);
            own.term().unwrap();
        });
        assert_eq!(status, 0);
        assert_eq!(parent.recv(Flags::NONE).unwrap(), "from the child");
    });
}

#[test]
fn the_default_context_is_the_parents() {
    in_child("forks::the_default_context_is_the_parents", LONG, || {
        let (a, b) = acquainted(&Context::global().unwrap(), &inproc_name());
        let status = forked(|| {
            let error = Socket::new(zmq4::PAIR).unwrap_err();
            assert_eq!(error, Errno::EINTR);
            assert!(error.to_string().contains("parent process"), "{error}");
            assert_eq!(zmq4::term().unwrap_err(), Errno::EINTR);
        });
        assert_eq!(status, 0);
        talk(&a, &b);
    });
}

/// Other threads may hold a lock at the moment of the fork, and no one is there to release it.
#[test]
fn a_fork_in_the_middle_of_other_threads_calls() {
    in_child("forks::a_fork_in_the_middle_of_other_threads_calls", 2 * LONG, || {
        let context = Context::new().unwrap();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        context.io_threads().unwrap();
                        // libzmq frees the places of closed sockets in the background, and may lag behind.
                        if let Ok(socket) = context.socket(zmq4::PAIR) {
                            socket.bind(&inproc_name()).unwrap();
                        }
                    }
                });
            }
            let mut inherited = Some((open(&context, zmq4::PAIR), context.clone()));
            let status = (0..200)
                .map(|_| forked(|| drop(inherited.take())))
                .find(|status| *status != 0);
            done.store(true, Ordering::Relaxed);
            assert_eq!(status, None, "a child hung or died");
        });
    });
}
