//! Clone server, model three: clients send updates, which the server numbers and publishes (chapter 5).
//!
//! Arguments: where to bind for snapshots, where to bind for updates, where clients send theirs.

use std::collections::HashMap;
use std::env::args;

use zmq4::{Context, Flags, POLLIN, Poller, SNDMORE};
use zmq4_guide::kvsimple::Kvmsg;

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

    let mut map = HashMap::new();
    let mut sequence = 0;
    let mut poller = Poller::new();
    poller.add(&collector, POLLIN)?;
    poller.add(&snapshots, POLLIN)?;
    loop {
        for ready in poller.poll(None)? {
            if ready.is(&collector) {
                let mut update = Kvmsg::recv(&collector)?;
                sequence += 1;
                update.sequence = sequence;
                update.send(&publisher)?;
                update.store(&mut map);
                println!("I: publishing update {sequence}");
                continue;
            }
            let request = snapshots.recv_message(Flags::NONE)?;
            let client = &request[0];
            if request[1] != "ICANHAZ?" {
                return Err("E: bad request, aborting".into());
            }
            for update in map.values() {
                snapshots.send(client, SNDMORE)?;
                update.send(&snapshots)?;
            }
            println!("I: sending snapshot={sequence}");
            snapshots.send(client, SNDMORE)?;
            Kvmsg::new("KTHXBAI", sequence, "").send(&snapshots)?;
        }
    }
}
