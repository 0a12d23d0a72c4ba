//! Clone server, model two: also has snapshots, for those who come later; another thread keeps the map (chapter 5).
//!
//! Arguments: where to bind for snapshots, where to bind for updates.

use std::collections::HashMap;
use std::env::args;
use std::thread::{self, sleep};
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Poller, SNDMORE, Socket};
use zmq4_guide::kvsimple::Kvmsg;
use zmq4_guide::random;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let snapshots = ctx.socket(zmq4::ROUTER)?;
    snapshots.bind(&args().nth(1).unwrap_or("tcp://*:5556".into()))?;
    println!("bound to {}", snapshots.last_endpoint()?);
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind(&args().nth(2).unwrap_or("tcp://*:5557".into()))?;
    println!("bound to {}", publisher.last_endpoint()?);

    // Each update goes to the clients and to the thread that keeps all.
    let updates = ctx.socket(zmq4::PAIR)?;
    updates.bind("inproc://updates")?;
    let keeper = ctx.socket(zmq4::PAIR)?;
    keeper.connect("inproc://updates")?;
    thread::spawn(move || {
        if let Err(error) = keep(&snapshots, &keeper) {
            println!("E: {error}");
        }
    });
    for sequence in 1.. {
        let (key, value) = (random(0..10_000), random(0..1_000_000));
        let update = Kvmsg::new(key.to_string(), sequence, value.to_string());
        update.send(&publisher)?;
        update.send(&updates)?;
        sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Keeps the map, and sends it to whoever asks for it.
fn keep(snapshots: &Socket, updates: &Socket) -> zmq4_guide::Result {
    let mut map = HashMap::new();
    let mut sequence = 0;
    let mut poller = Poller::new();
    poller.add(updates, POLLIN)?;
    poller.add(snapshots, POLLIN)?;
    loop {
        for ready in poller.poll(None)? {
            if ready.is(updates) {
                let update = Kvmsg::recv(updates)?;
                sequence = update.sequence;
                update.store(&mut map);
                continue;
            }
            let request = snapshots.recv_message(Flags::NONE)?;
            if request[1] != "ICANHAZ?" {
                return Err("E: bad request, aborting".into());
            }
            for update in map.values() {
                snapshots.send(&request[0], SNDMORE)?;
                update.send(snapshots)?;
            }
            println!("Sending state snapshot={sequence}");
            snapshots.send(&request[0], SNDMORE)?;
            Kvmsg::new("KTHXBAI", sequence, "").send(snapshots)?;
        }
    }
}
