//! Monitor: the life of a connection, told by the client's socket while its server goes away and comes back.
//!
//! `cargo run --example monitor` prints what happens, checks that it is what must happen, and ends by itself.
//!
//! `cargo run --example monitor tcp://127.0.0.1:5555` reports of a connection to another program, such as
//! `cargo run --example hwserver`: kill that, start it again, and watch.

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, EADDRINUSE, EVENT_ALL, Event, Flags, Monitor, Socket};

const USAGE: &str = "\
usage: monitor [ENDPOINT]

Prints what happens to a connection: its server is started, dropped, and started again at
the same port.

  ENDPOINT  where another program is bound, a REP or ROUTER: prints what happens to the
            connection with it, until Ctrl-C";

/// What the client must have been reported at the end.
const EXPECTED: Event = Event::CONNECT_DELAYED
    .union(Event::CONNECTED)
    .union(Event::HANDSHAKE_SUCCEEDED)
    .union(Event::DISCONNECTED)
    .union(Event::CONNECT_RETRIED)
    .union(Event::MONITOR_STOPPED);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    match args.as_slice() {
        [] => demonstrate()?,
        [endpoint] if endpoint.contains("://") => watch(endpoint)?,
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports of the connection to another owner, until Ctrl-C.
fn watch(endpoint: &str) -> Result<(), Box<dyn Error>> {
    let ctx = Context::new()?;
    // A shutdown may come from any thread: the monitor then ends.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;
    let client = ctx.socket(zmq4::DEALER)?;
    client.set_linger(Some(Duration::ZERO))?;
    let mut monitor = client.monitor(EVENT_ALL)?;
    client.connect(endpoint)?;
    println!("watching the connection to {endpoint}");
    for event in monitor.by_ref() {
        println!("  {}", event?);
    }
    println!("stopped by Ctrl-C");
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    drop((monitor, client));
    ctx.term()?;
    Ok(())
}

/// Plays both sides.
fn demonstrate() -> Result<(), Box<dyn Error>> {
    let ctx = Context::new()?;
    let server = start(&ctx, "tcp://127.0.0.1:*")?;
    let endpoint = server.last_endpoint()?;
    println!("the server is bound to {endpoint}");

    let client = ctx.socket(zmq4::PUSH)?;
    client.set_linger(Some(Duration::ZERO))?;
    // Before it connects, so that nothing is missed.
    let monitor = client.monitor(EVENT_ALL)?;
    let mut told = Event::empty();

    client.connect(&endpoint)?;
    tell_until(&monitor, Event::HANDSHAKE_SUCCEEDED, &mut told)?;
    client.send("Hello", Flags::NONE)?;
    println!("the server received {:?}", server.recv_string(Flags::NONE)?);

    println!("the server is dropped");
    drop(server);
    // The client tries again, and again.
    tell_until(&monitor, Event::CONNECT_RETRIED, &mut told)?;

    let server = start(&ctx, &endpoint)?;
    println!("the server is bound again");
    tell_until(&monitor, Event::HANDSHAKE_SUCCEEDED, &mut told)?;
    client.send("Hello again", Flags::NONE)?;
    println!("the server received {:?}", server.recv_string(Flags::NONE)?);

    println!("the client is closed");
    client.close()?;
    tell_until(&monitor, Event::MONITOR_STOPPED, &mut told)?;

    let missing = EXPECTED.difference(told);
    if !missing.is_empty() {
        return Err(format!("not reported: {missing}").into());
    }
    println!("all events were reported");
    Ok(())
}

/// The port of a server that was closed is free a moment later.
fn start(ctx: &Context, endpoint: &str) -> zmq4::Result<Socket> {
    let server = ctx.socket(zmq4::PULL)?;
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        match server.bind(endpoint) {
            Err(error) if error == EADDRINUSE && Instant::now() < patience => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error),
            Ok(()) => return Ok(server),
        }
    }
}

/// Prints what happens, up to this.
fn tell_until(monitor: &Monitor, last: Event, told: &mut Event) -> zmq4::Result<()> {
    loop {
        let event = monitor.recv(Flags::NONE)?;
        println!("  {event}");
        *told |= event.event;
        if event.event == last {
            return Ok(());
        }
    }
}
