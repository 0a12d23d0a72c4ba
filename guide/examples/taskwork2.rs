//! Does tasks until the sink publishes that the batch is done (chapter 2, handling multiple sockets).
//!
//! Arguments: where the ventilator is, where the sink is, where its signal comes from.

use std::env::args;
use std::io::{Write, stdout};
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Poller};

fn main() -> zmq4_guide::Result {
    let ventilator = args().nth(1).unwrap_or("tcp://localhost:5557".into());
    let sink = args().nth(2).unwrap_or("tcp://localhost:5558".into());
    let control = args().nth(3).unwrap_or("tcp://localhost:5559".into());

    let ctx = Context::new()?;
    let receiver = ctx.socket(zmq4::PULL)?;
    receiver.connect(&ventilator)?;
    let sender = ctx.socket(zmq4::PUSH)?;
    sender.connect(&sink)?;
    let controller = ctx.socket(zmq4::SUB)?;
    controller.connect(&control)?;
    controller.subscribe("")?;

    let mut poller = Poller::new();
    poller.add(&receiver, POLLIN)?;
    poller.add(&controller, POLLIN)?;
    println!("ready for tasks");
    loop {
        for ready in poller.poll(None)? {
            if ready.is(&controller) {
                println!("\nstopped by the sink");
                return Ok(());
            }
            let task = receiver.recv_string(Flags::NONE)?;
            print!("{task}.");
            stdout().flush()?;
            sleep(Duration::from_millis(task.parse()?));
            sender.send("", Flags::NONE)?;
        }
    }
}
