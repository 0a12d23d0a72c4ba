//! Does tasks, each of which says how many milliseconds it takes, without end (chapter 1, pipeline).
//!
//! Arguments: where the ventilator is, where the sink is.

use std::env::args;
use std::io::{Write, stdout};
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags};

fn main() -> zmq4_guide::Result {
    let ventilator = args().nth(1).unwrap_or("tcp://localhost:5557".into());
    let sink = args().nth(2).unwrap_or("tcp://localhost:5558".into());

    let ctx = Context::new()?;
    let receiver = ctx.socket(zmq4::PULL)?;
    receiver.connect(&ventilator)?;
    let sender = ctx.socket(zmq4::PUSH)?;
    sender.connect(&sink)?;

    println!("ready for tasks");
    loop {
        let task = receiver.recv_string(Flags::NONE)?;
        print!("{task}.");
        stdout().flush()?;
        sleep(Duration::from_millis(task.parse()?));
        sender.send("", Flags::NONE)?;
    }
}
