//~ E0382: borrow of moved value: `socket`
//! What was given to C is not ours any more.
use zmq4::Socket;

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    let (_pointer, _context) = socket.into_raw();
    socket.bind("inproc://too late").unwrap();
}
