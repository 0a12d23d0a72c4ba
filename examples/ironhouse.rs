//! Ironhouse: the traffic is encrypted (CURVE), and each side knows that it talks to the right other one.
//!
//! `cargo run --example ironhouse` lets in the client whose certificate the server has, refuses one that it does not
//! know, and ends by itself.
//!
//! This is how to do it, unless there is a reason not to.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::auth::{Auth, Client, Server};
use zmq4::{Context, CurveKeypair, EVENT_HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_SUCCEEDED, EventKind, Flags, Socket};

const USAGE: &str = "\
usage: ironhouse

A client whose certificate the server has, and one that it has never seen. Takes no arguments.";

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
    if !zmq4::has_curve() {
        return Err("this libzmq was built without CURVE: see the feature `vendored`".into());
    }

    // Each makes its own pair; only the public halves leave their machines. The example `keygen` writes them to files.
    let (servers, clients) = (CurveKeypair::new()?, CurveKeypair::new()?);

    let ctx = Context::new()?;
    let auth = Auth::start(&ctx)?;
    auth.allow("shop", ["127.0.0.0/8"])?;
    auth.curve_add("shop", [clients.public()])?;

    let server = ctx.socket(zmq4::PULL)?;
    server.set_rcvtimeo(Some(PATIENCE))?;
    // Enforced: without the handler, no peer is admitted.
    server.secure(&Server::curve(servers.secret().clone()).domain("shop").enforced())?;
    server.bind("tcp://127.0.0.1:*")?;
    let endpoint = server.last_endpoint()?;

    let client = opened(&ctx)?;
    client.secure(&Client::curve(servers.public(), clients))?;
    client.connect(&endpoint)?;
    client.send("Hello", Flags::NONE)?;
    let message = server.recv(Flags::NONE)?;
    println!(
        "received {message} from {}",
        message.property("User-Id").unwrap_or("nobody")
    );

    let stranger = opened(&ctx)?;
    stranger.secure(&Client::curve(servers.public(), CurveKeypair::new()?))?;
    expect_refusal(&stranger, &endpoint)?;

    println!("Ironhouse test OK");
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
