//! Sockets that keep no context from terminating, and their connections.

use std::time::Duration;

use zmq4::{Context, Socket, SocketType};

use super::{LONG, inproc_name};

/// A socket without linger.
#[track_caller]
pub fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

/// A socket without linger whose calls fail with `EAGAIN` after [`LONG`], so that no fault hangs a test.
#[track_caller]
pub fn open_timed(context: &Context, ty: SocketType) -> Socket {
    let socket = open(context, ty);
    set_timed(&socket);
    socket
}

/// Makes a socket such as [`open_timed`] opens.
#[track_caller]
pub fn set_timed(socket: &Socket) {
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket.set_rcvtimeo(Some(LONG)).unwrap();
    socket.set_sndtimeo(Some(LONG)).unwrap();
}

/// Sends a message at once, unless the peer has refused the socket for good by then: so it has no connection, and a send would
/// wait for one.
#[track_caller]
pub fn send_unless_refused(socket: &Socket, message: &str) {
    let sent = socket.send(message, zmq4::DONTWAIT);
    assert!(sent.as_ref().err().is_none_or(zmq4::Error::is_would_block), "{sent:?}");
}

/// A socket without linger, and its own context.
#[track_caller]
pub fn socket(ty: SocketType) -> (Context, Socket) {
    let context = Context::new().unwrap();
    let socket = open(&context, ty);
    (context, socket)
}

/// Binds `a` and connects `b` over inproc.
#[track_caller]
pub fn join(a: &Socket, b: &Socket) {
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
}

/// Two sockets that are connected over inproc; the first is bound.
#[track_caller]
pub fn connected(context: &Context, a: SocketType, b: SocketType) -> (Socket, Socket) {
    let (a, b) = (open(context, a), open(context, b));
    join(&a, &b);
    (a, b)
}

/// Two connected PAIR sockets.
#[track_caller]
pub fn pair(context: &Context) -> (Socket, Socket) {
    connected(context, zmq4::PAIR, zmq4::PAIR)
}
