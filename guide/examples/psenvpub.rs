//! Publishes with the topic in a frame of its own, without end (chapter 2, pub-sub message envelopes).
//!
//! Argument: where to bind.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags, SNDMORE};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind(&args().nth(1).unwrap_or("tcp://*:5563".into()))?;
    println!("bound to {}", publisher.last_endpoint()?);
    loop {
        publisher.send("A", SNDMORE)?;
        publisher.send("We don't want to see this", Flags::NONE)?;
        // The same in one call.
        publisher.send_message(("B", "We would like to see this"))?;
        sleep(Duration::from_secs(1));
    }
}
