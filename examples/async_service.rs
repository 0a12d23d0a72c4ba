//! An async request-reply service on tokio that stops gracefully: it replies to the requests that have arrived, and ends.
//!
//! `cargo run --example async_service --features tokio`

use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;
use zmq4::{Context, aio};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// No request for so long ends the service after the stop.
const QUIET: Duration = Duration::from_millis(100);
/// The end of the service after the stop, whatever comes.
const PATIENCE: Duration = Duration::from_secs(5);

const USAGE: &str = "\
usage: async_service

Three clients ask a REP ten times each; then the service stops gracefully.
Takes no arguments.";

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let context = Context::new()?;
    let server = context.socket(zmq4::REP)?;
    server.set_linger(Some(Duration::from_secs(1)))?;
    server.bind("tcp://127.0.0.1:*")?;
    let address = server.last_endpoint()?;
    let (stop, stopped) = watch::channel(false);
    let service = tokio::spawn(serve(aio::Socket::new(server)?, stopped));

    let clients = (1..=3).map(|number| tokio::spawn(ask(context.clone(), address.clone(), number)));
    for client in clients.collect::<Vec<_>>() {
        client.await??;
    }
    // What `tokio::signal::ctrl_c` would do as well.
    stop.send(true)?;
    println!("served {} requests", service.await??);
    Ok(ExitCode::SUCCESS)
}

/// Replies until it is stopped, and then to what has arrived. A receive that `select!` or `timeout` drops has taken no request.
async fn serve(socket: aio::Socket, mut stopped: watch::Receiver<bool>) -> Result<u32, Error> {
    let mut served = 0;
    loop {
        let request = tokio::select! {
            request = socket.recv_message() => request?,
            _ = stopped.changed() => break,
        };
        socket.send_message(("Hello", &request)).await?;
        served += 1;
    }
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let Ok(request) = timeout(QUIET, socket.recv_message()).await else {
            break;
        };
        socket.send_message(("Hello", &request?)).await?;
        served += 1;
    }
    Ok(served)
}

async fn ask(context: Context, address: String, number: u32) -> Result<(), Error> {
    let client = context.socket(zmq4::REQ)?;
    client.connect(&address)?;
    let client = aio::Socket::new(client)?;
    for _ in 0..10 {
        let limit = tokio::time::sleep(Duration::from_secs(10));
        let reply = client.request(format!("client {number}"), limit).await?;
        assert_eq!(reply, ["Hello", &format!("client {number}")]);
    }
    Ok(())
}
