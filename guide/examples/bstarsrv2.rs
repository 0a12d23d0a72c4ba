//! A server of a Binary Star pair, in a Reactor that knows the rules (chapter 4).
//!
//! Arguments: `-p` for the primary or `-b` for the backup server, where clients connect to, where to bind for the other
//! server, where the other one is.

use std::env::args;

use zmq4::{Context, Flags};
use zmq4_guide::bstar::{Bstar, Peers, State};

fn main() -> zmq4_guide::Result {
    let (role, ports) = match args().nth(1).as_deref() {
        Some("-p") => (State::Primary, [5001, 5003, 5004]),
        Some("-b") => (State::Backup, [5002, 5004, 5003]),
        _ => return Err("usage: bstarsrv2 -p|-b [FRONTEND] [LOCAL] [REMOTE]".into()),
    };
    let frontend = args().nth(2).unwrap_or(format!("tcp://*:{}", ports[0]));
    let local = args().nth(3).unwrap_or(format!("tcp://*:{}", ports[1]));
    let remote = args().nth(4).unwrap_or(format!("tcp://localhost:{}", ports[2]));
    println!("I: {role:?}, waiting for the other server");

    let ctx = Context::new()?;
    let clients = ctx.socket(zmq4::ROUTER)?;
    clients.bind(&frontend)?;
    println!("bound to {}", clients.last_endpoint()?);
    let peers = Peers::new(&ctx, &local, &remote)?;
    let mut bstar = Bstar::new(role, &peers)?;
    bstar.voter(&clients, |_, clients| {
        clients.send_message(clients.recv_message(Flags::NONE)?)?;
        Ok(())
    })?;
    bstar.start()
}
