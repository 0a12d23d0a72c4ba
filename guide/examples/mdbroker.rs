//! The Majordomo broker: services, their workers, and the requests that wait for one (chapter 4, RFC 7 and RFC 8).
//!
//! Arguments: where to bind, `-v` for a line about each message.

use std::collections::{HashMap, HashSet, VecDeque};
use std::env::args;
use std::time::{Duration, Instant};

use zmq4::{Context, ETERM, Flags, Message, Multipart, POLLIN, Socket};
use zmq4_guide::hex;
use zmq4_guide::mdapi::{
    HEARTBEAT_INTERVAL, HEARTBEAT_LIVENESS, MDPC_CLIENT, MDPW_DISCONNECT, MDPW_HEARTBEAT, MDPW_READY, MDPW_REPLY,
    MDPW_REQUEST, MDPW_WORKER,
};

const EXPIRY: Duration = HEARTBEAT_INTERVAL.saturating_mul(HEARTBEAT_LIVENESS);

struct Broker<'s> {
    socket: &'s Socket,
    verbose: bool,
    services: HashMap<Vec<u8>, Service>,
    /// By identity.
    workers: HashMap<Vec<u8>, Worker>,
}

#[derive(Default)]
struct Service {
    requests: VecDeque<Multipart>,
    /// Workers by identity, the one that has been idle longest first.
    waiting: VecDeque<Vec<u8>>,
    /// All workers.
    known: HashSet<Vec<u8>>,
}

struct Worker {
    service: Vec<u8>,
    expires: Instant,
}

fn main() -> zmq4_guide::Result {
    let endpoint = args().nth(1).unwrap_or("tcp://*:5555".into());
    let ctx = Context::new()?;
    let stop = ctx.clone();
    ctrlc::set_handler(move || drop(stop.shutdown()))?;

    let socket = ctx.socket(zmq4::ROUTER)?;
    socket.set_linger(Some(Duration::ZERO))?;
    socket.set_rcvhwm(500_000)?;
    socket.bind(&endpoint)?;
    println!("bound to {}", socket.last_endpoint()?);
    let mut broker = Broker {
        socket: &socket,
        verbose: args().any(|arg| arg == "-v"),
        services: HashMap::new(),
        workers: HashMap::new(),
    };
    match broker.run() {
        Err(error) if error == ETERM => println!("W: interrupt received, shutting down..."),
        other => other?,
    }
    Ok(())
}

impl Broker<'_> {
    fn run(&mut self) -> zmq4::Result<()> {
        let mut heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
        loop {
            let patience = heartbeat_at.saturating_duration_since(Instant::now());
            if self.socket.poll(POLLIN, Some(patience))?.contains(POLLIN) {
                let mut message = self.socket.recv_message(Flags::NONE)?;
                if self.verbose {
                    println!("I: received message: {message:?}");
                }
                let sender = message.pop_envelope().unwrap_or_default();
                match message.pop_front() {
                    Some(header) if header == MDPC_CLIENT => self.on_client(sender, message)?,
                    Some(header) if header == MDPW_WORKER => self.on_worker(&sender, message)?,
                    _ => println!("E: invalid message: {message:?}"),
                }
            }
            if Instant::now() >= heartbeat_at {
                self.expire();
                for worker in self.services.values().flat_map(|service| &service.waiting) {
                    self.tell(worker, MDPW_HEARTBEAT)?;
                }
                heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
            }
        }
    }

    /// A service, and the request.
    fn on_client(&mut self, client: Message, mut message: Multipart) -> zmq4::Result<()> {
        let Some(service) = message.pop_front() else {
            return Ok(());
        };
        if service.starts_with(b"mmi.") {
            let code = match message.front() {
                _ if service != "mmi.service" => "501",
                Some(name)
                    if self
                        .services
                        .get(&**name)
                        .is_some_and(|service| !service.known.is_empty()) =>
                {
                    "200"
                }
                _ => "404",
            };
            self.socket.send_message((client, "", MDPC_CLIENT, service, code))?;
            return Ok(());
        }
        message.push_envelope(client);
        let name = service.to_vec();
        self.services
            .entry(name.clone())
            .or_default()
            .requests
            .push_back(message);
        self.dispatch(&name)
    }

    /// A command, and what belongs to it.
    fn on_worker(&mut self, identity: &[u8], mut message: Multipart) -> zmq4::Result<()> {
        let command = message.pop_front().unwrap_or_default();
        match self.workers.get_mut(identity) {
            None if command == MDPW_READY => {
                let service = message.pop_front().unwrap_or_default().to_vec();
                println!(
                    "I: new worker {} of {}",
                    hex(identity),
                    String::from_utf8_lossy(&service)
                );
                self.services
                    .entry(service.clone())
                    .or_default()
                    .known
                    .insert(identity.into());
                let expires = Instant::now() + EXPIRY;
                self.workers.insert(identity.into(), Worker { service, expires });
                self.is_idle(identity)
            }
            Some(worker) if command == MDPW_REPLY => {
                let client = message.pop_envelope().unwrap_or_default();
                self.socket
                    .send_message((client, "", MDPC_CLIENT, &worker.service, message))?;
                self.is_idle(identity)
            }
            Some(worker) if command == MDPW_HEARTBEAT => {
                worker.expires = Instant::now() + EXPIRY;
                Ok(())
            }
            Some(_) if command == MDPW_DISCONNECT => {
                self.remove(identity);
                Ok(())
            }
            // An unknown worker, as after a restart, or one that broke the protocol: it has to begin again.
            _ => {
                self.remove(identity);
                self.tell(identity, MDPW_DISCONNECT)
            }
        }
    }

    fn is_idle(&mut self, identity: &[u8]) -> zmq4::Result<()> {
        let Some(worker) = self.workers.get_mut(identity) else {
            return Ok(());
        };
        worker.expires = Instant::now() + EXPIRY;
        let name = worker.service.clone();
        self.services
            .entry(name.clone())
            .or_default()
            .waiting
            .push_back(identity.into());
        self.dispatch(&name)
    }

    /// Gives requests to workers, as long as there are some of both.
    fn dispatch(&mut self, name: &[u8]) -> zmq4::Result<()> {
        self.expire();
        let Some(service) = self.services.get_mut(name) else {
            return Ok(());
        };
        while !service.requests.is_empty() {
            let Some(worker) = service.waiting.pop_front() else {
                break;
            };
            if let Some(request) = service.requests.pop_front() {
                self.socket
                    .send_message((worker, "", MDPW_WORKER, MDPW_REQUEST, request))?;
            }
        }
        Ok(())
    }

    /// Forgets the idle workers that have been silent for too long.
    fn expire(&mut self) {
        let waiting = self.services.values().flat_map(|service| &service.waiting);
        let gone = |identity: &&Vec<u8>| {
            self.workers
                .get(*identity)
                .is_some_and(|worker| worker.expires <= Instant::now())
        };
        for identity in waiting.filter(gone).cloned().collect::<Vec<_>>() {
            println!("I: deleting expired worker {}", hex(&identity));
            self.remove(&identity);
        }
    }

    fn remove(&mut self, identity: &[u8]) {
        let service = self.workers.remove(identity).map(|worker| worker.service);
        if let Some(service) = service.and_then(|name| self.services.get_mut(&name)) {
            service.known.remove(identity);
            service.waiting.retain(|other| other != identity);
        }
    }

    fn tell(&self, worker: &[u8], command: &[u8]) -> zmq4::Result<()> {
        self.socket.send_message((worker, "", MDPW_WORKER, command)).map(drop)
    }
}
