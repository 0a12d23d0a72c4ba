//! Latency between two threads: the `inproc_lat` of libzmq, with its arguments and output.
//!
//! `cargo run --release --example inproc_lat 8 100000`

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: inproc_lat MESSAGE-SIZE ROUNDTRIP-COUNT

Sends a message to another thread and waits for the answer, again and again, and prints how long one way took.

  MESSAGE-SIZE     how many bytes a message has
  ROUNDTRIP-COUNT  how many messages to send, 1 or more";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((size, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let context = Context::new()?;
    let client = context.socket(zmq4::REQ)?;
    client.bind("inproc://lat_test")?;
    let server = context.socket(zmq4::REP)?;
    server.connect("inproc://lat_test")?;
    let answers = thread::spawn(move || answer(&server, count));

    println!("message size: {size} [B]");
    println!("roundtrip count: {count}");
    let elapsed = ask(&client, size, count)?;
    answers.join().map_err(|_| "the other thread panicked")??;
    let one_way = elapsed.as_secs_f64() * 1e6 / f64::from(count) / 2.0;
    println!("average latency: {one_way:.3} [us]");
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(usize, u32)> {
    let [size, count] = args else { return None };
    let count = count.parse().ok().filter(|count| *count > 0)?;
    Some((size.parse().ok()?, count))
}

fn answer(server: &Socket, count: u32) -> zmq4::Result<()> {
    let mut message = Message::new();
    for _ in 0..count {
        server.recv_msg_into(&mut message, Flags::NONE)?;
        server.send(&mut message, Flags::NONE)?;
    }
    Ok(())
}

fn ask(client: &Socket, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let mut message = Message::zeroed(size)?;
    let start = Instant::now();
    for _ in 0..count {
        client.send(&mut message, Flags::NONE)?;
        if client.recv_msg_into(&mut message, Flags::NONE)? != size {
            return Err("message of incorrect size received".into());
        }
    }
    Ok(start.elapsed())
}
