//! Load balancing with a Reactor: each request of a client goes to the worker that has been idle longest.
//!
//! `cargo run --example lbbroker3` runs clients, workers and the broker between them in one process, and ends by itself.
//!
//! Both sides of the broker are ROUTERs. A worker says `READY` when it starts; from then on each of its returns says that
//! it is ready again. The clients are listened to only while a worker is idle.

use std::collections::VecDeque;
use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use zmq4::{Context, ETERM, Flags, Message, POLLIN, Reactor, State};

const USAGE: &str = "\
usage: lbbroker3

Ten clients ask twice each, three workers answer, and a broker shares the requests out.
Takes no arguments.";

const CLIENTS: usize = 10;
const REQUESTS: usize = 2;
const WORKERS: usize = 3;

fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
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
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| in_thread(&ctx, move |ctx| client(ctx, number)))
        .collect();
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| in_thread(&ctx, move |ctx| worker(ctx, number)))
        .collect();
    broker(&ctx)?;
    for client in clients {
        client.join().map_err(|_| "a client panicked")??;
    }
    // The workers wait for more, until this.
    ctx.shutdown()?;
    for worker in workers {
        match worker.join().map_err(|_| "a worker panicked")? {
            // It ends one in the middle of a wait, and one that has only just begun.
            Err(error) if error == ETERM => {}
            ended => ended?,
        }
    }
    println!("all {} requests got a reply", CLIENTS * REQUESTS);
    Ok(ExitCode::SUCCESS)
}

fn in_thread(
    ctx: &Context,
    body: impl FnOnce(&Context) -> zmq4::Result<()> + Send + 'static,
) -> thread::JoinHandle<zmq4::Result<()>> {
    let ctx = ctx.clone();
    thread::spawn(move || body(&ctx))
}

fn client(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let socket = ctx.socket(zmq4::REQ)?;
    socket.set_identity(format!("client-{number}"))?;
    socket.connect("inproc://clients")?;
    for request in 0..REQUESTS {
        socket.send(format!("request {request} of client {number}"), Flags::NONE)?;
        println!("client {number}: {}", socket.recv_string(Flags::NONE)?);
    }
    Ok(())
}

fn worker(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let socket = ctx.socket(zmq4::REQ)?;
    socket.set_linger(Some(Duration::ZERO))?;
    socket.set_identity(format!("worker-{number}"))?;
    socket.connect("inproc://workers")?;
    socket.send("READY", Flags::NONE)?;
    loop {
        let mut request = socket.recv_message(Flags::NONE)?;
        // The client's address, an empty frame, and what it says; the answer goes back the same way.
        let client = request.pop_envelope().unwrap_or_default();
        let text = format!("worker {number} did {}", request.front().unwrap_or(&Message::new()));
        socket.send_message((client, "", text))?;
    }
}

/// What the handlers of the broker share.
#[derive(Default)]
struct Broker {
    /// The addresses of idle workers, the longest idle first.
    idle: VecDeque<Message>,
    answered: usize,
}

/// Until every request has a reply.
fn broker(ctx: &Context) -> Result<(), Box<dyn Error + Send + Sync>> {
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind("inproc://clients")?;
    let backend = ctx.socket(zmq4::ROUTER)?;
    backend.bind("inproc://workers")?;
    let (front, back) = (&frontend, &backend);
    // Both handlers change the state.
    let mut reactor = Reactor::with_state(Broker::default());
    reactor.add_socket(back, POLLIN, |reactor, back, _| {
        let mut message = back.recv_message(Flags::NONE)?;
        let worker = message.pop_envelope();
        reactor.state_mut().idle.extend(worker);
        reactor.update_socket(front, POLLIN)?;
        // What is left is the client's address and its answer, or the READY of a new worker.
        if message.front().is_some_and(|first| *first != "READY") {
            front.send_message(message)?;
            reactor.state_mut().answered += 1;
        }
        if reactor.state().answered == CLIENTS * REQUESTS {
            reactor.stop();
        }
        Ok(())
    })?;
    // No request is taken before there is a worker for it.
    reactor.add_socket(front, State::empty(), |reactor, front, _| {
        let Some(worker) = reactor.state_mut().idle.pop_front() else {
            return Ok(());
        };
        let mut request = front.recv_message(Flags::NONE)?;
        request.push_envelope(worker);
        back.send_message(request)?;
        if reactor.state().idle.is_empty() {
            reactor.update_socket(front, State::empty())?;
        }
        Ok(())
    })?;
    reactor.run()
}
