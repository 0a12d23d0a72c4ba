//! Throughput between two threads: the `inproc_thr` of libzmq, with its arguments and output.
//!
//! `cargo run --release --example inproc_thr 8 1000000`

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: inproc_thr MESSAGE-SIZE MESSAGE-COUNT

Sends messages from one thread to another, and prints how much that was in a second.

  MESSAGE-SIZE   how many bytes a message has
  MESSAGE-COUNT  how many messages to send, 2 or more";

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
    let pull = context.socket(zmq4::PULL)?;
    pull.bind("inproc://thr_test")?;
    let push = context.socket(zmq4::PUSH)?;
    push.connect("inproc://thr_test")?;
    let sender = thread::spawn(move || send(&push, size, count));

    println!("message size: {size} [B]");
    println!("message count: {count}");
    let elapsed = receive(&pull, size, count)?.as_secs_f64();
    sender.join().map_err(|_| "the other thread panicked")??;
    let rate = f64::from(count) / elapsed;
    println!("mean throughput: {rate:.0} [msg/s]");
    println!("mean throughput: {:.3} [Mb/s]", rate * size as f64 * 8.0 / 1e6);
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(usize, u32)> {
    let [size, count] = args else { return None };
    let count = count.parse().ok().filter(|count| *count > 1)?;
    Some((size.parse().ok()?, count))
}

fn send(push: &Socket, size: usize, count: u32) -> zmq4::Result<()> {
    for _ in 0..count {
        // A new one each time, as libzmq's program does.
        push.send(Message::zeroed(size)?, Flags::NONE)?;
    }
    Ok(())
}

/// How long it took from the first message to the last.
fn receive(pull: &Socket, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let mut message = Message::new();
    let mut start = Instant::now();
    for number in 0..count {
        if pull.recv_msg_into(&mut message, Flags::NONE)? != size {
            return Err("message of incorrect size received".into());
        }
        if number == 0 {
            start = Instant::now();
        }
    }
    Ok(start.elapsed())
}
