//! Bytes that others hold as well: libzmq writes to none of them, whatever it does with a message.
//!
//! They stand in memory that cannot be written to. Each case is a process of its own, which dies where one is.
#![cfg(unix)]

use std::ptr;
use std::sync::Arc;

use crate::support::sockets::open_timed;
use crate::support::{LONG, in_child, inproc_name, ipc_name, keep};
use bytes::Bytes;
#[cfg(feature = "auth")]
use zmq4::auth::Auth;
use zmq4::{Context, CurveKeypair, Flags, Message, Proxy, Socket, SocketType};

/// Memory that can be read only.
struct ReadOnly {
    ptr: ptr::NonNull<libc::c_void>,
    len: usize,
}

// SAFETY: it is never written to.
unsafe impl Send for ReadOnly {}

impl ReadOnly {
    fn new(bytes: &[u8]) -> ReadOnly {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANON);
        // SAFETY: asks for memory of its own, wherever there is some.
        let ptr = unsafe { libc::mmap(ptr::null_mut(), bytes.len(), access, flags, -1, 0) };
        assert_ne!(ptr, libc::MAP_FAILED);
        // SAFETY: the memory is as long, and is uniquely owned.
        unsafe { ptr.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        // SAFETY: the memory is our own.
        assert_eq!(unsafe { libc::mprotect(ptr, bytes.len(), libc::PROT_READ) }, 0);
        ReadOnly {
            ptr: ptr::NonNull::new(ptr).unwrap(),
            len: bytes.len(),
        }
    }

    fn forever(bytes: &[u8]) -> &'static [u8] {
        let memory: &'static ReadOnly = keep(ReadOnly::new(bytes));
        memory.as_ref()
    }
}

impl AsRef<[u8]> for ReadOnly {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: the memory is initialised, and lives as long as this.
        unsafe { std::slice::from_raw_parts(self.ptr.as_ptr().cast(), self.len) }
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        // SAFETY: the memory is our own, and used no more.
        unsafe { libc::munmap(self.ptr.as_ptr(), self.len) };
    }
}

/// All ways to make a message of bytes that others may hold.
const WAYS: [fn(&[u8]) -> Message; 5] = [
    |bytes| Message::from_owner(ReadOnly::new(bytes)),
    |bytes| Message::from(Bytes::from_owner(ReadOnly::new(bytes))),
    |bytes| Message::from(Bytes::from_static(ReadOnly::forever(bytes))),
    |bytes| Message::from_static(ReadOnly::forever(bytes)),
    |bytes| {
        let mut message = Message::from_owner(ReadOnly::new(bytes));
        message.share().unwrap()
    },
];

/// Short ones stand in libzmq's own memory, and long ones are not copied into a batch.
const LENGTHS: [usize; 5] = [1, 30, 600, 5000, 100_000];

/// `to` is bound, and `from` connected to it.
fn connect(from: &Socket, to: &Socket, endpoint: &str) {
    to.bind(endpoint).unwrap();
    from.connect(&to.last_endpoint().unwrap()).unwrap();
}

/// Two sockets that are connected; the first has connected.
fn pair(from: SocketType, to: SocketType, endpoint: &str) -> (Socket, Socket) {
    let context = Context::new().unwrap();
    let (from, to) = (open_timed(&context, from), open_timed(&context, to));
    connect(&from, &to, endpoint);
    (from, to)
}

/// Sends each kind of message, as a frame alone and as two of a message.
fn exchange(from: &Socket, to: &Socket) {
    for make in WAYS {
        for len in LENGTHS {
            // Nothing that a publisher takes for a subscription.
            let bytes = vec![b'x'; len];
            from.send(make(&bytes), Flags::NONE).unwrap();
            assert_eq!(to.recv(Flags::NONE).unwrap(), bytes);
            from.send_message((make(&bytes), make(&bytes))).unwrap();
            assert_eq!(to.recv_message(Flags::NONE).unwrap(), [&bytes[..], &bytes]);
        }
    }
}

fn exchange_over(endpoint: &str) {
    for (from, to) in [
        (zmq4::PUSH, zmq4::PULL),
        (zmq4::PAIR, zmq4::PAIR),
        (zmq4::DEALER, zmq4::DEALER),
    ] {
        let (from, to) = pair(from, to, endpoint);
        exchange(&from, &to);
        if from.socket_type() != zmq4::PUSH {
            exchange(&to, &from);
        }
    }
}

