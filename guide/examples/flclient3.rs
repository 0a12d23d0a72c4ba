//! A client of the Freelance pattern's third model, which knows the servers that are there (chapter 4).
//!
//! Arguments: where the servers are.

use std::env::args;
use std::time::Instant;

use zmq4::{Context, Multipart};
use zmq4_guide::flcliapi::Flcliapi;

const REQUESTS: u32 = 1000;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let client = Flcliapi::new(&ctx)?;
    for server in args().skip(1) {
        client.connect(&server)?;
    }
    let begun = Instant::now();
    for number in 1..=REQUESTS {
        client.request(Multipart::from_iter(["random name"]))?;
        if number % 100 == 0 {
            println!("{number} requests done");
        }
    }
    println!(
        "Average round trip cost: {} usec",
        begun.elapsed().as_micros() / u128::from(REQUESTS)
    );
    Ok(())
}
