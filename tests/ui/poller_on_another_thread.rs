//~ E0277: cannot be shared between threads
//! A poller uses its sockets, so it stays on their thread.
use zmq4::{POLLIN, Poller, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut poller = Poller::new();
    poller.add(&socket, POLLIN).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || poller.poll(None).map(drop));
    });
}
