//~ E0505: cannot move out of `socket`
//! What a poller waits for must stay open.
use zmq4::{POLLIN, Poller, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut poller = Poller::new();
    poller.add(&socket, POLLIN).unwrap();
    drop(socket);
    poller.poll(None).unwrap();
}
