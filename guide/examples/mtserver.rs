//! The Hello World server with five workers, each a thread (chapter 2, multithreading).
//!
//! Argument: where clients connect to.

use std::env::args;
use std::thread;
use std::time::Duration;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let clients = ctx.socket(zmq4::ROUTER)?;
    clients.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("bound to {}", clients.last_endpoint()?);
    let workers = ctx.socket(zmq4::DEALER)?;
    workers.bind("inproc://workers")?;

    for _ in 0..5 {
        let ctx = ctx.clone();
        thread::spawn(move || worker(&ctx));
    }
    zmq4::proxy(&clients, &workers, None).map(drop)
}

fn worker(ctx: &Context) -> zmq4::Result<()> {
    let receiver = ctx.socket(zmq4::REP)?;
    receiver.connect("inproc://workers")?;
    loop {
        println!("Received request: [{}]", receiver.recv(Flags::NONE)?);
        // Do some work.
        thread::sleep(Duration::from_millis(100));
        receiver.send("World", Flags::NONE)?;
    }
}
