//! A server of the Freelance pattern's third model: a ROUTER that is named as its endpoint (chapter 4).
//!
//! Argument: where to bind, exactly as the clients say it.

use std::env::args;

use zmq4::{Context, Flags};

fn main() -> zmq4_guide::Result {
    let endpoint = args().nth(1).unwrap_or("tcp://127.0.0.1:5555".into());
    let ctx = Context::new()?;
    let server = ctx.socket(zmq4::ROUTER)?;
    server.set_identity(&endpoint)?;
    server.bind(&endpoint)?;
    println!("I: service is ready\nbound to {}", server.last_endpoint()?);
    loop {
        let mut request = server.recv_message(Flags::NONE)?;
        let (Some(client), Some(control)) = (request.pop_front(), request.pop_front()) else {
            continue;
        };
        if control == "PING" {
            server.send_message((client, "PONG"))?;
        } else {
            server.send_message((client, control, "OK"))?;
        }
    }
}
