//! Every input that is known to make libzmq abort, hang or corrupt memory, and what safe code gets for it.
//!
//! What cannot be written at all:
//! - A null endpoint, option or capability (`zmq_bind(s, NULL)`): all of these are `&str` and slices.
//! - A message that is not initialised, or closed twice; a socket closed twice, or used after that: ownership. See `ui/`.
//! - Two threads in one socket: it is not `Sync`. See `ui/`.
//! - Polling, proxies, monitors, timers, CURVE and DRAFT options: not in this crate yet.
//!
//! What is not guarded:
//! - Two threads that race for the last descriptor of the process.
//! - Inproc names that are bound and closed by several threads at the same time (zeromq/libzmq#3759, #4477).
//! - A connection whose two ends close at the same time in the middle of a message of several frames, where the linger of
//!   the sender is 0 or runs out just then (zeromq/libzmq#3442, `session_base_t::clean_pipes`).
//! - A norm multicast port that another program has for itself.
//!
//! Most of it runs in a child process, because a failure would take the test runner down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod arguments;
mod contexts;
mod endpoints;
mod options;
mod pending;
mod sockets;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use support::{LONG, inproc_name};
use zmq4::{Context, Socket, SocketType};

const STABLE: [SocketType; 12] = [
    zmq4::PAIR,
    zmq4::PUB,
    zmq4::SUB,
    zmq4::REQ,
    zmq4::REP,
    zmq4::DEALER,
    zmq4::ROUTER,
    zmq4::PULL,
    zmq4::PUSH,
    zmq4::XPUB,
    zmq4::XSUB,
    zmq4::STREAM,
];

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket.set_rcvtimeo(Some(LONG)).unwrap();
    socket.set_sndtimeo(Some(LONG)).unwrap();
    socket
}

fn pair() -> (Context, Socket, Socket) {
    let context = Context::new().unwrap();
    let (a, b) = (open(&context, zmq4::PAIR), open(&context, zmq4::PAIR));
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (context, a, b)
}
