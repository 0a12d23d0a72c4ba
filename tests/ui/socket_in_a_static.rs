//~ E0277: a ZeroMQ socket cannot be shared between threads
//~ errors: 1
//~ note: move the socket to the thread that uses it, or open a socket for each thread and connect them over inproc
//! A `static` is within reach of all threads.
use std::sync::OnceLock;
use zmq4::Socket;

static SOCKET: OnceLock<Socket> = OnceLock::new();

fn main() {
    SOCKET.get();
}
