//~ E0277: `u32` cannot be sent as a frame
//! A number has no one form as bytes: it is sent as text, or as bytes of a named order.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    socket.send(7_u32, Flags::NONE).unwrap();
}