/// A REQ asks a REP through a ROUTER and a DEALER, each frame of which, the routing ids too, cannot be written to.
fn ask_over(endpoint: &str) {
    let (req, router) = pair(zmq4::REQ, zmq4::ROUTER, endpoint);
    for make in WAYS {
        for len in LENGTHS {
            let bytes = vec![b'x'; len];
            req.send(make(&bytes), Flags::NONE).unwrap();
            let request = router.recv_message(Flags::NONE).unwrap();
            assert_eq!(request[2], bytes);
            let again = ReadOnly::forever(&request[0]);
            router
                .send_message((Message::from_static(again), "", make(&request[2])))
                .unwrap();
            assert_eq!(req.recv_message(Flags::NONE).unwrap(), [&bytes[..]]);
        }
    }
}

/// Messages down to subscribers, and subscriptions and messages up to the publisher.
fn publish_over(endpoint: &str) {
    let (xsub, xpub) = pair(zmq4::XSUB, zmq4::XPUB, endpoint);
    let second = open_timed(xsub.context(), zmq4::SUB);
    second.connect(&xpub.last_endpoint().unwrap()).unwrap();
    second.subscribe("x").unwrap();
    assert_eq!(xpub.recv(Flags::NONE).unwrap(), b"\x01x");
    xpub.set_xpub_verbose(true).unwrap();
    for make in WAYS {
        for len in LENGTHS {
            for first in [1, 0] {
                let mut topic = vec![b'y'; len.min(200)];
                topic[0] = first;
                xsub.send(make(&topic), Flags::NONE).unwrap();
                assert_eq!(xpub.recv(Flags::NONE).unwrap(), topic);
            }
        }
    }
    exchange(&xsub, &xpub);
    xsub.send(b"\x01x", Flags::NONE).unwrap();
    assert_eq!(xpub.recv(Flags::NONE).unwrap(), b"\x01x");
    for make in WAYS {
        for len in LENGTHS {
            let bytes = vec![b'x'; len];
            xpub.send_message((make(&bytes), make(&bytes))).unwrap();
            for subscriber in [&xsub, &second] {
                assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), [&bytes[..], &bytes]);
            }
        }
    }
}

fn all_over(endpoint: &str) {
    exchange_over(endpoint);
    ask_over(endpoint);
    publish_over(endpoint);
}

/// Whether libzmq has WebSockets; says so where it has not.
fn has_ws() -> bool {
    let has = zmq4::has("WS") || zmq4::has("ws");
    if !has {
        crate::support::skip("this libzmq was built without WS");
    }
    has
}

#[test]
fn read_only_bytes_go_over_inproc() {
    in_child("held::read_only_bytes_go_over_inproc", 2 * LONG, || {
        exchange_over(&inproc_name());
        ask_over(&inproc_name());
        publish_over(&inproc_name());
    });
}

#[test]
fn read_only_bytes_go_over_ipc() {
    in_child("held::read_only_bytes_go_over_ipc", 2 * LONG, || {
        exchange_over("ipc://*");
        ask_over("ipc://*");
        publish_over(&ipc_name());
    });
}

#[test]
fn read_only_bytes_go_over_tcp() {
    in_child("held::read_only_bytes_go_over_tcp", 2 * LONG, || {
        all_over("tcp://127.0.0.1:*")
    });
}

#[test]
fn read_only_bytes_go_over_ws() {
    in_child("held::read_only_bytes_go_over_ws", 2 * LONG, || {
        if has_ws() {
            all_over("ws://127.0.0.1:*");
        }
    });
}

#[test]
fn read_only_bytes_go_over_curve() {
    in_child("held::read_only_bytes_go_over_curve", 2 * LONG, || {
        let keys = match CurveKeypair::new() {
            Ok(keys) => keys,
            Err(error) => return crate::support::skip(&format!("no CURVE: {error}")),
        };
        for endpoint in ["tcp://127.0.0.1:*", "ws://127.0.0.1:*"] {
            if endpoint.starts_with("ws") && !has_ws() {
                continue;
            }
            let context = Context::new().unwrap();
            let (client, server) = (open_timed(&context, zmq4::DEALER), open_timed(&context, zmq4::DEALER));
            server.set_curve_server(true).unwrap();
            server.set_curve_secretkey(keys.secret()).unwrap();
            client.set_curve_serverkey(keys.public()).unwrap();
            client.set_curve_publickey(keys.public()).unwrap();
            client.set_curve_secretkey(keys.secret()).unwrap();
            connect(&client, &server, endpoint);
            exchange(&client, &server);
            exchange(&server, &client);
        }
    });
}

