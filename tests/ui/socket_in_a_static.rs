//~ E0277: cannot be shared between threads
//! A `static` is within reach of all threads.
use std::sync::OnceLock;
use zmq4::Socket;

static SOCKET: OnceLock<Socket> = OnceLock::new();

fn main() {
    SOCKET.get();
}
