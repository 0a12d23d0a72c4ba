//! Woodhouse: who connects gives a name and a password (PLAIN).
//!
//! `cargo run --example woodhouse` lets one client in, refuses another one, and ends by itself.
//!
//! Name and password travel in the clear, as do the messages. The next house is `stonehouse`.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::auth::{Auth, Client, Server};
use zmq4::{Context, EVENT_HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_SUCCEEDED, EventKind, Flags, Socket};

const USAGE: &str = "\
usage: woodhouse

A client that knows the password, and one that does not. Takes no arguments.";

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
    let auth = Auth::start(&ctx)?;
    auth.plain_add("shop", "admin", "a long password")?;

    let server = ctx.socket(zmq4::PULL)?;
    server.set_rcvtimeo(Some(PATIENCE))?;
    server.secure(&Server::plain().domain("shop"))?;
    server.bind("tcp://127.0.0.1:*")?;
    let endpoint = server.last_endpoint()?;

    let client = opened(&ctx)?;
    client.secure(&Client::plain("admin", "a long password"))?;
    client.connect(&endpoint)?;
    client.send("Hello", Flags::NONE)?;
    let message = server.recv(Flags::NONE)?;
    println!(
        "received {message} from {}",
        message.property("User-Id").unwrap_or("nobody")
    );

    let stranger = opened(&ctx)?;
    stranger.secure(&Client::plain("admin", "a long guess"))?;
    expect_refusal(&stranger, &endpoint)?;

    println!("Woodhouse test OK");
    Ok(ExitCode::SUCCESS)
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
