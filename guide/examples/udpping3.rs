//! Finds other nodes by UDP beacons, on a dedicated thread (chapter 8, the interface of a node).
//!
//! Arguments: where to listen, where to send beacons.

use std::env::args;

use zmq4_guide::intface::{Event, Intface};

fn main() -> zmq4_guide::Result {
    let bind = args().nth(1).unwrap_or("0.0.0.0:9999".into());
    let broadcast = args().nth(2).unwrap_or("255.255.255.255:9999".into());
    let intface = Intface::new(&bind, &broadcast)?;
    loop {
        match intface.recv()? {
            Event::Joined(name) => println!("JOINED {name}"),
            Event::Left(name) => println!("LEFT {name}"),
        }
    }
}
