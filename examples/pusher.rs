//! Pipeline, the side that hands out work: tasks, then `END`, to a puller.
//!
//! In one terminal `cargo run --example pusher`, in another `cargo run --example puller`.
//! It does not matter which of the two starts first.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: pusher [ENDPOINT] [COUNT]

Sends COUNT tasks and `END` to a puller, and waits for one to come; Ctrl-C stops it earlier.

  ENDPOINT  where to bind                [default: tcp://127.0.0.1:5558]
  COUNT     how many tasks to send       [default: 200]";

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

    let pusher = ctx.socket(zmq4::PUSH)?;
    // The send mark: at most 110 tasks wait in our queue for a puller, then `send` waits. It must
    // be set before binding.
    pusher.set_sndhwm(110)?;
    // Leaving waits until `END` is out, but no longer than this for a puller that hangs.
    pusher.set_linger(Some(Duration::from_secs(5)))?;
    pusher.bind(endpoint)?;
    println!("pusher bound to {}", pusher.last_endpoint()?);

    match push(&pusher, count) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    pusher.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, u32)> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5558", String::as_str);
    let count = args.get(1).map_or(Ok(200), |count| count.parse()).ok()?;
    (args.len() <= 2 && endpoint.contains("://")).then_some((endpoint, count))
}

fn push(pusher: &Socket, count: u32) -> zmq4::Result<()> {
    // A bound PUSH has no queue before a puller is there, so already the first `send` waits for
    // one. With more pullers the tasks go round, and only one of them receives `END`.
    for number in 1..=count {
        pusher.send(format!("task {number}"), Flags::NONE)?;
    }
    pusher.send("END", Flags::NONE)?;
    println!("sent {count} tasks and END");
    Ok(())
}
