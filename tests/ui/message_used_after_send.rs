//~ E0382: borrow of moved value: `message`
//! A message that was given is gone; `&mut message` lends it.
use zmq4::{Flags, Message, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    let message = Message::from("once");
    socket.send(message, Flags::NONE).unwrap();
    assert_eq!(message, "once");
}
