//! A client of a Binary Star pair: it goes to the other server where the one it talks to is silent (chapter 4).
//!
//! Arguments: where the primary server is, where the backup is.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Socket};

const REQUEST_TIMEOUT: Duration = Duration::from_millis(1000);
/// Before it goes to the other server, which may not be active yet.
const SETTLE_DELAY: Duration = Duration::from_millis(2000);

fn main() -> zmq4::Result<()> {
    let servers = [
        args().nth(1).unwrap_or("tcp://localhost:5001".into()),
        args().nth(2).unwrap_or("tcp://localhost:5002".into()),
    ];
    let mut server = 0;
    let ctx = Context::new()?;
    println!("I: connecting to server at {}...", servers[server]);
    let mut client = connect(&ctx, &servers[server])?;
    for sequence in 1_u64.. {
        client.send(sequence.to_string(), Flags::NONE)?;
        loop {
            if client.poll(POLLIN, Some(REQUEST_TIMEOUT))?.contains(POLLIN) {
                let reply = client.recv(Flags::NONE)?;
                if reply == sequence.to_string() {
                    println!("I: server replied OK ({reply}) at {}", servers[server]);
                    sleep(Duration::from_millis(100));
                    break;
                }
                println!("E: bad reply from server: {reply}");
            } else {
                println!("W: no response from server, failing over");
                sleep(SETTLE_DELAY);
                server = 1 - server;
                println!("I: connecting to server at {}...", servers[server]);
                client = connect(&ctx, &servers[server])?;
                client.send(sequence.to_string(), Flags::NONE)?;
            }
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
