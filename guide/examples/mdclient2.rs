//! A client of the Majordomo service `echo` that sends all requests before it reads a reply (chapter 4).
//!
//! Arguments: where the broker is, how many requests.

use std::env::args;

use zmq4::Context;
use zmq4_guide::mdapi::Mdcli2;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let count: u32 = args().nth(2).map_or(Ok(10_000), |count| count.parse())?;
    let ctx = Context::new()?;
    let session = Mdcli2::new(&ctx, &broker)?;
    for _ in 0..count {
        session.send("echo", "Hello world")?;
    }
    let mut replies = 0;
    while replies < count && session.recv()?.is_some() {
        replies += 1;
    }
    println!("{replies} replies received");
    Ok(())
}