#[cfg(feature = "auth")]
#[test]
fn read_only_bytes_go_over_plain() {
    in_child("held::read_only_bytes_go_over_plain", 2 * LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        auth.plain_add("*", "user", "password").unwrap();
        let (client, server) = (open_timed(&context, zmq4::DEALER), open_timed(&context, zmq4::DEALER));
        server.set_plain_server(true).unwrap();
        client.set_plain_username("user").unwrap();
        client.set_plain_password("password").unwrap();
        connect(&client, &server, "tcp://127.0.0.1:*");
        exchange(&client, &server);
        exchange(&server, &client);
    });
}

/// A raw peer, whose id and bytes are frames of ours.
#[test]
fn read_only_bytes_go_over_stream() {
    in_child("held::read_only_bytes_go_over_stream", 2 * LONG, || {
        let (client, server) = pair(zmq4::STREAM, zmq4::STREAM, "tcp://127.0.0.1:*");
        let [id, peer] = [&client, &server].map(|socket| {
            let greeting = socket.recv_message(Flags::NONE).unwrap();
            assert_eq!(greeting[1], "");
            greeting[0].to_vec()
        });
        for (from, id, to) in [(&client, &id, &server), (&server, &peer, &client)] {
            for make in WAYS {
                for len in LENGTHS {
                    from.send_message((Message::from_owner(ReadOnly::new(id)), make(&vec![b'x'; len])))
                        .unwrap();
                    let mut left = len;
                    while left > 0 {
                        let piece = to.recv_message(Flags::NONE).unwrap();
                        assert!(piece[1].iter().all(|byte| *byte == b'x'));
                        left -= piece[1].len();
                    }
                }
            }
        }
    });
}

/// What came over inproc stands where its sender has put it.
#[test]
fn read_only_bytes_go_through_a_proxy_to_ws() {
    in_child("held::read_only_bytes_go_through_a_proxy_to_ws", 2 * LONG, || {
        for captured in [false, true] {
            if !has_ws() {
                return;
            }
            let context = Context::new().unwrap();
            let [source, front, back, sink] =
                [zmq4::PUSH, zmq4::PULL, zmq4::PUSH, zmq4::PULL].map(|ty| open_timed(&context, ty));
            connect(&source, &front, &inproc_name());
            connect(&back, &sink, "ws://127.0.0.1:*");
            let capture = captured.then(|| {
                let (capture, listener) = (open_timed(&context, zmq4::PUSH), open_timed(&context, zmq4::PULL));
                connect(&capture, &listener, "ws://127.0.0.1:*");
                let listens = std::thread::spawn(move || {
                    for _ in 0..WAYS.len() * LENGTHS.len() * 2 {
                        let message = listener.recv_message(Flags::NONE).unwrap();
                        assert!(message.iter().all(|frame| frame.iter().all(|byte| *byte == b'x')));
                    }
                });
                (capture, listens)
            });
            let (capture, listens) = capture.unzip();
            let proxy = Proxy::start(front, back, capture).unwrap();
            exchange(&source, &sink);
            if let Some(listens) = listens {
                listens.join().unwrap();
            }
            drop(proxy);
        }
    });
}

/// Read once more after it was sent: a write that can happen is seen as well.
#[test]
fn bytes_of_an_arc_sent_over_ws_stay() {
    in_child("held::bytes_of_an_arc_sent_over_ws_stay", LONG, || {
        if !has_ws() {
            return;
        }
        let (push, pull) = pair(zmq4::PUSH, zmq4::PULL, "ws://127.0.0.1:*");
        let ours: Arc<[u8]> = vec![b'x'; 5000].into();
        let bytes = Bytes::from(vec![b'x'; 5000]);
        let is_right = |bytes: &[u8]| bytes.len() == 5000 && bytes.iter().all(|byte| *byte == b'x');
        for _ in 0..2 {
            push.send(Arc::clone(&ours), Flags::NONE).unwrap();
            assert!(is_right(&pull.recv(Flags::NONE).unwrap()));
            push.send(bytes.clone(), Flags::NONE).unwrap();
            assert!(is_right(&pull.recv(Flags::NONE).unwrap()));
        }
        assert!(is_right(&ours) && is_right(&bytes));
    });
}
