//~ E0277: cannot be shared between threads
//! An `Arc` gives several threads a reference each.
use std::sync::Arc;
use zmq4::{Flags, Socket};

fn main() {
    let socket = Arc::new(Socket::new(zmq4::PULL).unwrap());
    let other = Arc::clone(&socket);
    std::thread::spawn(move || other.recv(Flags::NONE));
    socket.recv(Flags::NONE).unwrap();
}
