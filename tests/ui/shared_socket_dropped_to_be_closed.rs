//~ E0507: cannot move out of an `Rc`
//! A socket that is shared with a poller cannot be closed while the poller has it.
use std::rc::Rc;
use zmq4::{POLLIN, Poller, Socket};

fn main() {
    let socket = Rc::new(Socket::new(zmq4::PULL).unwrap());
    let mut poller = Poller::shared();
    poller.add(Rc::clone(&socket), POLLIN).unwrap();
    socket.close().unwrap();
}
