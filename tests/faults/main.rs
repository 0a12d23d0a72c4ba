//! What goes wrong at run time: full queues, calls out of turn, contexts that end, signals, peers, threads and processes
//! that die.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod disconnecting;
mod ending;
#[cfg(unix)]
mod forks;
mod peers;
mod sending;
#[cfg(unix)]
mod signals;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use support::inproc_name;
use zmq4::{Context, Socket, SocketType};

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

fn connected(context: &Context, ours: SocketType, theirs: SocketType) -> (Socket, Socket) {
    let (a, b) = (open(context, ours), open(context, theirs));
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (a, b)
}
