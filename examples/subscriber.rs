//! Publish-subscribe, the side that listens: to what starts with a prefix, until `END`.
//!
//! In one terminal `cargo run --example publisher`, in others `cargo run --example subscriber`.
//! It does not matter which starts first: nothing is published before the first subscription.

use std::error::Error;
use std::process::ExitCode;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: subscriber [ENDPOINT] [PREFIX]

Prints what comes with PREFIX in front, without the prefix, until `END` comes or Ctrl-C.

  ENDPOINT  where to connect             [default: tcp://127.0.0.1:5557]
  PREFIX    what a message must start with; '' takes all   [default: 'weather: ']";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((endpoint, prefix)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    let subscriber = ctx.socket(zmq4::SUB)?;
    // No receive mark: over ipc a publisher that ends while we are at the mark takes the last
    // messages with it (zeromq/libzmq#4660), and `END` is one of them.
    subscriber.set_rcvhwm(0)?;
    subscriber.connect(endpoint)?;
    // After connecting, subscriptions travel in this order: `END` last reports the publisher that
    // the prefix is in place.
    subscriber.subscribe(prefix)?;
    subscriber.subscribe("END")?;
    println!("subscriber connects to {endpoint}");

    match listen(&subscriber, prefix) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    subscriber.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, &str)> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5557", String::as_str);
    let prefix = args.get(1).map_or("weather: ", String::as_str);
    (args.len() <= 2 && endpoint.contains("://")).then_some((endpoint, prefix))
}

fn listen(subscriber: &Socket, prefix: &str) -> zmq4::Result<()> {
    loop {
        let message = subscriber.recv_string(Flags::NONE)?;
        if message == "END" {
            println!("END");
            return Ok(());
        }
        println!("{}", message.strip_prefix(prefix).unwrap_or(&message));
    }
}
