//! Stonehouse: the traffic is encrypted (CURVE), and the client knows that it talks to the right server.
//!
//! `cargo run --example stonehouse` sends one message, shows that a client which expects another server is not
//! understood by this one, and ends by itself.
//!
//! Every client that knows the server's public key gets in. The next house is `ironhouse`.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::auth::{Auth, Client, Server};
use zmq4::{
    CURVE_ALLOW_ANY, Context, CurveKeypair, CurvePublicKey, EVENT_HANDSHAKE_FAILED_PROTOCOL, EVENT_HANDSHAKE_SUCCEEDED,
    EventKind, Flags, Monitor, ProtocolError, Socket,
};

const USAGE: &str = "\
usage: stonehouse

A client that has the server's public key, and one that expects somebody else. Takes no arguments.";

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

    let ctx = Context::new()?;
    let auth = Auth::start(&ctx)?;
    auth.curve_add("shop", [CURVE_ALLOW_ANY])?;

    // The public half is what the clients are given, by any way on which it cannot be exchanged.
    let keys = CurveKeypair::new()?;
    let server = ctx.socket(zmq4::PULL)?;
    server.set_rcvtimeo(Some(PATIENCE))?;
    server.secure(&Server::curve(keys.secret().clone()).domain("shop"))?;
    server.bind("tcp://127.0.0.1:*")?;
    let endpoint = server.last_endpoint()?;

    let client = client_of(&ctx, keys.public())?;
    client.connect(&endpoint)?;
    client.send("Hello", Flags::NONE)?;
    println!("received {}", server.recv(Flags::NONE)?);

    let another = CurveKeypair::new()?.public();
    let monitor = server.monitor(EVENT_HANDSHAKE_SUCCEEDED | EVENT_HANDSHAKE_FAILED_PROTOCOL)?;
    let deceived = client_of(&ctx, another)?;
    deceived.connect(&endpoint)?;
    expect_refusal(&monitor)?;

    println!("Stonehouse test OK");
    Ok(ExitCode::SUCCESS)
}

/// A client with unknown keys.
fn client_of(ctx: &Context, server: CurvePublicKey) -> zmq4::Result<Socket> {
    let client = ctx.socket(zmq4::PUSH)?;
    client.set_linger(Some(Duration::ZERO))?;
    client.set_sndtimeo(Some(PATIENCE))?;
    client.secure(&Client::curve(server, CurveKeypair::new()?))?;
    Ok(client)
}

/// The server cannot read what a client sends to another server, and says so to its monitor.
fn expect_refusal(monitor: &Monitor) -> Result<(), Box<dyn Error>> {
    match monitor.recv_timeout(PATIENCE)?.kind() {
        EventKind::HandshakeFailedProtocol { error } if error == ProtocolError::ZMTP_CRYPTOGRAPHIC => {
            println!("nothing to be read in what the second client says");
            Ok(())
        }
        other => Err(format!("not refused: {other:?}").into()),
    }
}
