//! Collects the results of 100 tasks, then stops all workers (chapter 2, handling multiple sockets).
//!
//! Arguments: where to bind for results, where to bind for the signal.

use std::env::args;
use std::time::Instant;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let results = args().nth(1).unwrap_or("tcp://*:5558".into());
    let control = args().nth(2).unwrap_or("tcp://*:5559".into());

    let ctx = Context::new()?;
    let receiver = ctx.socket(zmq4::PULL)?;
    receiver.bind(&results)?;
    println!("bound to {}", receiver.last_endpoint()?);
    let controller = ctx.socket(zmq4::PUB)?;
    controller.bind(&control)?;
    println!("bound to {}", controller.last_endpoint()?);

    receiver.recv(Flags::NONE)?;
    let begun = Instant::now();
    for task in 0..100 {
        receiver.recv(Flags::NONE)?;
        print!("{}", if task % 10 == 0 { ":" } else { "." });
    }
    println!("\nTotal elapsed time: {} msec", begun.elapsed().as_millis());
    controller.send("KILL", Flags::NONE)?;
    Ok(())
}
