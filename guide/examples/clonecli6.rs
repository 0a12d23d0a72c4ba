//! Clone client, model six: a map that is shared with all clients, whatever becomes of a server (chapter 5).
//!
//! Arguments: for each server where it has snapshots, where it publishes updates, and where it takes those of clients.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::Context;
use zmq4_guide::clone::Clone;
use zmq4_guide::random;

const SUBTREE: &str = "/client/";

fn main() -> zmq4_guide::Result {
    let mut servers: Vec<String> = args().skip(1).collect();
    if servers.is_empty() {
        servers = [5556, 5557, 5558, 5566, 5567, 5568]
            .map(|port| format!("tcp://localhost:{port}"))
            .into();
    }
    let ctx = Context::new()?;
    let clone = Clone::new(&ctx, SUBTREE)?;
    for server in servers.chunks_exact(3) {
        clone.connect(&server[0], &server[1], &server[2])?;
    }
    loop {
        // A random key, for a random time.
        let key = format!("{SUBTREE}{}", random(0..10_000));
        let ttl = Duration::from_secs(random(5..30));
        clone.set(&key, &random(0..1_000_000).to_string(), Some(ttl))?;
        let value = clone.get(&key)?.ok_or("what was set is there")?;
        println!("{key} is {}", String::from_utf8_lossy(&value));
        sleep(Duration::from_secs(1));
    }
}
