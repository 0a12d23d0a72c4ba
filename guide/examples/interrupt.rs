//! Ends at Ctrl-C, and closes what it has (chapter 2, handling interrupt signals).
//!
//! Argument: where to bind.

use std::env::args;

use zmq4::{Context, ETERM, Flags};

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    // The handler runs on a dedicated thread. `shutdown` may be called from any, and ends every call that waits.
    let stop = ctx.clone();
    ctrlc::set_handler(move || drop(stop.shutdown()))?;

    let socket = ctx.socket(zmq4::REP)?;
    socket.bind(&args().nth(1).unwrap_or("tcp://*:5555".into()))?;
    println!("bound to {}", socket.last_endpoint()?);
    loop {
        match socket.recv(Flags::NONE) {
            Err(error) if error == ETERM => break,
            request => println!("received {}", request?),
        }
        socket.send("World", Flags::NONE)?;
    }
    println!("W: interrupt received, proceeding...");
    drop(socket);
    ctx.term()?;
    println!("all is closed");
    Ok(())
}
