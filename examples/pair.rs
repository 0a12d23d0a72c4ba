//! Pair: exactly two peers that talk both ways. The same program plays either of them.
//!
//! In one terminal `cargo run --example pair -- bind`, in another
//! `cargo run --example pair -- connect`. It does not matter which of the two starts first.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: pair ROLE [ENDPOINT] [COUNT]

Says COUNT sentences to the other end and prints as many from there; Ctrl-C stops it earlier.
Give both ends the same COUNT.

  ROLE      `bind` or `connect`: one of each
  ENDPOINT  where to bind or connect     [default: tcp://127.0.0.1:5559]
  COUNT     how many sentences           [default: 10]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((role, endpoint, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    let pair = ctx.socket(zmq4::PAIR)?;
    // After Ctrl-C, a sentence that was not received yet need not be delivered.
    pair.set_linger(Some(Duration::ZERO))?;
    if role == "bind" {
        pair.bind(endpoint)?;
        println!("pair bound to {}", pair.last_endpoint()?);
    } else {
        pair.connect(endpoint)?;
        println!("pair connects to {endpoint}");
    }

    match talk(&pair, role, count) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    pair.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, &str, u32)> {
    let role = args.first().map(String::as_str)?;
    let endpoint = args.get(1).map_or("tcp://127.0.0.1:5559", String::as_str);
    let count = args.get(2).map_or(Ok(10), |count| count.parse()).ok()?;
    (matches!(role, "bind" | "connect") && args.len() <= 3 && endpoint.contains("://"))
        .then_some((role, endpoint, count))
}

fn talk(pair: &Socket, role: &str, count: u32) -> zmq4::Result<()> {
    // In turns: two ends that only send would block one another once both queues are full.
    for number in 1..=count {
        pair.send(format!("sentence {number} from {role}"), Flags::NONE)?;
        println!("{}", pair.recv_string(Flags::NONE)?);
    }
    // Our last sentence may still be on its way: leaving waits for it.
    pair.set_linger(Some(Duration::from_secs(5)))?;
    Ok(())
}
