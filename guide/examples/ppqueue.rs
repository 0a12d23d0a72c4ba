//! A queue that knows which workers are there, by their heartbeats (chapter 4, Paranoid Pirate).
//!
//! Arguments: where clients connect to, where workers connect to.

use std::collections::VecDeque;
use std::env::args;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, POLLIN, Poller, State};

const HEARTBEAT_LIVENESS: u32 = 3;
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(1000);

const READY: &str = "\u{1}";
const HEARTBEAT: &str = "\u{2}";

struct Worker {
    identity: Message,
    expires: Instant,
}

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("bound to {}", frontend.last_endpoint()?);
    let backend = ctx.socket(zmq4::ROUTER)?;
    backend.bind(&args().nth(2).unwrap_or("tcp://*:5556".into()))?;
    println!("bound to {}", backend.last_endpoint()?);

    let mut poller = Poller::new();
    let on_backend = poller.add(&backend, POLLIN)?;
    let on_frontend = poller.add(&frontend, State::empty())?;
    // The one that has been idle longest first.
    let mut idle: VecDeque<Worker> = VecDeque::new();
    let mut heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
    loop {
        let any = if idle.is_empty() { State::empty() } else { POLLIN };
        poller.update(on_frontend, any)?;
        let patience = heartbeat_at.saturating_duration_since(Instant::now());
        for ready in poller.poll(Some(patience))?.to_vec() {
            if ready.id() == on_backend {
                let mut message = backend.recv_message(Flags::NONE)?;
                let Some(identity) = message.pop_front() else { continue };
                // Whatever a worker says, it is there.
                idle.retain(|worker| worker.identity != identity);
                idle.push_back(Worker {
                    identity,
                    expires: Instant::now() + HEARTBEAT_INTERVAL * HEARTBEAT_LIVENESS,
                });
                match message.as_slice() {
                    [one] if *one == READY => println!("I: worker ready"),
                    [one] if *one == HEARTBEAT => {}
                    [one] => println!("E: invalid message from worker: {one}"),
                    _ => drop(frontend.send_message(message)?),
                }
            } else if let Some(worker) = idle.pop_front() {
                let mut request = frontend.recv_message(Flags::NONE)?;
                request.push_front(worker.identity);
                backend.send_message(request)?;
            }
        }
        if Instant::now() >= heartbeat_at {
            for worker in &idle {
                backend.send_message((&worker.identity, HEARTBEAT))?;
            }
            heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
        }
        let before = idle.len();
        idle.retain(|worker| Instant::now() < worker.expires);
        if idle.len() < before {
            println!("I: {} workers have expired", before - idle.len());
        }
    }
}
