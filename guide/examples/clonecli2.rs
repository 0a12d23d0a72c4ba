//! Clone client, model two: begins with a snapshot, and goes on with what is newer (chapter 5).
//!
//! Arguments: where the server has snapshots, where it publishes updates.

use std::collections::HashMap;
use std::env::args;

use zmq4::{Context, Flags};
use zmq4_guide::kvsimple::Kvmsg;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let snapshot = ctx.socket(zmq4::DEALER)?;
    snapshot.connect(&args().nth(1).unwrap_or("tcp://localhost:5556".into()))?;
    // Subscribed before the snapshot is asked for, and read after it: nothing is missed.
    let updates = ctx.socket(zmq4::SUB)?;
    updates.set_rcvhwm(100_000)?;
    updates.connect(&args().nth(2).unwrap_or("tcp://localhost:5557".into()))?;
    updates.subscribe("")?;

    let mut map = HashMap::new();
    snapshot.send("ICANHAZ?", Flags::NONE)?;
    let sequence = loop {
        let update = Kvmsg::recv(&snapshot)?;
        if update.key == "KTHXBAI" {
            break update.sequence;
        }
        update.store(&mut map);
    };
    println!("I: received snapshot={sequence}, {} keys", map.len());
    loop {
        let update = Kvmsg::recv(&updates)?;
        if update.sequence > sequence {
            println!("I: received update={}", update.sequence);
            update.store(&mut map);
        }
    }
}
