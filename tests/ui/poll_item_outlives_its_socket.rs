//~ E0505: cannot move out of `socket`
//! What is waited for must stay open.
use zmq4::{POLLIN, PollItem, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut items = [PollItem::new(&socket, POLLIN)];
    socket.close().unwrap();
    zmq4::poll(&mut items, None).unwrap();
}
