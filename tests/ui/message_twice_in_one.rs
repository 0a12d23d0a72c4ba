//~ E0499: cannot borrow `message` as mutable more than once
//! One message cannot be two frames.
use zmq4::{Message, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    let mut message = Message::from("once");
    socket.send_message((&mut message, &mut message)).unwrap();
}
