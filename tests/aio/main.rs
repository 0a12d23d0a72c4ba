//! Async sockets: [`zmq4::aio`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod basics;
#[cfg(unix)]
mod forks;
mod idle;
mod reentry;
mod runtimes;
mod streams;
mod stress;
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "draft")]
mod thread_safe;

use std::time::Duration;

use zmq4::{Context, Socket, SocketType, aio};

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

/// Two sockets that are connected over inproc.
fn pair(context: &Context, ty: SocketType, peer: SocketType) -> (aio::Socket, aio::Socket) {
    let (a, b) = (open(context, ty), open(context, peer));
    let name = support::inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (aio::Socket::new(a).unwrap(), aio::Socket::new(b).unwrap())
}
