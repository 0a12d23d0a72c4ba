//! Latency, the side that measures: the `remote_lat` of libzmq, with its arguments and output.
//!
//! In one terminal `local_lat`, in another `cargo run --release --example remote_lat tcp://127.0.0.1:5600 8 100000` with
//! the same arguments. Either may be libzmq's own program.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: remote_lat CONNECT-TO MESSAGE-SIZE ROUNDTRIP-COUNT

Sends a message to local_lat and waits for the answer, again and again, and prints how long one way took.

  CONNECT-TO       where local_lat is bound
  MESSAGE-SIZE     how many bytes a message has
  ROUNDTRIP-COUNT  how many messages to send, 1 or more";

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
    let socket = context.socket(zmq4::REQ)?;
    socket.connect(endpoint)?;
    let elapsed = ask(&socket, size, count)?;

    println!("message size: {size} [B]");
    println!("roundtrip count: {count}");
    let one_way = elapsed.as_secs_f64() * 1e6 / f64::from(count) / 2.0;
    println!("average latency: {one_way:.3} [us]");
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, usize, u32)> {
    let [endpoint, size, count] = args else { return None };
    let count = count.parse().ok().filter(|count| *count > 0)?;
    endpoint.contains("://").then_some(())?;
    Some((endpoint, size.parse().ok()?, count))
}

fn ask(socket: &Socket, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let mut message = Message::zeroed(size)?;
    let start = Instant::now();
    for _ in 0..count {
        socket.send(&mut message, Flags::NONE)?;
        if socket.recv_msg_into(&mut message, Flags::NONE)? != size {
            return Err("message of incorrect size received".into());
        }
    }
    Ok(start.elapsed())
}
