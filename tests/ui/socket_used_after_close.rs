//~ E0382: borrow of moved value: `socket`
//! A closed socket is gone.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    socket.close().unwrap();
    socket.send("too late", Flags::NONE).unwrap();
}
