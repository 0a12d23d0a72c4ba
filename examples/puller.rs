//! Pipeline, the side that takes the work: prints each task, until `END`.
//!
//! In one terminal `cargo run --example pusher`, in another `cargo run --example puller`.
//! It does not matter which of the two starts first.

use std::error::Error;
use std::process::ExitCode;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: puller [ENDPOINT]

Prints the tasks that a pusher sends, until `END` comes or Ctrl-C.

  ENDPOINT  where to connect             [default: tcp://127.0.0.1:5558]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(endpoint) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    let puller = ctx.socket(zmq4::PULL)?;
    // No receive mark: over ipc a pusher that ends while we are at the mark takes the last
    // messages with it (zeromq/libzmq#4660), and `END` is one of them.
    puller.set_rcvhwm(0)?;
    puller.connect(endpoint)?;
    println!("puller connects to {endpoint}");

    match pull(&puller) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    puller.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<&str> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5558", String::as_str);
    (args.len() <= 1 && endpoint.contains("://")).then_some(endpoint)
}

fn pull(puller: &Socket) -> zmq4::Result<()> {
    loop {
        let task = puller.recv_string(Flags::NONE)?;
        println!("{task}");
        if task == "END" {
            return Ok(());
        }
    }
}
