//! Subscribes to one random topic of 1000 (chapter 5, last value caching).
//!
//! Arguments: where the publisher or cache is, the topic.

use std::env::args;

use zmq4::{Context, Flags};
use zmq4_guide::random;

fn main() -> zmq4::Result<()> {
    let endpoint = args().nth(1).unwrap_or("tcp://localhost:5556".into());
    let topic = args().nth(2).unwrap_or(format!("{:03}", random(0..1000)));
    let ctx = Context::new()?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.connect(&endpoint)?;
    println!("Subscribed to topic {topic}");
    subscriber.subscribe(&topic)?;
    loop {
        let message = subscriber.recv_message(Flags::NONE)?;
        println!("{}: {}", message[0], message[1]);
    }
}
