//! A socket that threads use in turn: a mutex has the locks that a socket lacks.
use std::sync::{Arc, Mutex};
use zmq4::Socket;

fn main() -> zmq4::Result<()> {
    let socket = Arc::new(Mutex::new(Socket::new(zmq4::PUSH)?));
    let other = Arc::clone(&socket);
    let thread = std::thread::spawn(move || other.lock().unwrap().send("one", 0).map(drop));
    socket.lock().unwrap().send("two", 0)?;
    thread.join().unwrap()
}
