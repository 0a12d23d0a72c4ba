//! A worker of `rrbroker`: it connects, as the clients do, and replies without end (chapter 2, shared queue).
//!
//! Argument: where the broker is.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let endpoint = args().nth(1).unwrap_or("tcp://localhost:5560".into());
    let ctx = Context::new()?;
    let responder = ctx.socket(zmq4::REP)?;
    responder.connect(&endpoint)?;
    loop {
        println!("Received request: [{}]", responder.recv(Flags::NONE)?);
        // Do some work.
        sleep(Duration::from_millis(100));
        responder.send("World", Flags::NONE)?;
    }
}
