//! [`WAYS`]: who owns the bytes that are sent, and how they are sent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use zmq4::{Flags, Message, Socket, zmq_sys as sys};

use crate::net::Movable;

pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// Whether the bytes are made anew for each message.
    pub(crate) is_new: bool,
    send: fn(&Socket, usize, u64),
}

/// The first two are what the others are compared with.
pub(crate) const WAYS: [Way; 8] = [
    Way {
        name: "zmq_send",
        is_new: false,
        send: |socket, size, count| {
            let data = vec![7; size];
            (0..count).for_each(|_| raw(socket, &data));
        },
    },
    Way {
        name: "zmq_send of new bytes",
        is_new: true,
        send: |socket, size, count| (0..count).for_each(|_| raw(socket, &new(size))),
    },
    Way {
        name: "Bytes",
        is_new: false,
        send: |socket, size, count| {
            let data = Bytes::from(new(size));
            (0..count).for_each(|_| ours(socket.send(data.clone(), Flags::NONE)));
        },
    },
    Way {
        name: "Arc<[u8]>",
        is_new: false,
        send: |socket, size, count| {
            let data: Arc<[u8]> = Arc::from(new(size));
            (0..count).for_each(|_| ours(socket.send(data.clone(), Flags::NONE)));
        },
    },
    Way {
        name: "from_owner",
        is_new: false,
        send: |socket, size, count| {
            let data = Arc::new(Owner(new(size)));
            (0..count).for_each(|_| {
                let owner = Shared(data.clone());
                ours(socket.send(Message::from_owner(owner), Flags::NONE));
            });
        },
    },
    Way {
        name: "new Vec",
        is_new: true,
        send: |socket, size, count| (0..count).for_each(|_| ours(socket.send(new(size), Flags::NONE))),
    },
    Way {
        name: "new String",
        is_new: true,
        send: |socket, size, count| {
            (0..count).for_each(|_| ours(socket.send(String::from_utf8(new(size)).unwrap_or_default(), Flags::NONE)));
        },
    },
    Way {
        name: "new Box",
        is_new: true,
        send: |socket, size, count| {
            (0..count).for_each(|_| ours(socket.send(new(size).into_boxed_slice(), Flags::NONE)));
        },
    },
];

/// An owner that only [`Message::from_owner`] takes.
struct Owner(Vec<u8>);

struct Shared(Arc<Owner>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0.0
    }
}

fn new(size: usize) -> Vec<u8> {
    vec![7; size]
}

fn ours(sent: zmq4::Result<usize>) {
    sent.unwrap();
}

fn raw(socket: &Socket, data: &[u8]) {
    // SAFETY: the socket is open and the bytes are live.
    let rc = unsafe { sys::zmq_send(socket.as_ptr(), data.as_ptr().cast(), data.len(), 0) };
    assert_ne!(rc, -1);
}

/// The time until the last of `count` messages has arrived. The receiver goes to another thread meanwhile.
pub(crate) fn exchange(pull: &Movable, push: &Socket, way: &Way, size: usize, count: u64) -> Duration {
    pull.away(
        |socket| {
            let mut message = Message::new();
            for _ in 0..count {
                assert_eq!(socket.recv_msg_into(&mut message, Flags::NONE).unwrap(), size);
            }
        },
        || {
            let start = Instant::now();
            (way.send)(push, size, count);
            start
        },
    )
    .elapsed()
}
