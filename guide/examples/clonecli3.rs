//! Clone client, model three: sends an update each second (chapter 5).
//!
//! Arguments: where the server has snapshots, where it publishes updates, where it takes those of clients.

use std::collections::HashMap;
use std::env::args;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, POLLIN};
use zmq4_guide::kvsimple::Kvmsg;
use zmq4_guide::random;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let snapshot = ctx.socket(zmq4::DEALER)?;
    snapshot.connect(&args().nth(1).unwrap_or("tcp://localhost:5556".into()))?;
    let updates = ctx.socket(zmq4::SUB)?;
    updates.connect(&args().nth(2).unwrap_or("tcp://localhost:5557".into()))?;
    updates.subscribe("")?;
    let publisher = ctx.socket(zmq4::PUSH)?;
    publisher.connect(&args().nth(3).unwrap_or("tcp://localhost:5558".into()))?;

    let mut map = HashMap::new();
    snapshot.send("ICANHAZ?", Flags::NONE)?;
    let mut sequence = loop {
        let update = Kvmsg::recv(&snapshot)?;
        if update.key == "KTHXBAI" {
            break update.sequence;
        }
        update.store(&mut map);
    };
    println!("I: received snapshot={sequence}, {} keys", map.len());

    let mut alarm = Instant::now() + Duration::from_secs(1);
    loop {
        let patience = alarm.saturating_duration_since(Instant::now());
        if updates.poll(POLLIN, Some(patience))?.contains(POLLIN) {
            let update = Kvmsg::recv(&updates)?;
            // What the snapshot has already is not newer.
            if update.sequence > sequence {
                sequence = update.sequence;
                println!("I: received update={sequence} of {}", update.key);
                update.store(&mut map);
            }
        }
        if Instant::now() >= alarm {
            let (key, value) = (random(0..10_000), random(0..1_000_000));
            Kvmsg::new(key.to_string(), 0, value.to_string()).send(&publisher)?;
            alarm = Instant::now() + Duration::from_secs(1);
        }
    }
}
