//! [`Actor`]: one thread's sockets, and what it does with them.

use std::fmt::Debug;
use std::sync::Mutex;

use zmq4::{Context, DONTWAIT, EVENT_ALL, Event, Message, Monitor, Socket, SocketType};

use crate::dice::Dice;
use crate::endpoints::Endpoints;
use crate::services::Services;
use crate::{frames, options, waiting};

const TYPES: [SocketType; 13] = [
    zmq4::PAIR,
    zmq4::PUB,
    zmq4::SUB,
    zmq4::REQ,
    zmq4::REP,
    zmq4::DEALER,
    zmq4::ROUTER,
    zmq4::PULL,
    zmq4::PUSH,
    zmq4::XPUB,
    zmq4::XSUB,
    zmq4::STREAM,
    SocketType::from_raw(12),
];

/// Types that talk to one another: most sockets of a program are of one family, so that messages arrive.
const FAMILIES: [&[SocketType]; 6] = [
    &[zmq4::PAIR],
    &[zmq4::PUB, zmq4::SUB, zmq4::XPUB, zmq4::XSUB],
    &[zmq4::REQ, zmq4::REP, zmq4::ROUTER, zmq4::DEALER],
    &[zmq4::PUSH, zmq4::PULL],
    &[zmq4::STREAM, zmq4::ROUTER, zmq4::PULL],
    &TYPES,
];

/// What the actors of one program have in common.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    family: &'static [SocketType],
    /// Whether mechanisms are set, with which most peers do not meet.
    pub(crate) secures: bool,
}

impl Manner {
    pub(crate) fn new(dice: &mut Dice) -> Manner {
        Manner {
            family: dice.pick(&FAMILIES),
            secures: dice.once_in(4),
        }
    }
}

/// At the most, so that the process has descriptors enough.
const SOCKETS: usize = 12;

/// What goes from thread to thread.
#[derive(Default)]
pub(crate) struct Moving(Mutex<(Vec<Socket>, Vec<Monitor>)>);

pub(crate) struct Actor<'r> {
    /// For the trace.
    name: usize,
    dice: Dice,
    manner: Manner,
    contexts: &'r [Context],
    endpoints: &'r Endpoints,
    moving: &'r Moving,
    sockets: Vec<Socket>,
    monitors: Vec<Monitor>,
    kept: Vec<Message>,
    services: Services,
}

