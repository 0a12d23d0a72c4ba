//! A load-balancing broker that takes messages frame by frame, with its clients and workers (chapter 3).
//!
//! `lbbroker2` takes whole messages, and `examples/lbbroker3.rs` of the crate zmq4 is a Reactor.

use std::collections::VecDeque;
use std::thread;

use zmq4::{Context, Flags, Message, POLLIN, Poller, SNDMORE};

const CLIENTS: usize = 10;
const WORKERS: usize = 3;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind("inproc://frontend")?;
    let backend = ctx.socket(zmq4::ROUTER)?;
    backend.bind("inproc://backend")?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let ctx = ctx.clone();
        clients.push(thread::spawn(move || client(&ctx, number)));
    }
    for number in 0..WORKERS {
        let ctx = ctx.clone();
        thread::spawn(move || worker(&ctx, number));
    }

    let mut idle: VecDeque<Message> = VecDeque::new();
    let mut left = CLIENTS;
    while left > 0 {
        let mut poller = Poller::new();
        poller.add(&backend, POLLIN)?;
        // Clients wait until there is a worker.
        if !idle.is_empty() {
            poller.add(&frontend, POLLIN)?;
        }
        for ready in poller.poll(None)? {
            if ready.is(&backend) {
                // The worker, a delimiter, and READY or the client that its reply is for.
                idle.push_back(backend.recv(Flags::NONE)?);
                backend.recv(Flags::NONE)?;
                let client = backend.recv(Flags::NONE)?;
                if client != "READY" {
                    backend.recv(Flags::NONE)?;
                    let reply = backend.recv(Flags::NONE)?;
                    frontend.send(client, SNDMORE)?;
                    frontend.send("", SNDMORE)?;
                    frontend.send(reply, Flags::NONE)?;
                    left -= 1;
                }
            } else if let Some(worker) = idle.pop_front() {
                let client = frontend.recv(Flags::NONE)?;
                frontend.recv(Flags::NONE)?;
                let request = frontend.recv(Flags::NONE)?;
                backend.send(worker, SNDMORE)?;
                backend.send("", SNDMORE)?;
                backend.send(client, SNDMORE)?;
                backend.send("", SNDMORE)?;
                backend.send(request, Flags::NONE)?;
            }
        }
    }
    for client in clients {
        client.join().map_err(|_| "a client panicked")??;
    }
    // The workers wait for more, until this.
    ctx.shutdown()?;
    Ok(())
}

fn client(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let client = ctx.socket(zmq4::REQ)?;
    client.set_identity(format!("client-{number}"))?;
    client.connect("inproc://frontend")?;
    client.send("HELLO", Flags::NONE)?;
    println!("Client: {}", client.recv(Flags::NONE)?);
    Ok(())
}

fn worker(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::REQ)?;
    worker.set_identity(format!("worker-{number}"))?;
    worker.connect("inproc://backend")?;
    worker.send("READY", Flags::NONE)?;
    loop {
        let client = worker.recv(Flags::NONE)?;
        worker.recv(Flags::NONE)?;
        println!("Worker: {}", worker.recv(Flags::NONE)?);
        worker.send(client, SNDMORE)?;
        worker.send("", SNDMORE)?;
        worker.send("OK", Flags::NONE)?;
    }
}
