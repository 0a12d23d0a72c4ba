//! Every input that is known to make libzmq abort, hang or corrupt memory, and what safe code gets for it.
//!
//! `docs/guards.md` lists the inputs, the code that refuses each, and its test, here and in other binaries; and the faults
//! that remain. What is refused only because of a fault that the vendored libzmq repairs is allowed where
//! `zmq4::has("repaired")`: the tests expect both.
//!
//! Most of it runs in a child process, because a failure would take the test runner down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod arguments;
mod contexts;
mod endpoints;
mod inproc;
mod options;
mod pending;
mod random;
mod sockets;
#[path = "../support/mod.rs"]
mod support;

use support::sockets::{join, open_timed};
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

fn pair() -> (Context, Socket, Socket) {
    let context = Context::new().unwrap();
    let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
    join(&a, &b);
    (context, a, b)
}
