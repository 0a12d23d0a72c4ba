//! Proxies: [`zmq4::proxy`], [`zmq4::proxy_steerable`] and [`zmq4::Proxy`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod capture;
mod faults;
mod flow;
mod handle;
mod pairs;
mod steering;
mod subscriptions;
#[path = "../support/mod.rs"]
mod support;
mod topics;

use std::time::Duration;

use support::inproc_name;
use support::sockets::open_timed;
use zmq4::{Context, Proxy, Socket, SocketType};

/// Long enough to see that nothing comes.
const WHILE: Duration = Duration::from_millis(200);

fn bound(context: &Context, ty: SocketType) -> (Socket, String) {
    let socket = open_timed(context, ty);
    let name = inproc_name();
    socket.bind(&name).unwrap();
    (socket, name)
}

fn connected(context: &Context, ty: SocketType, endpoint: &str) -> Socket {
    let socket = open_timed(context, ty);
    socket.connect(endpoint).unwrap();
    socket
}

/// With these marks on its queues, one for each peer.
fn marked(context: &Context, ty: SocketType, mark: u32) -> Socket {
    let socket = open_timed(context, ty);
    socket.set_sndhwm(mark).unwrap();
    socket.set_rcvhwm(mark).unwrap();
    socket
}

/// A started proxy between a PULL and a PUSH, and the ends of the pipeline.
fn pipeline(context: &Context) -> (Proxy, Socket, Socket) {
    let (front, from) = bound(context, zmq4::PULL);
    let (back, to) = bound(context, zmq4::PUSH);
    let source = connected(context, zmq4::PUSH, &from);
    let sink = connected(context, zmq4::PULL, &to);
    (Proxy::start(front, back, None).unwrap(), source, sink)
}
