//! Request-reply, the side that returns: `Hello ` and whatever the request was.
//!
//! In one terminal `cargo run --example hwserver`, in another `cargo run --example hwclient`.
//! It does not matter which of the two starts first.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: hwserver [ENDPOINT]

Answers each request with `Hello ` and the request, until Ctrl-C.

  ENDPOINT  where to bind                [default: tcp://127.0.0.1:5555]";

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

    let server = ctx.socket(zmq4::REP)?;
    // Leaving waits for an answer that is still on its way. Without this it could wait indefinitely.
    server.set_linger(Some(Duration::from_secs(1)))?;
    server.bind(endpoint)?;
    println!("hwserver bound to {}", server.last_endpoint()?);

    match serve(&server) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    server.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<&str> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5555", String::as_str);
    (args.len() <= 1 && endpoint.contains("://")).then_some(endpoint)
}

fn serve(server: &Socket) -> zmq4::Result<()> {
    loop {
        // The whole message: REP may answer only when no frame of the request is left.
        let request = server.recv_message(Flags::NONE)?;
        let mut answer = b"Hello ".to_vec();
        for frame in &request {
            answer.extend_from_slice(frame);
        }
        println!("answering {}", String::from_utf8_lossy(&answer));
        server.send(answer, Flags::NONE)?;
    }
}
