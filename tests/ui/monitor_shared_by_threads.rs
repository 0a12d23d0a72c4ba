//~ E0277: a ZeroMQ socket cannot be shared between threads
//~ errors: 1
//~ note: move the socket to the thread that uses it, or open a socket for each thread and connect them over inproc
//! A monitor reads from a socket, which has no locks.
use zmq4::{EVENT_ALL, Flags, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let monitor = socket.monitor(EVENT_ALL).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| monitor.recv(Flags::NONE));
        scope.spawn(|| monitor.recv(Flags::NONE));
    });
}
