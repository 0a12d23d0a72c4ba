//! Subscribes to one topic, which comes in a frame of its own (chapter 2, pub-sub message envelopes).
//!
//! Argument: where the publisher is.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.connect(&args().nth(1).unwrap_or("tcp://localhost:5563".into()))?;
    subscriber.subscribe("B")?;
    loop {
        let topic = subscriber.recv(Flags::NONE)?;
        let contents = subscriber.recv(Flags::NONE)?;
        println!("[{topic}] {contents}");
    }
}
