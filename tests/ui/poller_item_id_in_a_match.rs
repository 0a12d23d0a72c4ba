//~ lint: unreachable pattern
//! A name in a pattern is a new variable, which takes every id: the compiler's lints say so. Tokens are for `match`.
#![deny(unreachable_patterns, unused_variables)]
use zmq4::{POLLIN, Poller, Socket};

fn main() {
    let (a, b) = (Socket::new(zmq4::PULL).unwrap(), Socket::new(zmq4::PULL).unwrap());
    let mut poller = Poller::new();
    let on_a = poller.add(&a, POLLIN).unwrap();
    let on_b = poller.add(&b, POLLIN).unwrap();
    for ready in poller.poll(None).unwrap() {
        match ready.id() {
            on_a => println!("a"),
            on_b => println!("b"),
        }
    }
}
