//! Router and dealer, the side that returns: `Hello` and the text, as two frames, to the identity
//! that asked.
//!
//! In one terminal `cargo run --example router`, in others `cargo run --example dealer`, in any
//! order and as many dealers as you like.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: router [ENDPOINT]

Answers each dealer with two frames, `Hello` and the text that it sent, until Ctrl-C.

  ENDPOINT  where to bind                [default: tcp://127.0.0.1:5556]";

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

    let router = ctx.socket(zmq4::ROUTER)?;
    // Leaving waits for returns that are still on their way. Without this it could wait indefinitely.
    router.set_linger(Some(Duration::from_secs(1)))?;
    router.bind(endpoint)?;
    println!("router bound to {}", router.last_endpoint()?);

    match route(&router) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    router.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<&str> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5556", String::as_str);
    (args.len() <= 1 && endpoint.contains("://")).then_some(endpoint)
}

fn route(router: &Socket) -> zmq4::Result<()> {
    loop {
        // ROUTER puts the identity of the sender in front of what it sent. The text comes last;
        // a REQ socket has an empty frame in between, which goes back with the answer.
        let mut envelope = router.recv_message(Flags::NONE)?;
        let (Some(identity), Some(text)) = (envelope.pop_front(), envelope.pop_back()) else {
            continue;
        };
        println!("{identity} sent {text}");
        // The identity in front says who gets the answer: ROUTER takes that frame off again.
        router.send_message((identity, envelope, "Hello", text))?;
    }
}
