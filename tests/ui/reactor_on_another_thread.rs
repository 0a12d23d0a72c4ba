//~ E0277: cannot be sent between threads safely
use zmq4::Reactor;

fn main() {
    let mut reactor: Reactor<'static> = Reactor::new();
    std::thread::spawn(move || reactor.run().is_ok());
}
