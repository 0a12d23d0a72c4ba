//~ E0277: cannot be shared between threads
//! One thread at a time: libzmq's sockets have no locks.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| socket.send("one", Flags::NONE));
        scope.spawn(|| socket.send("two", Flags::NONE));
    });
}
