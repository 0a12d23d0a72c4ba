//! Sockets that open, bind, connect, give up and close over inproc in orders that no one thought of.
//!
//! Left out is what libzmq itself does not survive, whatever the order: more than one frame, polling before a disconnect,
//! what an XSUB sends, and marks that change.

use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, DONTWAIT, EVENT_ALL, Monitor, Socket, SocketType};

use crate::STABLE;
use crate::support::{LONG, in_child};

/// The same numbers for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

struct Run<'r> {
    dice: Dice,
    context: &'r Context,
    sockets: Vec<Socket>,
    monitors: Vec<Monitor>,
    /// Sockets that another thread is to have.
    moving: &'r Mutex<Vec<Socket>>,
}

impl Run<'_> {
    fn name(&mut self) -> String {
        format!("inproc://name-{}", self.dice.below(3))
    }

    fn any(&mut self) -> Option<&Socket> {
        let index = self.dice.below(self.sockets.len().max(1));
        self.sockets.get(index)
    }

    fn open(&mut self) {
        // STREAM is for tcp, and libzmq does not survive what an XSUB sends.
        let types: Vec<SocketType> = STABLE.into_iter().filter(|ty| *ty != zmq4::STREAM).collect();
        let ty = types[self.dice.below(types.len())];
        let Ok(socket) = self.context.socket(ty) else {
            return;
        };
        let linger = [Some(Duration::ZERO), Some(Duration::from_millis(1)), None][self.dice.below(3)];
        let _ = socket.set_linger(linger);
        if self.dice.below(8) == 0 {
            let _ = socket.set_conflate(true);
        }
        if self.dice.below(4) == 0 {
            let _ = socket.set_xpub_welcome_msg("welcome");
        }
        self.sockets.push(socket);
    }

    fn step(&mut self) {
        let (action, name) = (self.dice.below(100), self.name());
        match action {
            0..14 => self.open(),
            14..26 => drop(self.take()),
            26..30 => {
                let taken = self.take();
                self.moving.lock().unwrap().extend(taken);
            }
            30..34 => {
                let taken = self.moving.lock().unwrap().pop();
                self.sockets.extend(taken);
            }
            34..37 => {
                let monitor = self.any().and_then(|socket| socket.monitor(EVENT_ALL).ok());
                self.monitors.extend(monitor);
            }
            37..39 => drop(self.monitors.pop()),
            39..41 => {
                let _ = self.any().map(|socket| socket.monitor_at(&name, EVENT_ALL));
            }
            41..43 => {
                let endpoint = self
                    .monitors
                    .last()
                    .and_then(|monitor| monitor.socket().last_endpoint().ok());
                if let (Some(endpoint), Some(monitor)) = (endpoint, self.monitors.last()) {
                    let _ = monitor.socket().unbind(&endpoint);
                }
            }
            43..60 => {
                let _ = self.any().map(|socket| socket.connect(&name));
            }
            60..70 => {
                let _ = self.any().map(|socket| socket.bind(&name));
            }
            70..77 => {
                let _ = self.any().map(|socket| socket.unbind(&name));
            }
            77..84 => {
                let _ = self.any().map(|socket| socket.disconnect(&name));
            }
            84..92 => {
                if let Some(socket) = self.any().filter(|socket| socket.socket_type() != zmq4::XSUB) {
                    let _ = socket.send("one frame", DONTWAIT);
                }
            }
            _ => {
                let _ = self.any().map(|socket| socket.recv_message(DONTWAIT));
            }
        }
    }

    fn take(&mut self) -> Option<Socket> {
        let index = self.dice.below(self.sockets.len().max(1));
        (index < self.sockets.len()).then(|| self.sockets.swap_remove(index))
    }
}

/// For one run.
const ENOUGH: Duration = Duration::from_millis(500);

fn run(seed: u64, threads: u64, steps: usize) {
    println!("seed {seed}, {threads} threads");
    let context = Context::new().unwrap();
    let (moving, start) = (Mutex::new(Vec::new()), Barrier::new(usize::try_from(threads).unwrap()));
    let mut dice = Dice(seed);
    let places = [10, 200, 1023][dice.below(3)];
    context.set_max_sockets(places).unwrap();
    thread::scope(|scope| {
        for number in 0..threads {
            let (context, moving, start) = (&context, &moving, &start);
            scope.spawn(move || {
                let mut run = Run {
                    dice: Dice(seed * 16 + number),
                    context,
                    sockets: Vec::new(),
                    monitors: Vec::new(),
                    moving,
                };
                start.wait();
                let started = Instant::now();
                for step in 0..steps {
                    run.step();
                    // A socket that finds no place waits for one.
                    if started.elapsed() > ENOUGH {
                        break;
                    }
                    if number == 0 && step > steps / 2 && run.dice.below(steps) == 0 {
                        context.shutdown().unwrap();
                    }
                }
                if run.dice.below(2) == 0 {
                    drop(run.monitors);
                    // What lingers for a name that is never bound ends with the context.
                    drop(run.sockets);
                }
            });
        }
    });
    drop(moving);
    context.term().unwrap();
}

#[test]
fn orders_at_random_on_one_thread_do_no_harm() {
    in_child("random::orders_at_random_on_one_thread_do_no_harm", 2 * LONG, || {
        for seed in seeds(15) {
            run(seed, 1, 300);
        }
    });
}

#[test]
fn orders_at_random_on_threads_do_no_harm() {
    in_child("random::orders_at_random_on_threads_do_no_harm", 2 * LONG, || {
        for seed in seeds(10) {
            run(seed, 3, 200);
        }
    });
}

/// `count` of them, from `ZMQ4_SEED` on.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let first = std::env::var("ZMQ4_SEED").map_or(1, |seed| seed.parse().unwrap());
    first..first + count
}
