//! Gives 100 tasks to whoever asks, and signals the start of the batch to the sink (chapter 1, pipeline).
//!
//! Arguments: where to bind, where the sink is.

use std::env::args;

use zmq4::{Context, Flags};
use zmq4_guide::{press_enter, random};

fn main() -> zmq4_guide::Result {
    let endpoint = args().nth(1).unwrap_or("tcp://*:5557".into());
    let sink = args().nth(2).unwrap_or("tcp://localhost:5558".into());

    let ctx = Context::new()?;
    let sender = ctx.socket(zmq4::PUSH)?;
    sender.bind(&endpoint)?;
    println!("bound to {}", sender.last_endpoint()?);
    let start = ctx.socket(zmq4::PUSH)?;
    start.connect(&sink)?;

    press_enter("the workers are ready")?;
    println!("Sending tasks to workers...");
    start.send("0", Flags::NONE)?;

    let mut total = 0;
    for _ in 0..100 {
        let workload = random(1..101);
        total += workload;
        sender.send(workload.to_string(), Flags::NONE)?;
    }
    println!("Total expected cost: {total} msec");
    // The end of the context waits until all tasks are with the workers.
    Ok(())
}
