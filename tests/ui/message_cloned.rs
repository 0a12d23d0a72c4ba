//~ E0599: no method named `clone` found for struct `Message`
//! libzmq's copy writes to its source: `share` takes `&mut`.
use zmq4::Message;

fn main() {
    let message = Message::from("once");
    let copy: Message = message.clone();
    drop(copy);
}
