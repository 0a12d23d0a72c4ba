//! Collects the results of 100 tasks, and says how long the batch took (chapter 1, pipeline).
//!
//! Argument: where to bind.

use std::env::args;
use std::time::Instant;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let endpoint = args().nth(1).unwrap_or("tcp://*:5558".into());
    let ctx = Context::new()?;
    let receiver = ctx.socket(zmq4::PULL)?;
    receiver.bind(&endpoint)?;
    println!("bound to {}", receiver.last_endpoint()?);

    // The ventilator says when the batch begins.
    receiver.recv(Flags::NONE)?;
    let begun = Instant::now();
    for task in 0..100 {
        receiver.recv(Flags::NONE)?;
        print!("{}", if task % 10 == 0 { ":" } else { "." });
    }
    println!("\nTotal elapsed time: {} msec", begun.elapsed().as_millis());
    Ok(())
}
