//~ E0505: cannot move out of `receiver`
//! A poller borrows the descriptors that it waits for.

fn main() {
    let (_sender, receiver) = zmq4::channel::<u8>().unwrap();
    let mut poller = zmq4::Poller::new();
    poller.add_fd(&receiver, zmq4::POLLIN).unwrap();
    drop(receiver);
    poller.poll(None).unwrap();
}
