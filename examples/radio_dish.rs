//! RADIO and DISH over udp: datagrams to a group. DRAFT.
//!
//! `cargo run --features vendored,draft --example radio_dish` ends by itself. Without the vendored libzmq, whose udp is repaired, it
//! goes over tcp.

use std::error::Error;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use zmq4::{Context, DONTWAIT, Flags, Message, Socket};

const USAGE: &str = "\
usage: radio_dish

A RADIO publishes to two groups, of which a DISH has joined one. Takes no arguments.";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(());
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        std::process::exit(2);
    }
    let context = Context::new()?;
    let (radio, dish) = (context.socket(zmq4::RADIO)?, context.socket(zmq4::DISH)?);
    // Over udp the DISH binds and the RADIO connects.
    let endpoint = if zmq4::has("repaired") {
        let port = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port();
        let endpoint = format!("udp://127.0.0.1:{port}");
        dish.bind(&endpoint)?;
        endpoint
    } else {
        dish.bind("tcp://127.0.0.1:*")?;
        dish.last_endpoint()?
    };
    dish.join("weather")?;
    radio.connect(&endpoint)?;

    // Datagrams may be lost: publish again until one has arrived.
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        publish(&radio, "traffic", "jam on the A9")?;
        publish(&radio, "weather", "sunny, 25 degrees")?;
        match dish.recv(DONTWAIT) {
            Ok(message) => {
                println!("{}: {message}", message.group());
                return Ok(());
            }
            Err(error) if error.is_would_block() && Instant::now() < end => {
                dish.poll(zmq4::POLLIN, Some(Duration::from_millis(100)))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn publish(radio: &Socket, group: &str, text: &str) -> zmq4::Result<usize> {
    let mut message = Message::from(text);
    message.set_group(group)?;
    radio.send(message, Flags::NONE)
}
