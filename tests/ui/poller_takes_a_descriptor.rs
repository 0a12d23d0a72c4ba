//~ E0277: `TcpListener` is no handle of a file descriptor
//! A poller borrows descriptors: one that it took would be closed at once.
use std::net::TcpListener;
use zmq4::{POLLIN, Poller};

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut poller = Poller::new();
    poller.add_fd(listener, POLLIN).unwrap();
}
