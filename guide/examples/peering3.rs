//! A broker that sends work to those who say that they have workers to spare (chapter 3, putting it all together).
//!
//! Arguments: the broker's name, the names of its peers. Their endpoints are files in this folder.

use std::collections::VecDeque;
use std::env::args;
use std::thread::{self, sleep};
use std::time::Duration;

use zmq4::{Context, Flags, Message, POLLIN, Poller, Socket, State};
use zmq4_guide::random;

const CLIENTS: usize = 10;
const WORKERS: usize = 5;

fn main() -> zmq4_guide::Result {
    let names: Vec<String> = args().skip(1).collect();
    let (name, peers) = names.split_first().ok_or("syntax: peering3 me {you}...")?;
    println!("I: preparing broker at {name}...");

    let ctx = Context::new()?;
    let bound = |ty, endpoint: &str| -> zmq4::Result<Socket> {
        let socket = ctx.socket(ty)?;
        socket.set_identity(name)?;
        socket.bind(endpoint)?;
        Ok(socket)
    };
    let local_frontend = bound(zmq4::ROUTER, "inproc://localfe")?;
    let local_backend = bound(zmq4::ROUTER, "inproc://localbe")?;
    let monitor = bound(zmq4::PULL, "inproc://monitor")?;
    let cloud_frontend = bound(zmq4::ROUTER, &format!("ipc://{name}-cloud.ipc"))?;
    let state_backend = bound(zmq4::PUB, &format!("ipc://{name}-state.ipc"))?;
    let cloud_backend = ctx.socket(zmq4::ROUTER)?;
    cloud_backend.set_identity(name)?;
    let state_frontend = ctx.socket(zmq4::SUB)?;
    state_frontend.subscribe("")?;
    for peer in peers {
        println!("I: connecting to '{peer}'");
        cloud_backend.connect(&format!("ipc://{peer}-cloud.ipc"))?;
        state_frontend.connect(&format!("ipc://{peer}-state.ipc"))?;
    }

    for number in 0..WORKERS {
        let ctx = ctx.clone();
        thread::spawn(move || worker(&ctx, number));
    }
    for number in 0..CLIENTS {
        let (ctx, label) = (ctx.clone(), format!("{name}-{number}"));
        thread::spawn(move || client(&ctx, &label));
    }

    let mut idle: VecDeque<Message> = VecDeque::new();
    // How many workers of other brokers are free, as one of them said last.
    let mut cloud_capacity = 0_u64;
    let mut poller = Poller::new();
    poller.add(&local_backend, POLLIN)?;
    poller.add(&cloud_backend, POLLIN)?;
    poller.add(&state_frontend, POLLIN)?;
    poller.add(&monitor, POLLIN)?;
    let on_cloud = poller.add(&cloud_frontend, State::empty())?;
    let on_local = poller.add(&local_frontend, State::empty())?;
    loop {
        let free = idle.len();
        // Requests are taken where they can be done: those of other brokers only by workers here.
        poller.update(on_cloud, if free > 0 { POLLIN } else { State::empty() })?;
        let somewhere = free > 0 || cloud_capacity > 0;
        poller.update(on_local, if somewhere { POLLIN } else { State::empty() })?;
        for ready in poller.poll(Some(Duration::from_secs(1)))?.to_vec() {
            if ready.is(&local_backend) {
                let mut message = local_backend.recv_message(Flags::NONE)?;
                idle.extend(message.pop_envelope());
                if message[0] != "READY" {
                    let theirs = peers.iter().any(|peer| message[0] == *peer);
                    let frontend = if theirs { &cloud_frontend } else { &local_frontend };
                    frontend.send_message(message)?;
                }
            } else if ready.is(&cloud_backend) {
                let mut message = cloud_backend.recv_message(Flags::NONE)?;
                message.pop_envelope();
                local_frontend.send_message(message)?;
            } else if ready.is(&state_frontend) {
                let message = state_frontend.recv_message(Flags::NONE)?;
                cloud_capacity = message[1].as_str()?.parse()?;
            } else if ready.is(&monitor) {
                println!("{}", monitor.recv(Flags::NONE)?);
            } else if ready.id() == on_cloud {
                if let Some(worker) = idle.pop_front() {
                    let mut request = cloud_frontend.recv_message(Flags::NONE)?;
                    request.push_envelope(worker);
                    local_backend.send_message(request)?;
                }
            } else if let Some(worker) = idle.pop_front() {
                let mut request = local_frontend.recv_message(Flags::NONE)?;
                request.push_envelope(worker);
                local_backend.send_message(request)?;
            } else if cloud_capacity > 0 {
                let mut request = local_frontend.recv_message(Flags::NONE)?;
                let peer = &peers[usize::try_from(random(0..peers.len() as u64))?];
                request.push_envelope(peer.as_str());
                cloud_backend.send_message(request)?;
                cloud_capacity -= 1;
            }
        }
        if idle.len() != free {
            state_backend.send_message((name, idle.len().to_string()))?;
        }
    }
}

/// Sends bursts of requests, and complains where no reply comes.
fn client(ctx: &Context, label: &str) -> zmq4::Result<()> {
    let client = ctx.socket(zmq4::REQ)?;
    client.connect("inproc://localfe")?;
    let monitor = ctx.socket(zmq4::PUSH)?;
    monitor.connect("inproc://monitor")?;
    loop {
        sleep(Duration::from_secs(random(0..5)));
        for _ in 0..random(1..15) {
            let task = format!("{:04X}", random(0..0x10000));
            client.send(&task, Flags::NONE)?;
            if client.poll(POLLIN, Some(Duration::from_secs(10)))?.is_empty() {
                monitor.send(format!("E: CLIENT EXIT - lost task {task} of {label}"), Flags::NONE)?;
                return Ok(());
            }
            let reply = client.recv(Flags::NONE)?;
            monitor.send(format!("Client {label}: {reply}"), Flags::NONE)?;
        }
    }
}

fn worker(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::REQ)?;
    worker.connect("inproc://localbe")?;
    worker.send("READY", Flags::NONE)?;
    loop {
        let mut message = worker.recv_message(Flags::NONE)?;
        sleep(Duration::from_millis(random(0..500)));
        let task = message.pop_back().unwrap_or_default();
        message.push_back(format!("{task} done by worker {number}"));
        worker.send_message(message)?;
    }
}
