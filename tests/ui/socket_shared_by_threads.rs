//~ E0277: a ZeroMQ socket cannot be shared between threads
//~ errors: 1
//~ note: move the socket to the thread that uses it, or open a socket for each thread and connect them over inproc
//! One thread at a time: libzmq's sockets have no locks.
use zmq4::{Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PUSH).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| socket.send("one", Flags::NONE));
        scope.spawn(|| socket.send("two", Flags::NONE));
    });
}
