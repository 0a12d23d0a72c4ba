//! Rust and C in one program: pointers given out, taken over and borrowed, for Context, Socket and Message.
//!
//! The C half is written with `zmq_sys`, whose functions are C's own.

mod c;
mod contexts;
mod messages;
mod sockets;

use std::time::Duration;

use zmq4::{Context, PAIR, Socket};

use crate::support::LONG;

/// Puts a deadline on everything that a socket does.
fn patient(socket: &Socket) {
    socket.set_rcvtimeo(Some(LONG)).unwrap();
    socket.set_sndtimeo(Some(LONG)).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
}

fn pair(context: &Context) -> Socket {
    let socket = context.socket(PAIR).unwrap();
    patient(&socket);
    socket
}
