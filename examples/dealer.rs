//! Router and dealer, the asking side: sends all its texts first, then reads the returns.
//!
//! In one terminal `cargo run --example router`, in others `cargo run --example dealer`, in any
//! order and as many dealers as you like.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: dealer [ENDPOINT] [COUNT]

Sends COUNT texts, then prints the answers; Ctrl-C stops it earlier.

  ENDPOINT  where to connect             [default: tcp://127.0.0.1:5556]
  COUNT     how many texts to send       [default: 10]";

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

    let dealer = ctx.socket(zmq4::DEALER)?;
    // The name under which the router knows us. It must be unique, and set before connecting.
    let name = format!("dealer-{}", std::process::id());
    dealer.set_routing_id(&name)?;
    // A client that leaves needs no reply, so a text that no server took yet need not be delivered.
    dealer.set_linger(Some(Duration::ZERO))?;
    dealer.connect(endpoint)?;
    println!("{name} connects to {endpoint}");

    match ask(&dealer, &name, count) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    dealer.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, u32)> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5556", String::as_str);
    let count = args.get(1).map_or(Ok(10), |count| count.parse()).ok()?;
    (args.len() <= 2 && endpoint.contains("://")).then_some((endpoint, count))
}

fn ask(dealer: &Socket, name: &str, count: u32) -> zmq4::Result<()> {
    // Unlike REQ, a DEALER may send again before the answer has come.
    for number in 1..=count {
        dealer.send(format!("text {number} of {name}"), Flags::NONE)?;
    }
    for _ in 0..count {
        let answer = dealer.recv_message(Flags::NONE)?;
        let frames: Vec<String> = answer.iter().map(ToString::to_string).collect();
        println!("{}", frames.join(" | "));
    }
    Ok(())
}
