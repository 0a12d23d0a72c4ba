//! Request-reply, the asking side: sends `World 1`, `World 2`, ... and prints each answer.
//!
//! In one terminal `cargo run --example hwserver`, in another `cargo run --example hwclient`.
//! It does not matter which of the two starts first.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: hwclient [ENDPOINT] [COUNT]

Asks COUNT times and prints the answers; Ctrl-C stops it earlier.

  ENDPOINT  where to connect             [default: tcp://127.0.0.1:5555]
  COUNT     how many requests to send    [default: 10]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((endpoint, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    let client = ctx.socket(zmq4::REQ)?;
    // A client that leaves needs no reply, so a request that no server took yet need not be delivered.
    client.set_linger(Some(Duration::ZERO))?;
    client.connect(endpoint)?;
    println!("hwclient connects to {endpoint}");

    match ask(&client, count) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    client.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, u32)> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5555", String::as_str);
    let count = args.get(1).map_or(Ok(10), |count| count.parse()).ok()?;
    (args.len() <= 2 && endpoint.contains("://")).then_some((endpoint, count))
}

fn ask(client: &Socket, count: u32) -> zmq4::Result<()> {
    for number in 1..=count {
        // REQ alternates: one request, then its answer. A server that is not there yet is waited for.
        client.send(format!("World {number}"), Flags::NONE)?;
        let answer = client.recv_string(Flags::NONE)?;
        println!("{answer}");
    }
    Ok(())
}
