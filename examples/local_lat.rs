//! Latency, the side that returns: the `local_lat` of libzmq, with its arguments and output.
//!
//! In one terminal `cargo run --release --example local_lat tcp://127.0.0.1:5600 8 100000`, in another `remote_lat` with
//! the same arguments. Either may be libzmq's own program.

use std::error::Error;
use std::process::ExitCode;

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: local_lat BIND-TO MESSAGE-SIZE ROUNDTRIP-COUNT

Answers each message of remote_lat with itself.

  BIND-TO          where to bind
  MESSAGE-SIZE     how many bytes a message has
  ROUNDTRIP-COUNT  how many messages to answer";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((endpoint, size, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let context = Context::new()?;
    let socket = context.socket(zmq4::REP)?;
    socket.bind(endpoint)?;
    answer(&socket, size, count)?;
    // The last answer is delivered before the context ends.
    socket.close()?;
    context.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, usize, u32)> {
    let [endpoint, size, count] = args else { return None };
    endpoint.contains("://").then_some(())?;
    Some((endpoint, size.parse().ok()?, count.parse().ok()?))
}

fn answer(socket: &Socket, size: usize, count: u32) -> Result<(), Box<dyn Error>> {
    // One message for all: received into, and sent as it is.
    let mut message = Message::new();
    for _ in 0..count {
        if socket.recv_msg_into(&mut message, Flags::NONE)? != size {
            return Err("message of incorrect size received".into());
        }
        socket.send(&mut message, Flags::NONE)?;
    }
    Ok(())
}
