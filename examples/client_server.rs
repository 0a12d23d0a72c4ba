//! One SERVER that two threads use at the same time, and three clients. DRAFT.
//!
//! `cargo run --features vendored,draft --example client_server` ends by itself.

use std::error::Error;
use std::thread;

use zmq4::{Context, ETERM, Flags, Message, SharedSocket};

const USAGE: &str = "\
usage: client_server

Two threads serve three clients with one SERVER socket. Takes no arguments.";

const CLIENTS: usize = 3;
const REQUESTS: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(());
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        std::process::exit(2);
    }
    let context = Context::new()?;
    let server = SharedSocket::new(context.socket(zmq4::SERVER)?)?;
    server.lock()?.bind("tcp://127.0.0.1:*")?;
    let endpoint = server.lock()?.last_endpoint()?;

    let workers = [(); 2].map(|()| {
        let server = server.clone();
        thread::spawn(move || serve(&server))
    });
    let clients = [(); CLIENTS].map(|()| {
        let (context, endpoint) = (context.clone(), endpoint.clone());
        thread::spawn(move || ask(&context, &endpoint))
    });
    for client in clients {
        client.join().map_err(|_| "a client panicked")??;
    }
    // Both workers wait in `recv`: this ends the wait.
    context.shutdown()?;
    let mut served = 0;
    for worker in workers {
        served += worker.join().map_err(|_| "a worker panicked")??;
    }
    println!("two threads served {served} requests of {CLIENTS} clients");
    Ok(())
}

/// Serves until the context ends. Either thread may receive a request, and sends the reply to the client it came from.
fn serve(server: &SharedSocket) -> zmq4::Result<usize> {
    let mut served = 0;
    loop {
        let request = match server.recv() {
            Err(error) if error == ETERM => return Ok(served),
            request => request?,
        };
        let mut reply = Message::from(request.to_ascii_uppercase());
        reply.set_routing_id(request.routing_id().unwrap_or_default())?;
        server.send(reply)?;
        served += 1;
    }
}

fn ask(context: &Context, endpoint: &str) -> zmq4::Result<()> {
    let client = context.socket(zmq4::CLIENT)?;
    client.connect(endpoint)?;
    for number in 0..REQUESTS {
        client.send(format!("request {number}"), Flags::NONE)?;
        assert_eq!(client.recv(Flags::NONE)?, format!("REQUEST {number}").as_str());
    }
    Ok(())
}
