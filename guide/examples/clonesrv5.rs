//! Clone server, model five: values that are for some time only, in a Reactor with a timer (chapter 5).
//!
//! Arguments: where to bind for snapshots, where to bind for updates, where clients send theirs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env::args;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zmq4::{Context, Flags, Multipart, POLLIN, Reactor, Socket};
use zmq4_guide::kvmsg::Kvmsg;

/// What all handlers use, one at a time.
#[derive(Default)]
struct Store {
    map: HashMap<String, Kvmsg>,
    sequence: u64,
}

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let snapshots = ctx.socket(zmq4::ROUTER)?;
    snapshots.bind(&args().nth(1).unwrap_or("tcp://*:5556".into()))?;
    println!("bound to {}", snapshots.last_endpoint()?);
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind(&args().nth(2).unwrap_or("tcp://*:5557".into()))?;
    println!("bound to {}", publisher.last_endpoint()?);
    let collector = ctx.socket(zmq4::PULL)?;
    collector.bind(&args().nth(3).unwrap_or("tcp://*:5558".into()))?;
    println!("bound to {}", collector.last_endpoint()?);

    let store = RefCell::new(Store::default());
    let mut reactor = Reactor::new();
    reactor.add_socket(&snapshots, POLLIN, |_, socket, _| {
        send_snapshot(socket, &store.borrow())
    })?;
    reactor.add_socket(&collector, POLLIN, |_, socket, _| {
        let mut update = Kvmsg::recv(socket)?;
        if update.number("ttl") > 0 {
            update.set_property("expires", now() + update.number("ttl"));
        }
        store.borrow_mut().publish(update, &publisher)
    })?;
    reactor.add_timer_every(Duration::from_secs(1), |_| {
        let mut store = store.borrow_mut();
        let is_over = |update: &&Kvmsg| update.number("expires") > 0 && update.number("expires") <= now();
        for mut update in store.map.values().filter(is_over).cloned().collect::<Vec<_>>() {
            // An update without a value.
            update.body.clear();
            store.publish(update, &publisher)?;
        }
        Ok(())
    });
    reactor.run()
}

impl Store {
    fn publish(&mut self, mut update: Kvmsg, publisher: &Socket) -> zmq4_guide::Result {
        self.sequence += 1;
        update.sequence = self.sequence;
        update.send(publisher)?;
        let what = if update.body.is_empty() { "delete" } else { "update" };
        println!("I: publishing {what}={}", self.sequence);
        update.store(&mut self.map);
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
