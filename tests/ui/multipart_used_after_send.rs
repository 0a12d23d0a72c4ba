//~ E0382: use of moved value: `parts`
//! What was given by value is in the error, and nowhere else.
use zmq4::{Multipart, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    let parts = Multipart::from_iter(["one", "two"]);
    if socket.send_message_dontwait(parts).is_err() {
        socket.send_message(parts).unwrap();
    }
}
