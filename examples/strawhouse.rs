//! Strawhouse: who connects is judged by the address that they come from, and by nothing else.
//!
//! `cargo run --example strawhouse` shows a server that lets this machine in and one that does not, and ends by itself.
//!
//! It keeps strangers out of a network that is trusted. Addresses can be forged, and the traffic is readable: the
//! next house is `woodhouse`.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::auth::{Auth, Server};
use zmq4::{Context, EVENT_HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_SUCCEEDED, EventKind, Flags, Socket};

const USAGE: &str = "\
usage: strawhouse

A server that lets its neighbours in, and one that lets in nobody who is here. Takes no arguments.";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let ctx = Context::new()?;
    // Before the servers bind: without it libzmq would admit every peer.
    let auth = Auth::start(&ctx)?;
    auth.allow("home", ["127.0.0.1", "::1"])?;
    auth.allow("far", ["192.0.2.0/24"])?;

    let home = listening(&ctx, "home")?;
    let client = opened(&ctx)?;
    client.connect(&home.last_endpoint()?)?;
    client.send("Hello", Flags::NONE)?;
    println!("received {}", home.recv(Flags::NONE)?);

    let far = listening(&ctx, "far")?;
    expect_refusal(&opened(&ctx)?, &far.last_endpoint()?)?;

    println!("Strawhouse test OK");
    Ok(ExitCode::SUCCESS)
}

/// A server without passwords and keys. Its domain is what makes libzmq ask about its peers.
fn listening(ctx: &Context, domain: &str) -> zmq4::Result<Socket> {
    let server = ctx.socket(zmq4::PULL)?;
    server.set_rcvtimeo(Some(PATIENCE))?;
    server.secure(&Server::null().domain(domain))?;
    server.bind("tcp://127.0.0.1:*")?;
    Ok(server)
}

/// A client's socket; nothing that it does takes longer than this.
fn opened(ctx: &Context) -> zmq4::Result<Socket> {
    let client = ctx.socket(zmq4::PUSH)?;
    client.set_linger(Some(Duration::ZERO))?;
    client.set_sndtimeo(Some(PATIENCE))?;
    Ok(client)
}

/// Connects, and waits for the handshake to be refused.
fn expect_refusal(client: &Socket, endpoint: &str) -> Result<(), Box<dyn Error>> {
    let monitor = client.monitor(EVENT_HANDSHAKE_SUCCEEDED | EVENT_HANDSHAKE_FAILED_AUTH)?;
    client.connect(endpoint)?;
    match monitor.recv_timeout(PATIENCE)?.kind() {
        EventKind::HandshakeFailedAuth { status } => println!("refused with status {status}"),
        other => return Err(format!("not refused: {other:?}").into()),
    }
    Ok(())
}
