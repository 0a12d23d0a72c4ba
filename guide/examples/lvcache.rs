//! Keeps the last message of each topic, and sends it to whoever subscribes later (chapter 5, last value caching).
//!
//! Arguments: where publishers connect to, where subscribers connect to.

use std::collections::HashMap;
use std::env::args;

use zmq4::{Context, Flags, Message, POLLIN, Poller};

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::SUB)?;
    frontend.bind(&args().nth(1).unwrap_or("tcp://*:5557".into()))?;
    println!("bound to {}", frontend.last_endpoint()?);
    frontend.subscribe("")?;
    let backend = ctx.socket(zmq4::XPUB)?;
    // A second subscriber of a topic wants its last message, too.
    backend.set_xpub_verbose(true)?;
    backend.bind(&args().nth(2).unwrap_or("tcp://*:5558".into()))?;
    println!("bound to {}", backend.last_endpoint()?);

    let mut cache: HashMap<Vec<u8>, Message> = HashMap::new();
    let mut poller = Poller::new();
    poller.add(&frontend, POLLIN)?;
    poller.add(&backend, POLLIN)?;
    loop {
        for ready in poller.poll(None)? {
            if ready.is(&frontend) {
                let mut message = frontend.recv_message(Flags::NONE)?;
                backend.send_message(&message)?;
                let value = message.pop_back().ok_or("an empty message")?;
                cache.insert(message.pop_front().ok_or("no topic")?.to_vec(), value);
            } else {
                // A byte that is 1 for a subscription and 0 for its end, and the topic.
                let event = backend.recv(Flags::NONE)?;
                if let Some((1, topic)) = event.split_first() {
                    println!("Sending cached topic {}", String::from_utf8_lossy(topic));
                    if let Some(value) = cache.get(topic) {
                        backend.send_message((topic, value))?;
                    }
                }
            }
        }
    }
}