impl<'r> Actor<'r> {
    pub(crate) fn new(
        name: usize,
        dice: Dice,
        manner: Manner,
        contexts: &'r [Context],
        endpoints: &'r Endpoints,
        moving: &'r Moving,
    ) -> Actor<'r> {
        Actor {
            name,
            dice,
            manner,
            contexts,
            endpoints,
            moving,
            sockets: Vec::new(),
            monitors: Vec::new(),
            kept: Vec::new(),
            services: Services::default(),
        }
    }

    /// Prints what is about to be called, for whoever looks for the cause of a failure.
    fn say(&self, what: impl Debug) {
        eprintln!("{} {what:?}", self.name);
    }

    pub(crate) fn step(&mut self) {
        let Some(index) = self.dice.index(self.sockets.len()).filter(|_| self.sockets.len() > 2) else {
            return self.open();
        };
        match self.dice.below(100) {
            0..6 => self.open(),
            6..10 => self.close(index),
            10..13 => self.exchange_with_threads(index),
            13..21 => self.watch(index),
            21..24 => {
                self.say("poll");
                let polled = waiting::poll(&self.sockets, &mut self.dice);
                self.say(polled);
            }
            24 => {
                self.say("react");
                let reacted = waiting::react(&self.sockets, &mut self.dice);
                self.say(reacted);
            }
            25..29 => {
                let context = self.dice.pick(&[0, 1]);
                self.say("services");
                let did = self
                    .services
                    .act(&self.contexts[context], &mut self.sockets, &mut self.dice);
                self.say(did);
            }
            29..99 => self.use_socket(index),
            _ if self.dice.once_in(40) => {
                let context = self.dice.pick(&[0, 1]);
                self.say(("shutdown", context));
                self.contexts[context].shutdown().unwrap();
            }
            _ => self.kept.clear(),
        }
    }

    fn open(&mut self) {
        if self.sockets.len() >= SOCKETS {
            return;
        }
        let types = if self.dice.once_in(8) {
            &TYPES
        } else {
            self.manner.family
        };
        let (context, ty) = (self.dice.pick(&[0, 0, 1]), self.dice.pick(types));
        self.say(("open", context, ty));
        let Ok(socket) = self.contexts[context].socket(ty) else {
            return;
        };
        options::keep_short(&socket, &mut self.dice);
        // Most are set before the first endpoint.
        for _ in 0..self.dice.below(4) {
            let _ = options::set(&socket, &mut self.dice, self.manner.secures);
        }
        if ty == zmq4::SUB {
            let _ = options::subscribe(&socket, &mut self.dice);
        }
        self.sockets.push(socket);
    }

    fn close(&mut self, index: usize) {
        let socket = self.sockets.swap_remove(index);
        self.say(("close", socket.socket_type()));
        if self.dice.coin() {
            let _ = socket.close();
        }
    }

    fn exchange_with_threads(&mut self, index: usize) {
        let mut moving = self.moving.0.lock().unwrap();
        if self.dice.coin() {
            moving.0.push(self.sockets.swap_remove(index));
            moving.1.extend(self.dice.take(&mut self.monitors));
        } else {
            self.sockets.extend(moving.0.pop());
            self.monitors.extend(moving.1.pop());
        }
    }

    fn watch(&mut self, index: usize) {
        let (dice, socket) = (&mut self.dice, &self.sockets[index]);
        let events = dice.pick(&[EVENT_ALL, Event::empty(), Event::CONNECTED | Event::LISTENING]);
        match dice.below(8) {
            0 | 1 => {
                eprintln!("{} monitor of {:?}", self.name, socket.socket_type());
                self.monitors.extend(socket.monitor(events));
                if self.monitors.len() > 6 {
                    drop(self.monitors.remove(0));
                }
            }
            2 => {
                let name = format!("inproc://monitor-{}", dice.below(3));
                eprintln!("{} monitor of {:?} at {name}", self.name, socket.socket_type());
                // Without a reader events would keep the I/O thread, as in C; the early one may be turned away.
                let readers: Vec<_> = (0..2).map_while(|_| socket.context().socket(zmq4::PAIR).ok()).collect();
                let [early, late] = &readers[..] else {
                    return;
                };
                for reader in [early, late] {
                    options::keep_short(reader, dice);
                }
                if early.set_rcvhwm(0).is_ok() && dice.coin() {
                    let _ = early.connect(&name);
                }
                if socket.monitor_at(&name, events).is_ok() {
                    let _ = late.connect(&name);
                }
                self.sockets.extend(readers);
            }
            3 => drop(socket.monitor_at("", events)),
            4 => drop(socket.recv_event(DONTWAIT)),
            5 | 6 => {
                if let Some(index) = dice.index(self.monitors.len()) {
                    let _ = self.monitors[index].recv_timeout(options::time(dice));
                }
            }
            _ => {
                if let Some(monitor) = dice.take(&mut self.monitors) {
                    eprintln!("{} a monitor ends", self.name);
                    if dice.coin() {
                        monitor.stop();
                    }
                }
            }
        }
    }

    fn use_socket(&mut self, index: usize) {
        let (name, dice, kept, socket) = (self.name, &mut self.dice, &mut self.kept, &self.sockets[index]);
        let secures = self.manner.secures;
        let say = |what: &dyn Debug| eprintln!("{name} {index} {:?} {what:?}", socket.socket_type());
        match dice.below(70) {
            0..10 => {
                let endpoint = self.endpoints.local(dice);
                say(&("bind", &endpoint));
                if socket.bind(&endpoint).is_ok() && endpoint.ends_with('*') {
                    say(&"bound");
                    self.endpoints.remember(socket.last_endpoint().unwrap_or_default());
                }
            }
            10..22 => {
                let endpoint = self.endpoints.any(dice);
                say(&("connect", &endpoint));
                let _ = socket.connect(&endpoint);
            }
            22..25 => {
                let endpoint = self.endpoints.any(dice);
                say(&("unbind", &endpoint));
                let _ = socket.unbind(&endpoint);
            }
            25..29 => {
                let endpoint = self.endpoints.any(dice);
                say(&("disconnect", &endpoint));
                let _ = socket.disconnect(&endpoint);
            }
            29..36 => {
                say(&"set");
                let set = options::set(socket, dice, secures);
                say(&set);
            }
            36..39 => {
                say(&"get");
                let got = options::get(socket, dice);
                say(&got);
            }
            39..42 => say(&options::subscribe(socket, dice)),
            42..57 => {
                for _ in 0..=dice.below(4) {
                    say(&"send");
                    let sent = frames::send(socket, dice, kept);
                    say(&sent.map_err(|error| error.errno()));
                }
            }
            _ => {
                for _ in 0..=dice.below(4) {
                    say(&"receive");
                    let received = frames::receive(socket, dice, kept);
                    say(&received.map_err(|error| error.errno()));
                }
            }
        }
    }
}
