//~ E0599: no method named `clone` found
//! One place waits for the values.

fn main() {
    let (_sender, receiver) = zmq4::channel::<u8>().unwrap();
    let other: zmq4::Receiver<u8> = receiver.clone();
    drop(other);
}
