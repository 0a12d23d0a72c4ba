//! A client of the Freelance pattern's second model: asks all servers, and takes the first reply (chapter 4).
//!
//! Arguments: where the servers are.

use std::env::args;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, POLLIN, Socket};

const GLOBAL_TIMEOUT: Duration = Duration::from_millis(2500);
const REQUESTS: u32 = 1000;

fn main() -> zmq4_guide::Result {
    let servers: Vec<String> = args().skip(1).collect();
    if servers.is_empty() {
        return Err("syntax: flclient2 ENDPOINT...".into());
    }
    let ctx = Context::new()?;
    let client = ctx.socket(zmq4::DEALER)?;
    // Some servers may not be there, and get nothing in the end.
    client.set_linger(Some(Duration::ZERO))?;
    for server in &servers {
        client.connect(server)?;
    }

    let begun = Instant::now();
    for sequence in 1..=REQUESTS {
        // A DEALER shares out: as many times as there are servers is once to each.
        for _ in &servers {
            client.send_message(("", sequence.to_string(), "random name"))?;
        }
        if !replied(&client, sequence)? {
            return Err("E: name service not available, aborting".into());
        }
    }
    println!(
        "Average round trip cost: {} usec",
        begun.elapsed().as_micros() / u128::from(REQUESTS)
    );
    Ok(())
}

/// Whether a reply to this request comes in time; those to earlier ones are dropped.
fn replied(client: &Socket, sequence: u32) -> zmq4::Result<bool> {
    let end = Instant::now() + GLOBAL_TIMEOUT;
    loop {
        let patience = end.saturating_duration_since(Instant::now());
        if client.poll(POLLIN, Some(patience))?.is_empty() {
            return Ok(false);
        }
        let reply = client.recv_message(Flags::NONE)?;
        if reply.get(1).is_some_and(|number| *number == sequence.to_string()) {
            return Ok(true);
        }
    }
}
