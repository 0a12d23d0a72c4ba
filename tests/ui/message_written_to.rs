//~ E0596: trait `DerefMut` is required
//! Other subscribers may have the same bytes.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::SUB).unwrap();
    let mut message = socket.recv(Flags::NONE).unwrap();
    let bytes: &mut [u8] = &mut message;
    bytes[0] = 1;
}
