//~ E0507: cannot move out of `*socket`
use zmq4::{POLLIN, Reactor, Socket};

fn main() {
    let socket = Socket::new(zmq4::PULL).unwrap();
    let mut reactor = Reactor::new();
    reactor
        .add_socket(&socket, POLLIN, |_, socket, _| {
            (*socket).close()?;
            Ok(())
        })
        .unwrap();
}
