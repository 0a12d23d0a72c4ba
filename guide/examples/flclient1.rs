//! A client of the Freelance pattern's first model: tries one server after the other (chapter 4).
//!
//! Arguments: where the servers are.

use std::env::args;
use std::time::Duration;

use zmq4::{Context, Flags, Message, POLLIN};

const REQUEST_TIMEOUT: Duration = Duration::from_millis(1000);
/// How often a server is tried, if it is the only one.
const MAX_RETRIES: u32 = 3;

fn main() -> zmq4_guide::Result {
    let servers: Vec<String> = args().skip(1).collect();
    let ctx = Context::new()?;
    let tries = if servers.len() == 1 { MAX_RETRIES } else { 1 };
    for server in &servers {
        for _ in 0..tries {
            if let Some(reply) = try_request(&ctx, server)? {
                println!("Service is running OK: {reply}");
                return Ok(());
            }
            println!("W: no response from {server}");
        }
    }
    Err("syntax: flclient1 ENDPOINT..., and one of them must reply".into())
}

fn try_request(ctx: &Context, endpoint: &str) -> zmq4::Result<Option<Message>> {
    println!("I: trying echo service at {endpoint}...");
    let client = ctx.socket(zmq4::REQ)?;
    client.set_linger(Some(Duration::ZERO))?;
    client.connect(endpoint)?;
    client.send("Hello world", Flags::NONE)?;
    let ready = client.poll(POLLIN, Some(REQUEST_TIMEOUT))?.contains(POLLIN);
    ready.then(|| client.recv(Flags::NONE)).transpose()
}
