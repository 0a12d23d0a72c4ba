//! Reads two sockets in turn without waiting, which costs latency: compare `mspoller` (chapter 2).
//!
//! Arguments: where the tasks come from, where the weather comes from.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, Socket};

fn main() -> zmq4::Result<()> {
    let ventilator = args().nth(1).unwrap_or("tcp://localhost:5557".into());
    let station = args().nth(2).unwrap_or("tcp://localhost:5556".into());

    let ctx = Context::new()?;
    let tasks = ctx.socket(zmq4::PULL)?;
    tasks.connect(&ventilator)?;
    let weather = ctx.socket(zmq4::SUB)?;
    weather.connect(&station)?;
    weather.subscribe("10001 ")?;

    loop {
        // All tasks go before all weather.
        drain(&tasks, "task")?;
        drain(&weather, "weather")?;
        sleep(Duration::from_millis(1));
    }
}

fn drain(socket: &Socket, what: &str) -> zmq4::Result<()> {
    loop {
        match socket.recv(DONTWAIT) {
            Ok(message) => println!("{what}: {message}"),
            Err(error) if error.is_would_block() => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
