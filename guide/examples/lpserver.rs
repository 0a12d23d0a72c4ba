//! A server that is slow now and then, and crashes in the end (chapter 4, Lazy Pirate).
//!
//! Argument: where to bind.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags};
use zmq4_guide::random;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let server = ctx.socket(zmq4::REP)?;
    server.set_linger(Some(Duration::ZERO))?;
    server.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("bound to {}", server.last_endpoint()?);
    for cycles in 1.. {
        let request = server.recv(Flags::NONE)?;
        // Various problems, after a few requests.
        if cycles > 3 && random(0..3) == 0 {
            println!("I: simulating a crash");
            break;
        }
        if cycles > 3 && random(0..10) == 0 {
            println!("I: simulating CPU overload");
            sleep(Duration::from_secs(2));
        }
        println!("I: normal request ({request})");
        // Do some heavy work.
        sleep(Duration::from_millis(100));
        server.send(request, Flags::NONE)?;
    }
    Ok(())
}
