//! The load-balancing broker of `lbbroker` with whole messages, and one poller (chapter 3).

use std::collections::VecDeque;
use std::thread;

use zmq4::{Context, Flags, Message, POLLIN, Poller, State};

const CLIENTS: usize = 10;
const WORKERS: usize = 3;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind("inproc://frontend")?;
    let backend = ctx.socket(zmq4::ROUTER)?;
    backend.bind("inproc://backend")?;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let ctx = ctx.clone();
        clients.push(thread::spawn(move || client(&ctx)));
    }
    for _ in 0..WORKERS {
        let ctx = ctx.clone();
        thread::spawn(move || worker(&ctx));
    }

    let mut poller = Poller::new();
    let on_backend = poller.add(&backend, POLLIN)?;
    let on_frontend = poller.add(&frontend, State::empty())?;
    let mut idle: VecDeque<Message> = VecDeque::new();
    let mut left = CLIENTS;
    while left > 0 {
        for ready in poller.poll(None)?.to_vec() {
            if ready.id() == on_backend {
                let mut message = backend.recv_message(Flags::NONE)?;
                idle.extend(message.pop_envelope());
                if message[0] != "READY" {
                    frontend.send_message(message)?;
                    left -= 1;
                }
            } else if let Some(worker) = idle.pop_front() {
                let mut request = frontend.recv_message(Flags::NONE)?;
                request.push_envelope(worker);
                backend.send_message(request)?;
            }
            // Clients wait until there is a worker.
            poller.update(on_frontend, if idle.is_empty() { State::empty() } else { POLLIN })?;
        }
    }
    for client in clients {
        client.join().map_err(|_| "a client panicked")??;
    }
    ctx.shutdown()?;
    Ok(())
}

fn client(ctx: &Context) -> zmq4::Result<()> {
    let client = ctx.socket(zmq4::REQ)?;
    client.connect("inproc://frontend")?;
    client.send("HELLO", Flags::NONE)?;
    println!("Client: {}", client.recv(Flags::NONE)?);
    Ok(())
}

fn worker(ctx: &Context) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::REQ)?;
    worker.connect("inproc://backend")?;
    worker.send("READY", Flags::NONE)?;
    loop {
        let mut message = worker.recv_message(Flags::NONE)?;
        println!("Worker: {}", message[message.len() - 1]);
        message.pop_back();
        message.push_back("OK");
        worker.send_message(message)?;
    }
}
