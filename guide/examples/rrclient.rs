//! A client of `rrbroker`: ten requests, one after the other (chapter 2, shared queue).
//!
//! Argument: where the broker is.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let endpoint = args().nth(1).unwrap_or("tcp://localhost:5559".into());
    let ctx = Context::new()?;
    let requester = ctx.socket(zmq4::REQ)?;
    requester.connect(&endpoint)?;
    for request in 0..10 {
        requester.send("Hello", Flags::NONE)?;
        println!("Received reply {request} [{}]", requester.recv(Flags::NONE)?);
    }
    Ok(())
}
