//~ E0505: cannot move out of `message`
//! The bytes are the message's.
use zmq4::Message;

fn main() {
    let message = Message::from("gone");
    let bytes = message.as_bytes();
    drop(message);
    assert_eq!(bytes, b"gone");
}
