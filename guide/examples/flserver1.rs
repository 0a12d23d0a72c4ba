//! A server of the Freelance pattern's first model: sends requests back (chapter 4).
//!
//! Argument: where to bind.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let server = ctx.socket(zmq4::REP)?;
    server.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("I: echo service is ready\nbound to {}", server.last_endpoint()?);
    loop {
        let request = server.recv_message(Flags::NONE)?;
        server.send_message(request)?;
    }
}
