//! Binary Star: two servers, of which one is active, and the other takes over where it is gone (chapter 4).

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Message, POLLIN, Reactor, Socket};

use crate::Result;

/// How often each server sends its state to the other. After two intervals of silence the other is taken for gone.
pub const HEARTBEAT: Duration = Duration::from_millis(1000);

/// What a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The primary server, until it has received the state of the other.
    Primary,
    /// The backup server, until it has received the state of the other.
    Backup,
    /// Serves clients.
    Active,
    /// Waits for the other to go.
    Passive,
}

impl State {
    /// One digit, for the wire.
    pub fn to_frame(self) -> &'static str {
        ["1", "2", "3", "4"][self as usize]
    }

    /// What the other server sent.
    ///
    /// # Errors
    /// Where it is no state.
    pub fn from_frame(frame: &Message) -> Result<State> {
        let all = [State::Primary, State::Backup, State::Active, State::Passive];
        let found = all.into_iter().find(|state| *frame == state.to_frame());
        found.ok_or_else(|| format!("not a state: {frame:?}").into())
    }
}

/// The state of one server, and what changes it.
#[derive(Debug)]
pub struct Machine {
    state: State,
    peer_expiry: Instant,
}

impl Machine {
    /// A server that starts as [`State::Primary`] or [`State::Backup`].
    pub fn new(role: State) -> Machine {
        let peer_expiry = Instant::now() + 2 * HEARTBEAT;
        Machine {
            state: role,
            peer_expiry,
        }
    }

    /// What it is now.
    pub fn state(&self) -> State {
        self.state
    }

    /// The other server says what it is; whether that changed what this one is.
    ///
    /// # Errors
    /// Where both are active, or both are passive.
    pub fn peer(&mut self, peer: State) -> Result<bool> {
        self.peer_expiry = Instant::now() + 2 * HEARTBEAT;
        match (self.state, peer) {
            (State::Primary, State::Backup) => self.become_now(State::Active, "connected to backup (passive)"),
            (State::Primary | State::Backup, State::Active) => {
                self.become_now(State::Passive, "connected to the active server");
            }
            (State::Passive, State::Primary | State::Backup) => self.become_now(State::Active, "the other restarts"),
            (State::Active, State::Active) => return Err("fatal error - dual actives, aborting".into()),
            (State::Passive, State::Passive) => return Err("fatal error - dual passives, aborting".into()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A client asks something: a vote for this server. Whether it may be served, and whether that changed what this
    /// server is.
    pub fn client(&mut self) -> (bool, bool) {
        match self.state {
            State::Active => (true, false),
            State::Primary | State::Passive if Instant::now() >= self.peer_expiry => {
                self.become_now(State::Active, "the other is gone");
                (true, true)
            }
            _ => (false, false),
        }
    }

    fn become_now(&mut self, state: State, why: &str) {
        println!(
            "I: {why}, ready as {}",
            if state == State::Active { "active" } else { "passive" }
        );
        self.state = state;
    }
}

/// The two sockets over which the servers exchange their states.
pub struct Peers {
    publisher: Socket,
    subscriber: Socket,
}

impl Peers {
    /// Binds `local`, and connects to the other server's, `remote`.
    ///
    /// # Errors
    /// Like [`Socket::bind`] and [`Socket::connect`].
    pub fn new(ctx: &Context, local: &str, remote: &str) -> zmq4::Result<Peers> {
        let publisher = ctx.socket(zmq4::PUB)?;
        publisher.bind(local)?;
        let subscriber = ctx.socket(zmq4::SUB)?;
        subscriber.subscribe("")?;
        subscriber.connect(remote)?;
        Ok(Peers { publisher, subscriber })
    }
}

type Handler<'s> = Box<dyn FnMut(&mut Reactor<'s>) -> Result + 's>;

/// A server in a reactor, which asks the machine before each request.
pub struct Bstar<'s> {
    /// Everything else that the server waits for is added here.
    pub reactor: Reactor<'s>,
    shared: Rc<Shared<'s>>,
}

/// What several handlers use, one at a time.
struct Shared<'s> {
    machine: RefCell<Machine>,
    active: RefCell<Handler<'s>>,
    passive: RefCell<Handler<'s>>,
}

impl<'s> Bstar<'s> {
    /// A server that starts as [`State::Primary`] or [`State::Backup`].
    ///
    /// # Errors
    /// Like [`Reactor::add_socket`].
    pub fn new(role: State, peers: &'s Peers) -> Result<Bstar<'s>> {
        let shared = Rc::new(Shared {
            machine: RefCell::new(Machine::new(role)),
            active: RefCell::new(Box::new(|_| Ok(()))),
            passive: RefCell::new(Box::new(|_| Ok(()))),
        });
        let mut reactor = Reactor::new();
        let own = Rc::clone(&shared);
        reactor.add_timer_every(HEARTBEAT, move |_| {
            peers
                .publisher
                .send(own.machine.borrow().state().to_frame(), Flags::NONE)?;
            Ok(())
        });
        let own = Rc::clone(&shared);
        reactor.add_socket(&peers.subscriber, POLLIN, move |reactor, socket, _| {
            let peer = State::from_frame(&socket.recv(Flags::NONE)?)?;
            let changed = own.machine.borrow_mut().peer(peer)?;
            own.tell(changed, reactor)
        })?;
        Ok(Bstar { reactor, shared })
    }

    /// Calls the handler for each message of clients, while this server is the one to serve them; others are dropped.
    ///
    /// # Errors
    /// Like [`Reactor::add_socket`].
    pub fn voter(
        &mut self,
        socket: &'s Socket,
        mut handler: impl FnMut(&mut Reactor<'s>, &'s Socket) -> Result + 's,
    ) -> Result {
        let own = Rc::clone(&self.shared);
        self.reactor.add_socket(socket, POLLIN, move |reactor, socket, _| {
            let (serve, changed) = own.machine.borrow_mut().client();
            own.tell(changed, reactor)?;
            if serve {
                handler(reactor, socket)
            } else {
                socket.recv_message(Flags::NONE)?;
                Ok(())
            }
        })?;
        Ok(())
    }

    /// Calls the handler each time that this server becomes the active one.
    pub fn new_active(&mut self, handler: impl FnMut(&mut Reactor<'s>) -> Result + 's) {
        *self.shared.active.borrow_mut() = Box::new(handler);
    }

    /// Calls the handler each time that this server becomes the passive one.
    pub fn new_passive(&mut self, handler: impl FnMut(&mut Reactor<'s>) -> Result + 's) {
        *self.shared.passive.borrow_mut() = Box::new(handler);
    }

    /// Runs until a handler fails.
    ///
    /// # Errors
    /// That of the handler.
    pub fn start(&mut self) -> Result {
        self.reactor.run()
    }
}

impl<'s> Shared<'s> {
    fn tell(&self, changed: bool, reactor: &mut Reactor<'s>) -> Result {
        let state = self.machine.borrow().state();
        match state {
            State::Active if changed => (self.active.borrow_mut())(reactor),
            State::Passive if changed => (self.passive.borrow_mut())(reactor),
            _ => Ok(()),
        }
    }
}
