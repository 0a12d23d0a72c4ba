//! Publish-subscribe over multicast: one publisher, any number of subscribers, each report on the wire once.
//!
//! On one machine `cargo run --example multicast publish`, on others of the same network
//! `cargo run --example multicast subscribe`; the publisher's own machine receives nothing of it.

use std::error::Error;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Socket};

const USAGE: &str = "\
usage: multicast ROLE [ENDPOINT]

Publishes a report each second, or prints the reports that come, until Ctrl-C.

  ROLE      publish, or subscribe
  ENDPOINT  the same group and port for both roles   [default: epgm, the interface
            that leads to the group, 239.192.1.1:5555]

A multicast endpoint is TRANSPORT://INTERFACE;GROUP:PORT

  TRANSPORT  epgm, which is PGM in UDP datagrams, or pgm, which is a protocol of its own
             beside UDP and needs the right to open raw sockets (root, or CAP_NET_RAW)
  INTERFACE  this machine's address in the network to use, as 192.168.1.10
  GROUP      a multicast address, as 239.192.1.1
  PORT       1 to 65535

libzmq must have been built with OpenPGM: Debian's was; the feature vendored-pgm does it.";

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 192, 1, 1);
const PORT: u16 = 5555;

/// From one report to the next.
const PACE: Duration = Duration::from_secs(1);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((publishes, endpoint)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let endpoint = endpoint.map_or_else(default_endpoint, |endpoint| Ok(endpoint.to_owned()))?;

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    let (pause, paused) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
        let _ = pause.send(());
    })?;

    let socket = ctx.socket(if publishes { zmq4::PUB } else { zmq4::SUB })?;
    // In kilobits a second. The default is 100, and the same number on both sides gives both the
    // same window to repair what the network loses.
    socket.set_rate(10_000)?;
    // No one reports a publisher what has arrived, so there is nothing to wait for at the end.
    socket.set_linger(Some(Duration::ZERO))?;
    let done = if publishes {
        socket.bind(&endpoint)?;
        println!("publisher bound to {endpoint}");
        publish(&socket, &paused)
    } else {
        socket.subscribe("")?;
        socket.connect(&endpoint)?;
        println!("subscriber connects to {endpoint}");
        listen(&socket)
    };
    match done {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    socket.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether to publish, and the endpoint.
fn parse(args: &[String]) -> Option<(bool, Option<&str>)> {
    let publishes = match args.first()?.as_str() {
        "publish" => true,
        "subscribe" => false,
        _ => return None,
    };
    let endpoint = args.get(1).map(String::as_str);
    (args.len() <= 2 && endpoint.is_none_or(|endpoint| endpoint.contains("://"))).then_some((publishes, endpoint))
}

/// Names the interface by its address, which is what OpenPGM is sure to understand.
fn default_endpoint() -> std::io::Result<String> {
    let probe = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // Nothing is sent: the system only chooses the interface.
    probe.connect((GROUP, PORT))?;
    let interface = probe.local_addr()?.ip();
    Ok(format!("epgm://{interface};{GROUP}:{PORT}"))
}

/// Until the context is shut down: a publisher never waits, so the pause is where Ctrl-C finds it.
fn publish(publisher: &Socket, paused: &Receiver<()>) -> zmq4::Result<()> {
    let mut number = 0_u64;
    loop {
        number += 1;
        publisher.send(format!("report {number}"), Flags::NONE)?;
        println!("published report {number}");
        if paused.recv_timeout(PACE) != Err(RecvTimeoutError::Timeout) {
            println!("stopped by Ctrl-C");
            return Ok(());
        }
    }
}

fn listen(subscriber: &Socket) -> zmq4::Result<()> {
    loop {
        println!("{}", subscriber.recv_string(Flags::NONE)?);
    }
}
