//! Subscribes, says so, and counts what comes (chapter 2, node coordination).
//!
//! Arguments: where the publisher is, where it takes the signal.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let updates = args().nth(1).unwrap_or("tcp://localhost:5561".into());
    let signals = args().nth(2).unwrap_or("tcp://localhost:5562".into());

    let ctx = Context::new()?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.set_rcvhwm(1_100_000)?;
    subscriber.connect(&updates)?;
    subscriber.subscribe("")?;

    let sync = ctx.socket(zmq4::REQ)?;
    sync.connect(&signals)?;
    sync.send("", Flags::NONE)?;
    sync.recv(Flags::NONE)?;

    let mut updates = 0;
    while subscriber.recv(Flags::NONE)? != "END" {
        updates += 1;
    }
    println!("Received {updates} updates");
    Ok(())
}
