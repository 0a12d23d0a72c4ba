//~ E0597: `bytes` does not live long enough
//! libzmq may use an owner's bytes at any later time.
use zmq4::Message;

fn main() {
    let bytes = vec![0; 5000];
    let message = Message::from_owner(bytes.as_slice());
    drop(message);
}
