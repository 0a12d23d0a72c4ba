//! Passes the weather of one network on to another, and the subscriptions the other way (chapter 2, transport bridging).
//!
//! Arguments: where the weather server is, where to bind for subscribers.

use std::env::args;

use zmq4::Context;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::XSUB)?;
    frontend.connect(&args().nth(1).unwrap_or("tcp://localhost:5556".into()))?;
    let backend = ctx.socket(zmq4::XPUB)?;
    backend.bind(&args().nth(2).unwrap_or("tcp://*:8100".into()))?;
    println!("bound to {}", backend.last_endpoint()?);

    // It runs until something ends it, so there is no result but an error.
    zmq4::proxy(&frontend, &backend, None).map(drop)
}
