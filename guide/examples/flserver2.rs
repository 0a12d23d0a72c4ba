//! A server of the Freelance pattern's second model: replies with the number of the request and `OK` (chapter 4).
//!
//! Argument: where to bind.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let server = ctx.socket(zmq4::REP)?;
    server.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("I: service is ready\nbound to {}", server.last_endpoint()?);
    loop {
        let mut request = server.recv_message(Flags::NONE)?;
        let sequence = request.pop_front().ok_or("an empty request")?;
        server.send_message((sequence, "OK"))?;
    }
}
