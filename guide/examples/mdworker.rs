//! A worker of the Majordomo service `echo` (chapter 4).
//!
//! Argument: where the broker is.

use std::env::args;

use zmq4::Context;
use zmq4_guide::mdapi::Mdwrk;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let ctx = Context::new()?;
    let mut session = Mdwrk::new(&ctx, &broker, "echo")?;
    println!("ready for requests");
    let mut reply = None;
    loop {
        // Echo is complex: the request is the reply.
        reply = Some(session.recv(reply)?);
    }
}
