//~ E0277: cannot be sent between threads safely
//! A channel moves its values to another thread.
use std::rc::Rc;

fn main() {
    let (sender, receiver) = zmq4::channel().unwrap();
    sender.send(Rc::new(1)).unwrap();
    std::thread::spawn(move || receiver.recv());
}
