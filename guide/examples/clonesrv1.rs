//! Clone server, model one: publishes updates of random keys (chapter 5).
//!
//! Argument: where to bind.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::Context;
use zmq4_guide::kvsimple::Kvmsg;
use zmq4_guide::random;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind(&args().nth(1).unwrap_or("tcp://*:5556".into()))?;
    println!("bound to {}", publisher.last_endpoint()?);
    for sequence in 1.. {
        let (key, value) = (random(0..10_000), random(0..1_000_000));
        Kvmsg::new(key.to_string(), sequence, value.to_string()).send(&publisher)?;
        sleep(Duration::from_millis(1));
    }
    Ok(())
}
