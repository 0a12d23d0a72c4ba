//! Clone: a map that many clients share, kept by two servers (chapter 5, RFC 12).

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::channel::TryRecvError;
use zmq4::{Context, Flags, POLLIN, Poller, Receiver, SNDMORE, Sender, Socket};

use crate::Result;
use crate::kvmsg::Kvmsg;

/// A server that is silent for so long is taken for gone.
const SERVER_TTL: Duration = Duration::from_millis(5000);
/// How long to wait for a snapshot before it is asked for again.
const SNAPSHOT_TIMEOUT: Duration = Duration::from_millis(1000);

/// What the client sends to its agent.
enum Command {
    Connect([String; 3]),
    Set(Kvmsg),
    Get(String, Sender<Option<Vec<u8>>>),
}

/// A client, whose sockets are on a dedicated thread: its agent.
pub struct Clone {
    agent: Sender<Command>,
}

impl Clone {
    /// A client of the keys that begin with `subtree`, all for `""`.
    ///
    /// # Errors
    /// Like [`Context::socket`].
    pub fn new(ctx: &Context, subtree: &str) -> Result<Clone> {
        let (agent, commands) = zmq4::channel()?;
        let mut behind = Agent {
            publisher: ctx.socket(zmq4::PUB)?,
            ctx: ctx.clone(),
            subtree: subtree.to_owned(),
            map: HashMap::new(),
            sequence: 0,
            servers: Vec::new(),
            current: 0,
            state: State::Initial,
        };
        behind.publisher.set_linger(Some(Duration::from_secs(1)))?;
        thread::spawn(move || {
            if let Err(error) = behind.run(&commands) {
                println!("E: {error}");
            }
        });
        Ok(Clone { agent })
    }

    /// Adds a server: where it has snapshots, where it publishes, and where it takes updates.
    ///
    /// # Errors
    /// Where the agent is gone.
    pub fn connect(&self, snapshots: &str, updates: &str, collector: &str) -> Result {
        self.tell(Command::Connect([snapshots, updates, collector].map(Into::into)))
    }

    /// Sets a key for all clients, without expiry or for a time in whole seconds.
    ///
    /// # Errors
    /// Where the agent is gone.
    pub fn set(&self, key: &str, value: &str, ttl: Option<Duration>) -> Result {
        let mut update = Kvmsg::new(key, 0, value);
        if let Some(ttl) = ttl {
            update.set_property("ttl", ttl.as_secs());
        }
        self.tell(Command::Set(update))
    }

    /// The value of a key, as far as this client knows.
    ///
    /// # Errors
    /// Where the agent is gone.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let (sender, value) = zmq4::channel()?;
        self.tell(Command::Get(key.to_owned(), sender))?;
        Ok(value.recv()?)
    }

    fn tell(&self, command: Command) -> Result {
        self.agent.send(command).map_err(|_| "the agent is gone".into())
    }
}

struct Server {
    snapshots: Socket,
    subscriber: Socket,
    /// Both endpoints, for lines about it.
    name: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is no server yet.
    Initial,
    /// A snapshot was asked for, and must come until then.
    Syncing(Instant),
    /// The snapshot is complete; silent after that time, the server is gone.
    Active(Instant),
}

struct Agent {
    ctx: Context,
    publisher: Socket,
    subtree: String,
    map: HashMap<String, Kvmsg>,
    sequence: u64,
    servers: Vec<Server>,
    current: usize,
    state: State,
}

impl Agent {
    /// Until the client is dropped.
    fn run(&mut self, commands: &Receiver<Command>) -> Result {
        loop {
            let patience = match self.state {
                State::Initial => None,
                State::Syncing(end) | State::Active(end) => Some(end.saturating_duration_since(Instant::now())),
            };
            let (command, update) = {
                let mut poller = Poller::new();
                let on_command = poller.add_fd(commands, POLLIN)?;
                match (self.state, self.servers.get(self.current)) {
                    (State::Syncing(_), Some(server)) => drop(poller.add(&server.snapshots, POLLIN)?),
                    (State::Active(_), Some(server)) => drop(poller.add(&server.subscriber, POLLIN)?),
                    _ => {}
                }
                let ready = poller.poll(patience)?;
                let command = ready.iter().any(|item| item.id() == on_command);
                (command, ready.len() > usize::from(command))
            };
            if command {
                match commands.try_recv() {
                    Ok(command) => self.on_command(command)?,
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => return Ok(()),
                }
            }
            if update {
                self.on_update()?;
            }
            match self.state {
                State::Syncing(end) | State::Active(end) if Instant::now() >= end => {
                    println!("W: no word from {}", self.servers[self.current].name);
                    self.current = (self.current + 1) % self.servers.len();
                    self.ask()?;
                }
                _ => {}
            }
        }
    }

    fn on_command(&mut self, command: Command) -> Result {
        match command {
            Command::Connect([snapshots, updates, collector]) => {
                let dealer = self.ctx.socket(zmq4::DEALER)?;
                dealer.set_linger(Some(Duration::ZERO))?;
                dealer.connect(&snapshots)?;
                let subscriber = self.ctx.socket(zmq4::SUB)?;
                subscriber.connect(&updates)?;
                subscriber.subscribe(&self.subtree)?;
                // The servers' signs of life.
                subscriber.subscribe("HUGZ")?;
                self.publisher.connect(&collector)?;
                self.servers.push(Server {
                    snapshots: dealer,
                    subscriber,
                    name: format!("{snapshots} and {updates}"),
                });
                if self.state == State::Initial {
                    self.ask()?;
                }
            }
            Command::Set(update) => {
                update.send(&self.publisher)?;
                update.store(&mut self.map);
            }
            Command::Get(key, reply) => {
                // Where the client no longer waits there is nothing to do.
                let _ = reply.send(self.map.get(&key).map(|update| update.body.clone()));
            }
        }
        Ok(())
    }

    /// Asks the current server for a snapshot.
    fn ask(&mut self) -> Result {
        let server = &self.servers[self.current];
        println!("I: waiting for server {}...", server.name);
        server.snapshots.send("ICANHAZ?", SNDMORE)?;
        server.snapshots.send(&self.subtree, Flags::NONE)?;
        self.state = State::Syncing(Instant::now() + SNAPSHOT_TIMEOUT);
        Ok(())
    }

    fn on_update(&mut self) -> Result {
        let server = &self.servers[self.current];
        if let State::Syncing(_) = self.state {
            let update = Kvmsg::recv(&server.snapshots)?;
            if update.key == "KTHXBAI" {
                self.sequence = update.sequence;
                self.state = State::Active(Instant::now() + SERVER_TTL);
                println!("I: received snapshot={} from {}", self.sequence, server.name);
            } else {
                update.store(&mut self.map);
                self.state = State::Syncing(Instant::now() + SNAPSHOT_TIMEOUT);
            }
            return Ok(());
        }
        let update = Kvmsg::recv(&server.subscriber)?;
        self.state = State::Active(Instant::now() + SERVER_TTL);
        if update.sequence > self.sequence && update.key != "HUGZ" {
            self.sequence = update.sequence;
            println!("I: received update={}", self.sequence);
            update.store(&mut self.map);
        }
        Ok(())
    }
}
