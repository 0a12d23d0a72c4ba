//! Publishes one message on each of 1000 topics, then one on a random topic each second (chapter 5, last value caching).
//!
//! Argument: where to bind, or to connect to for a cache.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags};
use zmq4_guide::random;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    // A PUB that can read the subscriptions it gets.
    let publisher = ctx.socket(zmq4::XPUB)?;
    match args().nth(1) {
        Some(cache) => publisher.connect(&cache)?,
        None => publisher.bind("tcp://*:5556")?,
    }
    // What is published before the first subscription is lost. A cache subscribes to everything.
    publisher.recv(Flags::NONE)?;
    for topic in 0..1000 {
        publisher.send_message((format!("{topic:03}"), "Save Roger"))?;
    }
    println!("all topics have been published");
    loop {
        sleep(Duration::from_secs(1));
        publisher.send_message((format!("{:03}", random(0..1000)), "Off with his head!"))?;
    }
}
