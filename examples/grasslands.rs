//! Grasslands: no security at all. Whoever can reach the port is in, and whoever is on the way can read.
//!
//! `cargo run --example grasslands` sends one message from a client to a server, and ends by itself.
//!
//! For messages within a machine, and for public data. The next house is `strawhouse`.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, Flags};

const USAGE: &str = "\
usage: grasslands

One message from a client to a server that asks nobody who they are. Takes no arguments.";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let ctx = Context::new()?;
    // NULL, which is what a socket does unless it is reported otherwise.
    let server = ctx.socket(zmq4::PULL)?;
    server.set_rcvtimeo(Some(PATIENCE))?;
    server.bind("tcp://127.0.0.1:*")?;

    let client = ctx.socket(zmq4::PUSH)?;
    client.set_sndtimeo(Some(PATIENCE))?;
    client.connect(&server.last_endpoint()?)?;
    client.send("Hello", Flags::NONE)?;
    println!("received {}", server.recv(Flags::NONE)?);

    println!("Grasslands test OK");
    Ok(ExitCode::SUCCESS)
}
