//! Bridges: a socket behind channels, from which nothing that was accepted is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod ends;
mod flow;
mod load;
#[cfg(target_os = "linux")]
mod process;
mod refusals;
mod stopping;
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
