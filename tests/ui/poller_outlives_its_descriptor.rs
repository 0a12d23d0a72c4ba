//~ E0597: `listener` does not live long enough
//! A descriptor that is waited for must stay open, or its number may become another's.
use std::net::TcpListener;
use zmq4::{POLLIN, Poller};

fn main() {
    let mut poller = Poller::new();
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        poller.add_fd(&listener, POLLIN).unwrap();
    }
    poller.poll(None).unwrap();
}
