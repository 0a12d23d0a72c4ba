//~ E0277: cannot be shared between threads
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
