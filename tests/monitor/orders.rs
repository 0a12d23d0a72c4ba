//! Random orders: sockets, monitors, readers and names that come and go, on several threads.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zmq4::{Context, DONTWAIT, EVENT_ALL, Event, Flags, Monitor, Socket, SocketType};

use crate::support::{LONG, in_child, unique};

/// A sequence of numbers that its seed determines (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % limit
    }

    fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        (!all.is_empty()).then(|| &all[self.below(all.len())])
    }

    fn take<T>(&mut self, all: &mut Vec<T>) -> Option<T> {
        (!all.is_empty()).then(|| all.swap_remove(self.below(all.len())))
    }
}

/// What one thread has.
struct Actor {
    random: Random,
    context: Context,
    sockets: Vec<Socket>,
    monitors: Vec<Monitor>,
    /// Few, which all threads share, so that they meet.
    names: Vec<String>,
    endpoints: Vec<String>,
    dropped: mpsc::Sender<Box<dyn Send>>,
}

const TYPES: [SocketType; 6] = [zmq4::PAIR, zmq4::PAIR, zmq4::PAIR, zmq4::PUSH, zmq4::PULL, zmq4::DEALER];

impl Actor {
    fn act(&mut self) {
        let name = self.names[self.random.below(self.names.len())].clone();
        let what = self.random.below(17);
        if self.sockets.len() < 4 || what == 0 {
            let ty = *self.random.pick(&TYPES).unwrap();
            if let Ok(socket) = self.context.socket(ty) {
                let linger = Duration::from_millis([0, 50, 200][self.random.below(3)]);
                let _ = socket.set_linger(Some(linger));
                let _ = socket.set_reconnect_ivl(Some(Duration::from_millis(2)));
                self.sockets.push(socket);
            }
            return;
        }
        let Some(socket) = self.random.pick(&self.sockets) else {
            return;
        };
        match what {
            1 => drop(socket.monitor(EVENT_ALL).map(|monitor| self.monitors.push(monitor))),
            // With no reader the next event waits, as in C: one comes after it in any case, for another monitor may have turned
            // away the one that came before.
            2 | 3 => {
                let readers: Vec<_> = (0..2).map_while(|_| self.context.socket(zmq4::PAIR).ok()).collect();
                let [early, late] = &readers[..] else {
                    return;
                };
                if what == 2 {
                    let _ = early.connect(&name);
                }
                if socket.monitor_at(&name, EVENT_ALL).is_ok() {
                    late.connect(&name).unwrap();
                }
                self.sockets.extend(readers);
            }
            4 => drop(socket.monitor_at("", Event::empty())),
            5 | 6 => drop(socket.connect(&name)),
            7 => drop(socket.disconnect(&name)),
            8 => drop(socket.unbind(&name)),
            9 => {
                if socket.bind("tcp://127.0.0.1:*").is_ok() {
                    self.endpoints.extend(socket.last_endpoint());
                }
            }
            10 | 11 => {
                if let Some(endpoint) = self.random.pick(&self.endpoints) {
                    let _ = if what == 10 {
                        socket.connect(endpoint)
                    } else {
                        socket.unbind(endpoint)
                    };
                }
            }
            12 => drop(socket.send("x", DONTWAIT)),
            13 => drop(socket.recv_event(DONTWAIT)),
            14 => drop(self.random.take(&mut self.sockets)),
            15 => drop(self.random.take(&mut self.monitors)),
            _ => {
                // On another thread, at about the same time as something else.
                let gone: Box<dyn Send> = if self.random.below(2) == 0 {
                    Box::new(self.random.take(&mut self.sockets))
                } else {
                    Box::new(self.random.take(&mut self.monitors))
                };
                let _ = self.dropped.send(gone);
            }
        }
    }
}

/// Two threads, and one that drops; each has the same names.
fn run(seed: u64) {
    let context = Context::new().unwrap();
    context.set_blocky(false).unwrap();
    let names: Vec<_> = (0..3).map(|_| format!("inproc://{}", unique("orders"))).collect();
    let (dropped, drops) = mpsc::channel::<Box<dyn Send>>();
    let dropper = thread::spawn(move || drops.into_iter().for_each(drop));
    let actors: Vec<_> = (0..2)
        .map(|number| Actor {
            random: Random(seed * 2 + number),
            context: context.clone(),
            sockets: Vec::new(),
            monitors: Vec::new(),
            names: names.clone(),
            endpoints: Vec::new(),
            dropped: dropped.clone(),
        })
        .collect();
    drop(dropped);
    let threads: Vec<_> = actors
        .into_iter()
        .map(|mut actor| {
            thread::spawn(move || {
                (0..60).for_each(|_| actor.act());
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    dropper.join().unwrap();
    // A socket whose events go nowhere would keep the I/O thread.
    let (pull, push) = (context.socket(zmq4::PULL).unwrap(), context.socket(zmq4::PUSH).unwrap());
    pull.bind("tcp://127.0.0.1:*").unwrap();
    push.connect(&pull.last_endpoint().unwrap()).unwrap();
    push.send("through", Flags::NONE).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap(), "through");
    context.shutdown().unwrap();
}

#[test]
fn random_orders_hang_nothing() {
    in_child("orders::random_orders_hang_nothing", 4 * LONG, || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let first = u64::from(now.subsec_nanos());
        for seed in first..first + 15 {
            println!("seed {seed}");
            run(seed);
        }
    });
}
