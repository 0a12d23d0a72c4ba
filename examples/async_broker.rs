//! An async broker with many workers on tokio: a ROUTER for clients, a DEALER for workers, and two tasks that pass messages
//! both ways at the same time.
//!
//! `cargo run --example async_broker --features tokio`

use std::process::ExitCode;
use std::sync::Arc;

use zmq4::{Context, Errno, aio};

type Error = Box<dyn std::error::Error + Send + Sync>;

const WORKERS: usize = 50;
const CLIENTS: usize = 20;
const REQUESTS: usize = 25;

const USAGE: &str = "\
usage: async_broker

Twenty clients ask, fifty workers reply, and a broker passes the messages.
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
    let (front, back) = (context.socket(zmq4::ROUTER)?, context.socket(zmq4::DEALER)?);
    front.bind("tcp://127.0.0.1:*")?;
    back.bind("inproc://workers")?;
    let address = front.last_endpoint()?;
    let (front, back) = (Arc::new(aio::Socket::new(front)?), Arc::new(aio::Socket::new(back)?));

    let mut tasks = vec![
        tokio::spawn(pass(Arc::clone(&front), Arc::clone(&back))),
        tokio::spawn(pass(back, front)),
    ];
    for _ in 0..WORKERS {
        let worker = context.socket(zmq4::REP)?;
        worker.connect("inproc://workers")?;
        tasks.push(tokio::spawn(work(aio::Socket::new(worker)?)));
    }
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = context.socket(zmq4::REQ)?;
        client.connect(&address)?;
        clients.push(tokio::spawn(ask(aio::Socket::new(client)?)));
    }
    for client in clients {
        client.await??;
    }
    // Every wait ends with ETERM.
    context.shutdown()?;
    for task in tasks {
        assert!(task.await?.is_err_and(|error| error == Errno::ETERM));
    }
    println!(
        "{WORKERS} workers did {} tasks for {CLIENTS} clients",
        CLIENTS * REQUESTS
    );
    Ok(ExitCode::SUCCESS)
}

/// Passes messages on until the context ends.
async fn pass(from: Arc<aio::Socket>, to: Arc<aio::Socket>) -> zmq4::Result<()> {
    loop {
        let message = from.recv_message().await?;
        to.send_message(message).await?;
    }
}

async fn work(socket: aio::Socket) -> zmq4::Result<()> {
    loop {
        let number: u64 = String::from_utf8_lossy(&socket.recv().await?).parse().unwrap_or(0);
        socket.send((number * number).to_string()).await?;
    }
}

async fn ask(socket: aio::Socket) -> zmq4::Result<()> {
    for number in 0..REQUESTS {
        socket.send(number.to_string()).await?;
        assert_eq!(socket.recv().await?, (number * number).to_string());
    }
    Ok(())
}
