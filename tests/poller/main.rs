//! Waiting for sockets and descriptors: [`zmq4::Poller`], [`zmq4::poll`] and `Socket::poll`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod basics;
#[cfg(unix)]
mod descriptors;
mod ending;
#[cfg(unix)]
mod forks;
mod items;
#[cfg(unix)]
mod limits;
#[cfg(unix)]
mod signals;
#[path = "../support/mod.rs"]
mod support;
mod times;

use std::time::Duration;

use support::inproc_name;
use zmq4::{Context, Socket, SocketType};

const NOW: Option<Duration> = Some(Duration::ZERO);

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

fn pair(context: &Context) -> (Socket, Socket) {
    let (a, b) = (open(context, zmq4::PAIR), open(context, zmq4::PAIR));
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (a, b)
}
