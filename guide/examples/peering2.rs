//! A broker with clients and workers of its own, which shares work with other brokers (chapter 3, prototyping the local
//! and cloud flows).
//!
//! Arguments: the broker's name, the names of its peers. Their endpoints are files in this folder.

use std::collections::VecDeque;
use std::env::args;
use std::thread::{self, sleep};
use std::time::Duration;

use zmq4::{Context, Flags, Message, POLLIN, Poller};
use zmq4_guide::{press_enter, random};

const CLIENTS: usize = 10;
const WORKERS: usize = 3;

fn main() -> zmq4_guide::Result {
    let names: Vec<String> = args().skip(1).collect();
    let (name, peers) = names.split_first().ok_or("syntax: peering2 me {you}...")?;
    println!("I: preparing broker at {name}...");

    let ctx = Context::new()?;
    // The cloud: other brokers come to our frontend, and we go to theirs.
    let cloud_frontend = ctx.socket(zmq4::ROUTER)?;
    cloud_frontend.set_identity(name)?;
    cloud_frontend.bind(&format!("ipc://{name}-cloud.ipc"))?;
    let cloud_backend = ctx.socket(zmq4::ROUTER)?;
    cloud_backend.set_identity(name)?;
    for peer in peers {
        println!("I: connecting to cloud frontend at '{peer}'");
        cloud_backend.connect(&format!("ipc://{peer}-cloud.ipc"))?;
    }
    let local_frontend = ctx.socket(zmq4::ROUTER)?;
    local_frontend.bind("inproc://localfe")?;
    let local_backend = ctx.socket(zmq4::ROUTER)?;
    local_backend.bind("inproc://localbe")?;

    press_enter("all brokers are started")?;
    for number in 0..WORKERS {
        let (ctx, label) = (ctx.clone(), format!("{name}-{number}"));
        thread::spawn(move || worker(&ctx, &label));
    }
    for number in 0..CLIENTS {
        let (ctx, label) = (ctx.clone(), format!("{name}-{number}"));
        thread::spawn(move || client(&ctx, &label));
    }

    let mut idle: VecDeque<Message> = VecDeque::new();
    let mut backends = Poller::new();
    backends.add(&local_backend, POLLIN)?;
    backends.add(&cloud_backend, POLLIN)?;
    let mut frontends = Poller::new();
    frontends.add(&cloud_frontend, POLLIN)?;
    frontends.add(&local_frontend, POLLIN)?;
    loop {
        // Replies first: without a worker there is nothing else to do.
        let patience = if idle.is_empty() {
            None
        } else {
            Some(Duration::from_millis(10))
        };
        for ready in backends.poll(patience)? {
            let reply = if ready.is(&local_backend) {
                let mut message = local_backend.recv_message(Flags::NONE)?;
                idle.extend(message.pop_envelope());
                message
            } else {
                // The broker that did it is of no interest.
                let mut message = cloud_backend.recv_message(Flags::NONE)?;
                message.pop_envelope();
                message
            };
            if reply[0] == "READY" {
                continue;
            }
            // The address of the one who asked: a broker among our peers, or a client here.
            if peers.iter().any(|peer| reply[0] == *peer) {
                cloud_frontend.send_message(reply)?;
            } else {
                local_frontend.send_message(reply)?;
            }
        }
        // Then as many requests as there are workers, those of other brokers first.
        while !idle.is_empty() {
            let Some(ready) = frontends.poll(Some(Duration::ZERO))?.first().copied() else {
                break;
            };
            let is_local = ready.is(&local_frontend);
            let frontend = if is_local { &local_frontend } else { &cloud_frontend };
            let mut request = frontend.recv_message(Flags::NONE)?;
            // One in five of our own goes to another broker, whatever the others have to do.
            if is_local && !peers.is_empty() && random(0..5) == 0 {
                let peer = &peers[usize::try_from(random(0..peers.len() as u64))?];
                request.push_envelope(peer.as_str());
                cloud_backend.send_message(request)?;
            } else if let Some(worker) = idle.pop_front() {
                request.push_envelope(worker);
                local_backend.send_message(request)?;
            }
        }
    }
}

fn client(ctx: &Context, label: &str) -> zmq4::Result<()> {
    let client = ctx.socket(zmq4::REQ)?;
    client.connect("inproc://localfe")?;
    loop {
        client.send(format!("HELLO from {label}"), Flags::NONE)?;
        println!("Client {label}: {}", client.recv(Flags::NONE)?);
        sleep(Duration::from_secs(1));
    }
}

fn worker(ctx: &Context, label: &str) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::REQ)?;
    worker.connect("inproc://localbe")?;
    worker.send("READY", Flags::NONE)?;
    loop {
        let mut message = worker.recv_message(Flags::NONE)?;
        message.pop_back();
        message.push_back(format!("OK from {label}"));
        worker.send_message(message)?;
    }
}
