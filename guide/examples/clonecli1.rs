//! Clone client, model one: keeps what is published (chapter 5).
//!
//! Argument: where the server is.

use std::collections::HashMap;
use std::env::args;

use zmq4::Context;
use zmq4_guide::kvsimple::Kvmsg;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let updates = ctx.socket(zmq4::SUB)?;
    updates.connect(&args().nth(1).unwrap_or("tcp://localhost:5556".into()))?;
    updates.subscribe("")?;
    let mut map = HashMap::new();
    loop {
        let update = Kvmsg::recv(&updates)?;
        if update.sequence % 100 == 0 {
            println!("I: received update {}, {} keys", update.sequence, map.len());
        }
        update.store(&mut map);
    }
}
