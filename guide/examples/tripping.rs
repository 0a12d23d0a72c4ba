//! What it costs to wait for each reply: round trips one by one, and many at once (chapter 4).
//!
//! Argument: how many round trips.

use std::env::args;
use std::thread;
use std::time::Instant;

use zmq4::{Context, Flags};

fn main() -> zmq4_guide::Result {
    let count: u64 = args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::DEALER)?;
    frontend.bind("tcp://127.0.0.1:*")?;
    let client = ctx.socket(zmq4::DEALER)?;
    client.connect(&frontend.last_endpoint()?)?;
    let backend = ctx.socket(zmq4::DEALER)?;
    backend.bind("tcp://127.0.0.1:*")?;
    let worker = ctx.socket(zmq4::DEALER)?;
    worker.connect(&backend.last_endpoint()?)?;
    thread::spawn(move || zmq4::proxy(&frontend, &backend, None).map(drop));
    thread::spawn(move || -> zmq4::Result<()> {
        loop {
            worker.send_message(worker.recv_message(Flags::NONE)?)?;
        }
    });

    println!("Synchronous round-trip test...");
    let begun = Instant::now();
    for _ in 0..count {
        client.send("hello", Flags::NONE)?;
        client.recv(Flags::NONE)?;
    }
    println!("{:9.0} calls/second", count as f64 / begun.elapsed().as_secs_f64());

    println!("Asynchronous round-trip test...");
    let begun = Instant::now();
    // No more at once than the queues hold.
    for batch in (0..count).step_by(500) {
        let many = 500.min(count - batch);
        for _ in 0..many {
            client.send("hello", Flags::NONE)?;
        }
        for _ in 0..many {
            client.recv(Flags::NONE)?;
        }
    }
    println!("{:9.0} calls/second", count as f64 / begun.elapsed().as_secs_f64());
    ctx.shutdown()?;
    Ok(())
}
