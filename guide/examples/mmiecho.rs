//! Asks a Majordomo broker whether it has the service `echo` (chapter 4, service discovery, RFC 8).
//!
//! Argument: where the broker is.

use std::env::args;

use zmq4::{Context, Multipart};
use zmq4_guide::mdapi::Mdcli;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let ctx = Context::new()?;
    let mut session = Mdcli::new(&ctx, &broker)?;
    let reply = session.send("mmi.service", &Multipart::from_iter(["echo"]))?;
    println!("Lookup echo service: {}", reply.front().ok_or("an empty reply")?);
    Ok(())
}
