//~ E0597: `message` does not live long enough
//! A property is the message's.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let peer = {
        let message = socket.recv(Flags::NONE).unwrap();
        message.property("Peer-Address")
    };
    assert!(peer.is_some());
}
