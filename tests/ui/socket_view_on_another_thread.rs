//~ E0277: cannot be sent between threads
//! The owner stays on its thread and may use the socket, so the view stays too.
use zmq4::{Flags, SocketRef};

fn send_elsewhere(view: SocketRef<'static>) {
    std::thread::spawn(move || view.send("from elsewhere", Flags::NONE));
}

fn main() {
    let _ = send_elsewhere;
}
