//! Freelance: clients that know all servers, and go to another one where the first is silent (chapter 4).

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, EHOSTUNREACH, Flags, Multipart, POLLIN, Poller, Receiver, Sender, Socket};

use crate::Result;

/// How long a request may take in all.
pub const GLOBAL_TIMEOUT: Duration = Duration::from_millis(3000);
/// How often an idle server is asked whether it is there.
pub const PING_INTERVAL: Duration = Duration::from_millis(2000);
/// A server that is silent for so long is taken for gone.
pub const SERVER_TTL: Duration = Duration::from_millis(6000);
/// How long one server may take for a reply before another is asked.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often a server that has not yet said anything is asked whether it is there.
const FIRST_PINGS: Duration = Duration::from_millis(50);

/// What the client sends to its agent.
enum Command {
    Connect(String),
    Request(Multipart, Sender<Multipart>),
}

/// A client, whose sockets are on a dedicated thread: its agent.
pub struct Flcliapi {
    agent: Sender<Command>,
}

impl Flcliapi {
    /// A client that knows no server yet.
    ///
    /// # Errors
    /// Where there is no descriptor left.
    pub fn new(ctx: &Context) -> Result<Flcliapi> {
        let (agent, commands) = zmq4::channel()?;
        let router = ctx.socket(zmq4::ROUTER)?;
        // Who is not there is an error, instead of a request that is lost.
        router.set_router_mandatory(true)?;
        router.set_linger(Some(Duration::ZERO))?;
        thread::spawn(move || {
            let mut agent = Agent {
                router,
                servers: BTreeMap::new(),
                sequence: 0,
                request: None,
            };
            if let Err(error) = agent.run(&commands) {
                println!("E: {error}");
            }
        });
        Ok(Flcliapi { agent })
    }

    /// Adds a server.
    ///
    /// # Errors
    /// Where the agent is gone.
    pub fn connect(&self, endpoint: &str) -> Result {
        Ok(self
            .agent
            .send(Command::Connect(endpoint.into()))
            .map_err(|_| "the agent is gone")?)
    }

    /// Sends a request, and gives the reply of whichever server was the first.
    ///
    /// # Errors
    /// Where none replied in time.
    pub fn request(&self, request: Multipart) -> Result<Multipart> {
        let (sender, reply) = zmq4::channel()?;
        self.agent
            .send(Command::Request(request, sender))
            .map_err(|_| "the agent is gone")?;
        reply.recv().map_err(|_| "no server replied in time".into())
    }
}

struct Server {
    alive: bool,
    ping_at: Instant,
    expires: Instant,
}

/// A request on its way.
struct Request {
    frames: Multipart,
    reply: Sender<Multipart>,
    expires: Instant,
    /// Who was asked, and until when we wait.
    asked: Option<(String, Instant)>,
}

struct Agent {
    router: Socket,
    servers: BTreeMap<String, Server>,
    sequence: u64,
    request: Option<Request>,
}

impl Agent {
    /// Until the client is dropped.
    fn run(&mut self, commands: &Receiver<Command>) -> Result {
        loop {
            let wake = self.wake();
            let ready: Vec<_> = {
                let mut poller = Poller::new();
                poller.add(&self.router, POLLIN)?;
                // One request at a time.
                if self.request.is_none() {
                    poller.add_fd(commands, POLLIN)?;
                }
                let patience = wake.saturating_duration_since(Instant::now());
                let is_router = |item: &zmq4::Polled<'_>| item.socket().is_some();
                poller.poll(Some(patience))?.iter().map(is_router).collect()
            };
            for is_router in ready {
                if is_router {
                    self.on_reply()?;
                } else {
                    match commands.try_recv() {
                        Ok(command) => self.on_command(command)?,
                        Err(zmq4::channel::TryRecvError::Empty) => {}
                        Err(zmq4::channel::TryRecvError::Disconnected) => return Ok(()),
                    }
                }
            }
            self.on_time()?;
        }
    }

    /// When there is something to do, whatever comes.
    fn wake(&self) -> Instant {
        let pings = self.servers.values().map(|server| server.ping_at);
        let request = self.request.iter().flat_map(|request| {
            let asked = request.asked.as_ref().map(|(_, until)| *until);
            asked.into_iter().chain([request.expires])
        });
        let hour = Instant::now() + Duration::from_secs(3600);
        pings.chain(request).fold(hour, Instant::min)
    }

    fn on_command(&mut self, command: Command) -> Result {
        let now = Instant::now();
        match command {
            Command::Connect(endpoint) => {
                println!("I: connecting to {endpoint}...");
                self.router.connect(&endpoint)?;
                let server = Server {
                    alive: false,
                    ping_at: now,
                    expires: now + SERVER_TTL,
                };
                self.servers.insert(endpoint, server);
            }
            Command::Request(frames, reply) => {
                self.sequence += 1;
                self.request = Some(Request {
                    frames,
                    reply,
                    expires: now + GLOBAL_TIMEOUT,
                    asked: None,
                });
            }
        }
        Ok(())
    }

    /// The server's name, which is its endpoint; a number or `PONG`; and the reply.
    fn on_reply(&mut self) -> Result {
        let mut message = self.router.recv_message(Flags::NONE)?;
        let (Some(name), Some(kind)) = (message.pop_front(), message.pop_front()) else {
            return Ok(());
        };
        if let Some(server) = self.servers.get_mut(name.as_str()?) {
            let now = Instant::now();
            server.alive = true;
            server.ping_at = now + PING_INTERVAL;
            server.expires = now + SERVER_TTL;
        }
        if kind == self.sequence.to_string() {
            if let Some(request) = self.request.take() {
                // Where the client no longer waits there is nothing to do.
                let _ = request.reply.send(message);
            }
        }
        Ok(())
    }

    fn on_time(&mut self) -> Result {
        let now = Instant::now();
        for (endpoint, server) in &mut self.servers {
            server.alive = server.alive && now < server.expires;
            if now >= server.ping_at {
                send(&self.router, (endpoint.as_str(), "PING"))?;
                server.ping_at = now + if server.alive { PING_INTERVAL } else { FIRST_PINGS };
            }
        }
        let Some(request) = &mut self.request else {
            return Ok(());
        };
        if now >= request.expires {
            // Dropping its end of the channel notifies the client.
            self.request = None;
            return Ok(());
        }
        if let Some((endpoint, until)) = &request.asked {
            if now < *until {
                return Ok(());
            }
            println!("W: no reply from {endpoint}");
            if let Some(server) = self.servers.get_mut(endpoint) {
                server.alive = false;
                server.ping_at = now;
            }
            request.asked = None;
        }
        let sequence = self.sequence.to_string();
        for (endpoint, server) in self.servers.iter_mut().filter(|(_, server)| server.alive) {
            if send(&self.router, (endpoint.as_str(), &sequence, &request.frames))? {
                request.asked = Some((endpoint.clone(), now + PATIENCE));
                break;
            }
            server.alive = false;
            server.ping_at = now + FIRST_PINGS;
        }
        Ok(())
    }
}

/// Whether the server is there.
fn send<'d>(router: &Socket, frames: impl zmq4::IntoFrames<'d>) -> zmq4::Result<bool> {
    match router.send_message_dontwait(frames) {
        Err(error) if error == EHOSTUNREACH || error.is_would_block() => Ok(false),
        sent => sent.map(|_| true),
    }
}
