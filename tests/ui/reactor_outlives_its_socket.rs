//~ E0597: `socket` does not live long enough
use zmq4::{POLLIN, Reactor, Socket};

fn main() {
    let mut reactor = Reactor::new();
    let socket = Socket::new(zmq4::PULL).unwrap();
    reactor.add_socket(&socket, POLLIN, |_, _, _| Ok(())).unwrap();
    reactor.run().unwrap();
}
