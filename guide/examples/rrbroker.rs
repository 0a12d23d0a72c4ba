//! A broker between REQ clients and REP workers that passes on frame after frame; `msgqueue` does it in one call
//! (chapter 2, shared queue).
//!
//! Arguments: where clients connect to, where workers connect to.

use std::env::args;

use zmq4::{Context, Flags, POLLIN, Poller, SNDMORE, Socket};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind(&args().nth(1).unwrap_or("tcp://*:5559".into()))?;
    println!("bound to {}", frontend.last_endpoint()?);
    let backend = ctx.socket(zmq4::DEALER)?;
    backend.bind(&args().nth(2).unwrap_or("tcp://*:5560".into()))?;
    println!("bound to {}", backend.last_endpoint()?);

    let mut poller = Poller::new();
    poller.add(&frontend, POLLIN)?;
    poller.add(&backend, POLLIN)?;
    loop {
        for ready in poller.poll(None)? {
            if ready.is(&frontend) {
                pass_on(&frontend, &backend)?;
            } else {
                pass_on(&backend, &frontend)?;
            }
        }
    }
}

fn pass_on(from: &Socket, to: &Socket) -> zmq4::Result<()> {
    loop {
        let frame = from.recv(Flags::NONE)?;
        let more = frame.more();
        to.send(frame, if more { SNDMORE } else { Flags::NONE })?;
        if !more {
            return Ok(());
        }
    }
}
