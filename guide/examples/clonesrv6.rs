//! Clone server, model six: two servers, of which one takes over where the other is gone (chapter 5).
//!
//! Arguments: `-p` for the primary or `-b` for the backup server; where to bind for snapshots, updates, the updates of
//! clients, and the other server; where that one is, and where it publishes updates.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env::args;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zmq4::{Context, Flags, Multipart, POLLIN, Reactor, Socket};
use zmq4_guide::bstar::{Bstar, Peers, State};
use zmq4_guide::kvmsg::Kvmsg;

/// What all handlers use, one at a time.
#[derive(Default)]
struct Store {
    map: HashMap<String, Kvmsg>,
    /// What clients sent, and the active server has not yet published.
    pending: Vec<Kvmsg>,
    sequence: u64,
    active: bool,
}

struct Sockets {
    snapshots: Socket,
    publisher: Socket,
    collector: Socket,
    /// To the other server's publisher.
    subscriber: Socket,
}

fn main() -> zmq4_guide::Result {
    let (role, own, other, states) = match args().nth(1).as_deref() {
        Some("-p") => (State::Primary, 5556, 5566, [5003, 5004]),
        Some("-b") => (State::Backup, 5566, 5556, [5004, 5003]),
        _ => return Err("usage: clonesrv6 -p|-b [SNAPSHOTS] [UPDATES] [COLLECTOR] [LOCAL] [REMOTE] [PEER]".into()),
    };
    println!("I: {role:?}, waiting for the other server");
    let endpoint = |index: usize, default: String| args().nth(index).unwrap_or(default);
    let ctx = Context::new()?;
    let bound = |ty, endpoint: String| -> zmq4::Result<Socket> {
        let socket = ctx.socket(ty)?;
        socket.bind(&endpoint)?;
        println!("bound to {}", socket.last_endpoint()?);
        Ok(socket)
    };
    let sockets = Sockets {
        snapshots: bound(zmq4::ROUTER, endpoint(2, format!("tcp://*:{own}")))?,
        publisher: bound(zmq4::PUB, endpoint(3, format!("tcp://*:{}", own + 1)))?,
        collector: bound(zmq4::SUB, endpoint(4, format!("tcp://*:{}", own + 2)))?,
        subscriber: ctx.socket(zmq4::SUB)?,
    };
    sockets.collector.subscribe("")?;
    sockets.subscriber.subscribe("")?;
    let local = endpoint(5, format!("tcp://*:{}", states[0]));
    let peers = Peers::new(&ctx, &local, &endpoint(6, format!("tcp://localhost:{}", states[1])))?;
    sockets
        .subscriber
        .connect(&endpoint(7, format!("tcp://localhost:{}", other + 1)))?;

    let store = RefCell::new(Store::default());
    let (store, sockets) = (&store, &sockets);
    let mut bstar = Bstar::new(role, &peers)?;
    // A client's request for a snapshot is its vote.
    bstar.voter(&sockets.snapshots, |_, socket| send_snapshot(socket, &store.borrow()))?;
    let collect = |_: &mut Reactor<'_>, socket: &Socket, _| store.borrow_mut().collect(socket, &sockets.publisher);
    bstar.reactor.add_socket(&sockets.collector, POLLIN, collect)?;
    bstar.reactor.add_timer_every(Duration::from_secs(1), |_| {
        let mut store = store.borrow_mut();
        if store.active {
            store.expire(&sockets.publisher)?;
            Kvmsg::new("HUGZ", store.sequence, "").send(&sockets.publisher)?;
        }
        Ok(())
    });
    bstar.new_active(|reactor| {
        // The other's updates are at an end, and those it left are ours to publish.
        reactor.remove_socket(&sockets.subscriber);
        let mut store = store.borrow_mut();
        store.active = true;
        for update in std::mem::take(&mut store.pending) {
            store.publish(update, &sockets.publisher)?;
        }
        Ok(())
    });
    bstar.new_passive(|reactor| {
        let mut own = store.borrow_mut();
        *own = Store::default();
        reactor.add_socket(&sockets.subscriber, POLLIN, |_, socket, _| {
            store.borrow_mut().follow(Kvmsg::recv(socket)?);
            Ok(())
        })?;
        Ok(())
    });
    bstar.start()
}

impl Store {
    /// An update of a client: to be published here, or by the other server.
    fn collect(&mut self, socket: &Socket, publisher: &Socket) -> zmq4_guide::Result {
        let mut update = Kvmsg::recv(socket)?;
        if update.number("ttl") > 0 {
            update.set_property("expires", now() + update.number("ttl"));
        }
        if self.active {
            self.publish(update, publisher)?;
        } else if let Some(known) = self.pending.iter().position(|other| other.uuid == update.uuid) {
            // The other server was faster.
            self.pending.swap_remove(known);
        } else {
            self.pending.push(update);
        }
        Ok(())
    }

    /// An update that the other server has published.
    fn follow(&mut self, update: Kvmsg) {
        if update.key == "HUGZ" {
            return;
        }
        match self.pending.iter().position(|other| other.uuid == update.uuid) {
            Some(known) => drop(self.pending.swap_remove(known)),
            None => self.pending.push(update.clone()),
        }
        if update.sequence > self.sequence {
            self.sequence = update.sequence;
            println!("I: received update={}", self.sequence);
            update.store(&mut self.map);
        }
    }

    fn publish(&mut self, mut update: Kvmsg, publisher: &Socket) -> zmq4_guide::Result {
        self.sequence += 1;
        update.sequence = self.sequence;
        update.send(publisher)?;
        let what = if update.body.is_empty() { "delete" } else { "update" };
        println!("I: publishing {what}={} of {}", self.sequence, update.key);
        update.store(&mut self.map);
        Ok(())
    }

    fn expire(&mut self, publisher: &Socket) -> zmq4_guide::Result {
        let is_over = |update: &&Kvmsg| update.number("expires") > 0 && update.number("expires") <= now();
        for mut update in self.map.values().filter(is_over).cloned().collect::<Vec<_>>() {
            update.body.clear();
            self.publish(update, publisher)?;
        }
        Ok(())
    }
}

/// The keys of the subtree that the client asks for, and the number of the last update.
fn send_snapshot(socket: &Socket, store: &Store) -> zmq4_guide::Result {
    let request = socket.recv_message(Flags::NONE)?;
    let [client, icanhaz, subtree] = request.as_slice() else {
        return Err("E: bad request, aborting".into());
    };
    if *icanhaz != "ICANHAZ?" {
        return Err("E: bad request, aborting".into());
    }
    let subtree = subtree.as_str()?;
    let envelope = || Multipart::from_iter([&client[..]]);
    for update in store.map.values().filter(|update| update.key.starts_with(subtree)) {
        update.send_to(socket, envelope())?;
    }
    println!("I: sending snapshot={}", store.sequence);
    Kvmsg::new("KTHXBAI", store.sequence, subtree).send_to(socket, envelope())?;
    Ok(())
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
