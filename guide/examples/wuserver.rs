//! Publishes the weather of random places, without end (chapter 1, publish-subscribe).
//!
//! Arguments: where to bind, any number of endpoints.

use std::env::args;

use zmq4::{Context, Flags};
use zmq4_guide::random;

fn main() -> zmq4::Result<()> {
    let mut endpoints: Vec<String> = args().skip(1).collect();
    if endpoints.is_empty() {
        endpoints = ["tcp://*:5556", "ipc://weather.ipc"].map(Into::into).into();
    }
    let ctx = Context::new()?;
    let publisher = ctx.socket(zmq4::PUB)?;
    for endpoint in &endpoints {
        publisher.bind(endpoint)?;
        println!("bound to {}", publisher.last_endpoint()?);
    }
    loop {
        let zipcode = random(0..100_000);
        let temperature = i64::try_from(random(0..215)).unwrap_or(0) - 80;
        let humidity = random(10..60);
        publisher.send(format!("{zipcode:05} {temperature} {humidity}"), Flags::NONE)?;
    }
}
