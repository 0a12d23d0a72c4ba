//! A queue that gives each request to the worker that has been idle longest (chapter 4, Simple Pirate).
//!
//! Arguments: where clients connect to, where workers connect to.

use std::collections::VecDeque;
use std::env::args;

use zmq4::{Context, Flags, Message, POLLIN, Poller, State};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("bound to {}", frontend.last_endpoint()?);
    let backend = ctx.socket(zmq4::ROUTER)?;
    backend.bind(&args().nth(2).unwrap_or("tcp://*:5556".into()))?;
    println!("bound to {}", backend.last_endpoint()?);

    let mut poller = Poller::new();
    let on_backend = poller.add(&backend, POLLIN)?;
    let on_frontend = poller.add(&frontend, State::empty())?;
    let mut idle: VecDeque<Message> = VecDeque::new();
    loop {
        for ready in poller.poll(None)?.to_vec() {
            if ready.id() == on_backend {
                let mut message = backend.recv_message(Flags::NONE)?;
                idle.extend(message.pop_envelope());
                if message.front().is_some_and(|first| *first != "\u{1}") {
                    frontend.send_message(message)?;
                }
            } else if let Some(worker) = idle.pop_front() {
                let mut request = frontend.recv_message(Flags::NONE)?;
                request.push_envelope(worker);
                backend.send_message(request)?;
            }
            let any = if idle.is_empty() { State::empty() } else { POLLIN };
            poller.update(on_frontend, any)?;
        }
    }
}
