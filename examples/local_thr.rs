//! Throughput, the side that receives and measures: the `local_thr` of libzmq, with its arguments and output.
//!
//! In one terminal `cargo run --release --example local_thr tcp://127.0.0.1:5601 8 1000000`, in another `remote_thr` with
//! the same arguments. Either may be libzmq's own program.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: local_thr BIND-TO MESSAGE-SIZE MESSAGE-COUNT [ENABLE-CURVE]

Receives what remote_thr sends, and prints how much that was in a second.

  BIND-TO        where to bind
  MESSAGE-SIZE   how many bytes a message has
  MESSAGE-COUNT  how many messages come, 2 or more
  ENABLE-CURVE   1: encrypted with CURVE  [default: 0]";

/// What libzmq's own `remote_thr` expects; it protects nothing, since it is public.
const SERVER_SECRET: &str = "{X}#>t#jRGaQ}gMhv=30r(Mw+87YGs+5%kh=i@f8";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((endpoint, size, count, curve)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let context = Context::new()?;
    let socket = context.socket(zmq4::PULL)?;
    if curve {
        socket.set_curve_secretkey(SERVER_SECRET)?;
        socket.set_curve_server(true)?;
    }
    socket.bind(endpoint)?;
    let elapsed = receive(&socket, size, count)?.as_secs_f64();

    println!("message size: {size} [B]");
    println!("message count: {count}");
    let rate = f64::from(count) / elapsed;
    println!("mean throughput: {rate:.0} [msg/s]");
    println!("mean throughput: {:.3} [Mb/s]", rate * size as f64 * 8.0 / 1e6);
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, usize, u32, bool)> {
    let (args, curve) = match args {
        [rest @ .., curve] if args.len() == 4 => (rest, curve.parse::<u32>().ok()? != 0),
        _ => (args, false),
    };
    let [endpoint, size, count] = args else { return None };
    let count = count.parse().ok().filter(|count| *count > 1)?;
    endpoint.contains("://").then_some(())?;
    Some((endpoint, size.parse().ok()?, count, curve))
}

/// How long it took from the first message to the last.
fn receive(socket: &Socket, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let mut message = Message::new();
    let mut start = Instant::now();
    for number in 0..count {
        if socket.recv_msg_into(&mut message, Flags::NONE)? != size {
            return Err("message of incorrect size received".into());
        }
        if number == 0 {
            start = Instant::now();
        }
    }
    Ok(start.elapsed())
}
