//! A client that waits only so long for a reply, then asks again over a new socket (chapter 4, Lazy Pirate).
//!
//! Arguments: where the server or queue is, how many milliseconds to wait.

use std::env::args;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Socket};

const RETRIES: u32 = 3;

fn main() -> zmq4_guide::Result {
    let endpoint = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let timeout = Duration::from_millis(args().nth(2).map_or(Ok(2500), |millis| millis.parse())?);

    let ctx = Context::new()?;
    println!("I: connecting to server...");
    let mut client = connect(&ctx, &endpoint)?;
    for sequence in 1.. {
        let request = sequence.to_string();
        client.send(&request, Flags::NONE)?;
        let mut retries_left = RETRIES;
        loop {
            if client.poll(POLLIN, Some(timeout))?.contains(POLLIN) {
                let reply = client.recv(Flags::NONE)?;
                if reply == request {
                    println!("I: server replied OK ({reply})");
                    break;
                }
                println!("E: malformed reply from server: {reply}");
                continue;
            }
            retries_left -= 1;
            if retries_left == 0 {
                println!("E: server seems to be offline, abandoning");
                return Ok(());
            }
            println!("W: no response from server, retrying...");
            // The old socket is confused: it still waits for its reply.
            client = connect(&ctx, &endpoint)?;
            client.send(&request, Flags::NONE)?;
        }
    }
    Ok(())
}

fn connect(ctx: &Context, endpoint: &str) -> zmq4::Result<Socket> {
    let client = ctx.socket(zmq4::REQ)?;
    client.set_linger(Some(Duration::ZERO))?;
    client.connect(endpoint)?;
    Ok(client)
}
