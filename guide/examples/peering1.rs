//! A broker that publishes its state (chapter 3, prototyping the state flow).
//!
//! Arguments: the broker's name, the names of its peers. Their endpoints are files in this folder.

use std::env::args;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN};
use zmq4_guide::random;

fn main() -> zmq4_guide::Result {
    let names: Vec<String> = args().skip(1).collect();
    let (name, peers) = names.split_first().ok_or("syntax: peering1 me {you}...")?;
    println!("I: preparing broker at {name}...");

    let ctx = Context::new()?;
    let backend = ctx.socket(zmq4::PUB)?;
    backend.bind(&format!("ipc://{name}-state.ipc"))?;
    let frontend = ctx.socket(zmq4::SUB)?;
    frontend.subscribe("")?;
    for peer in peers {
        println!("I: connecting to state backend at '{peer}'");
        frontend.connect(&format!("ipc://{peer}-state.ipc"))?;
    }

    loop {
        // What the others say; a second without that, and it is our turn.
        if frontend.poll(POLLIN, Some(Duration::from_secs(1)))?.contains(POLLIN) {
            let message = frontend.recv_message(Flags::NONE)?;
            println!("{} - {} workers free", message[0], message[1]);
        } else {
            backend.send_message((name, random(0..10).to_string()))?;
        }
    }
}
