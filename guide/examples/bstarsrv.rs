//! A server of a Binary Star pair, with the loop written out: compare `bstarsrv2` (chapter 4).
//!
//! Arguments: `-p` for the primary or `-b` for the backup server, where clients connect to, where to bind for the other
//! server, where the other one is.

use std::env::args;
use std::time::Instant;

use zmq4::{Context, Flags, POLLIN, Poller};
use zmq4_guide::bstar::{HEARTBEAT, Machine, State};

fn main() -> zmq4_guide::Result {
    let (role, ports) = match args().nth(1).as_deref() {
        Some("-p") => (State::Primary, [5001, 5003, 5004]),
        Some("-b") => (State::Backup, [5002, 5004, 5003]),
        _ => return Err("usage: bstarsrv -p|-b [FRONTEND] [LOCAL] [REMOTE]".into()),
    };
    println!("I: {role:?}, waiting for the other server");
    let ctx = Context::new()?;
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.bind(&args().nth(2).unwrap_or(format!("tcp://*:{}", ports[0])))?;
    println!("bound to {}", frontend.last_endpoint()?);
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind(&args().nth(3).unwrap_or(format!("tcp://*:{}", ports[1])))?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.subscribe("")?;
    subscriber.connect(&args().nth(4).unwrap_or(format!("tcp://localhost:{}", ports[2])))?;

    let mut machine = Machine::new(role);
    let mut poller = Poller::new();
    // In this order: a sign of life that is there counts before a client's vote.
    poller.add(&subscriber, POLLIN)?;
    poller.add(&frontend, POLLIN)?;
    let mut send_state_at = Instant::now();
    loop {
        let patience = send_state_at.saturating_duration_since(Instant::now());
        for ready in poller.poll(Some(patience))? {
            if ready.is(&subscriber) {
                machine.peer(State::from_frame(&subscriber.recv(Flags::NONE)?)?)?;
            } else {
                let request = frontend.recv_message(Flags::NONE)?;
                let (serve, _) = machine.client();
                if serve {
                    frontend.send_message(request)?;
                }
            }
        }
        if Instant::now() >= send_state_at {
            publisher.send(machine.state().to_frame(), Flags::NONE)?;
            send_state_at = Instant::now() + HEARTBEAT;
        }
    }
}
