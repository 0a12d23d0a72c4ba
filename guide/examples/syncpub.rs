//! Publishes when all expected subscribers are there (chapter 2, node coordination).
//!
//! Arguments: where to bind for subscribers, where to bind for their signal, how many to wait for, how many messages.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4_guide::Result {
    let updates = args().nth(1).unwrap_or("tcp://*:5561".into());
    let signals = args().nth(2).unwrap_or("tcp://*:5562".into());
    let expected: u32 = args().nth(3).map_or(Ok(10), |count| count.parse())?;
    let messages: u32 = args().nth(4).map_or(Ok(1_000_000), |count| count.parse())?;

    let ctx = Context::new()?;
    // A PUB that can read the subscriptions it gets, also those that it has already.
    let publisher = ctx.socket(zmq4::XPUB)?;
    publisher.set_xpub_verbose(true)?;
    // Room for all messages: a slow subscriber loses none.
    publisher.set_sndhwm(1_100_000)?;
    publisher.bind(&updates)?;
    println!("bound to {}", publisher.last_endpoint()?);
    let sync = ctx.socket(zmq4::REP)?;
    sync.bind(&signals)?;
    println!("bound to {}", sync.last_endpoint()?);

    println!("Waiting for subscribers");
    for _ in 0..expected {
        sync.recv(Flags::NONE)?;
        sync.send("", Flags::NONE)?;
        // A subscriber's signal may overtake its subscription, which comes over another connection.
        publisher.recv(Flags::NONE)?;
    }

    println!("Broadcasting messages");
    for _ in 0..messages {
        publisher.send("Rhubarb", Flags::NONE)?;
    }
    publisher.send("END", Flags::NONE)?;
    Ok(())
}
