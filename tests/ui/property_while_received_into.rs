//~ E0502: cannot borrow `message` as mutable
//! Receiving replaces what the property belongs to.
use zmq4::{Flags, Message, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut message = Message::new();
    let peer = message.property("Peer-Address");
    socket.recv_msg_into(&mut message, Flags::NONE).unwrap();
    assert!(peer.is_some());
}
