//! A client of the Majordomo service `echo` that waits for each reply (chapter 4).
//!
//! Arguments: where the broker is, how many requests.

use std::env::args;

use zmq4::{Context, Multipart};
use zmq4_guide::mdapi::Mdcli;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let count: u32 = args().nth(2).map_or(Ok(10_000), |count| count.parse())?;
    let ctx = Context::new()?;
    let mut session = Mdcli::new(&ctx, &broker)?;
    for done in 0..count {
        if let Err(error) = session.send("echo", &Multipart::from_iter(["Hello world"])) {
            println!("E: {error} after {done} requests");
            return Err(error);
        }
    }
    println!("{count} requests/replies processed");
    Ok(())
}
