//~ E0499: cannot borrow `poller` as mutable more than once
//! The answer of a poll is the poller's until it is copied.
use zmq4::{POLLIN, Poller, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut poller = Poller::new();
    poller.add(&socket, POLLIN).unwrap();
    let ready = poller.poll_all(None).unwrap();
    poller.remove_by_socket(&socket).unwrap();
    assert_eq!(ready.len(), 1);
}
