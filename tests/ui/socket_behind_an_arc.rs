//~ E0277: a ZeroMQ socket cannot be shared between threads
//~ errors: 1
//~ note: move the socket to the thread that uses it, or open a socket for each thread and connect them over inproc
//! An `Arc` gives several threads a reference each.
use std::sync::Arc;
use zmq4::{Flags, Socket};

fn main() {
    let socket = Arc::new(Socket::new(zmq4::PULL).unwrap());
    let other = Arc::clone(&socket);
    std::thread::spawn(move || other.recv(Flags::NONE));
    socket.recv(Flags::NONE).unwrap();
}
