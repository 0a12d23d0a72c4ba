//! A worker of `spqueue` that is slow now and then, and crashes in the end (chapter 4, Simple Pirate).
//!
//! Argument: where the queue is.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags};
use zmq4_guide::{hex, random, uuid};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let worker = ctx.socket(zmq4::REQ)?;
    worker.set_linger(Some(Duration::ZERO))?;
    let identity = hex(&uuid()[..4]);
    worker.set_identity(&identity)?;
    worker.connect(&args().nth(1).unwrap_or("tcp://localhost:5556".into()))?;

    println!("I: ({identity}) worker ready");
    worker.send("\u{1}", Flags::NONE)?;
    for cycles in 1.. {
        let request = worker.recv_message(Flags::NONE)?;
        if cycles > 3 && random(0..5) == 0 {
            println!("I: ({identity}) simulating a crash");
            break;
        }
        if cycles > 3 && random(0..5) == 0 {
            println!("I: ({identity}) simulating CPU overload");
            sleep(Duration::from_secs(3));
        }
        println!("I: ({identity}) normal reply");
        // Do some heavy work.
        sleep(Duration::from_millis(100));
        worker.send_message(request)?;
    }
    Ok(())
}
