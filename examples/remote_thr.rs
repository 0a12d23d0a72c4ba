//! Throughput, the side that sends: the `remote_thr` of libzmq, with its arguments.
//!
//! In one terminal `local_thr`, in another `cargo run --release --example remote_thr tcp://127.0.0.1:5601 8 1000000` with
//! the same arguments. Either may be libzmq's own program.

use std::error::Error;
use std::process::ExitCode;

use zmq4::{Context, Flags, Message, Socket};

const USAGE: &str = "\
usage: remote_thr CONNECT-TO MESSAGE-SIZE MESSAGE-COUNT [ENABLE-CURVE]

Sends messages to local_thr as fast as it can.

  CONNECT-TO     where local_thr is bound
  MESSAGE-SIZE   how many bytes a message has
  MESSAGE-COUNT  how many messages to send
  ENABLE-CURVE   1: encrypted with CURVE  [default: 0]";

/// What libzmq's own `local_thr` expects; it protects nothing, since it is public.
const SERVER_PUBLIC: &str = "DX4nh=yUn{-9ugra0X3Src4SU-4xTgqxcYY.+<SH";
const CLIENT_PUBLIC: &str = "<n^oA}I:66W+*ds3tAmi1+KJzv-}k&fC2aA5Bj0K";
const CLIENT_SECRET: &str = "9R9bV}[6z6DC-%$!jTVTKvWc=LEL{4i4gzUe$@Zx";

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
    let socket = context.socket(zmq4::PUSH)?;
    if curve {
        socket.set_curve_secretkey(CLIENT_SECRET)?;
        socket.set_curve_publickey(CLIENT_PUBLIC)?;
        socket.set_curve_serverkey(SERVER_PUBLIC)?;
    }
    socket.connect(endpoint)?;
    send(&socket, size, count)?;
    // Waits until everything is delivered.
    socket.close()?;
    context.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, usize, u32, bool)> {
    let (args, curve) = match args {
        [rest @ .., curve] if args.len() == 4 => (rest, curve.parse::<u32>().ok()? != 0),
        _ => (args, false),
    };
    let [endpoint, size, count] = args else { return None };
    endpoint.contains("://").then_some(())?;
    Some((endpoint, size.parse().ok()?, count.parse().ok()?, curve))
}

fn send(socket: &Socket, size: usize, count: u32) -> zmq4::Result<()> {
    for _ in 0..count {
        // A new one each time, as libzmq's program does.
        socket.send(Message::zeroed(size)?, Flags::NONE)?;
    }
    Ok(())
}
