//! Three threads that signal one another over PAIR sockets (chapter 2, signaling between threads).

use std::thread;

use zmq4::{Context, Flags};

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    // Bound before the other thread is started. The order does not matter to `connect`, but it does to readers.
    let receiver = ctx.socket(zmq4::PAIR)?;
    receiver.bind("inproc://step3")?;
    let background = ctx.clone();
    thread::spawn(move || step2(&background));

    receiver.recv(Flags::NONE)?;
    println!("Test successful!");
    Ok(())
}

fn step2(ctx: &Context) -> zmq4::Result<()> {
    let receiver = ctx.socket(zmq4::PAIR)?;
    receiver.bind("inproc://step2")?;
    let background = ctx.clone();
    thread::spawn(move || step1(&background));
    receiver.recv(Flags::NONE)?;

    let sender = ctx.socket(zmq4::PAIR)?;
    sender.connect("inproc://step3")?;
    println!("Step 2 ready, signaling step 3");
    sender.send("READY", Flags::NONE).map(drop)
}

fn step1(ctx: &Context) -> zmq4::Result<()> {
    let sender = ctx.socket(zmq4::PAIR)?;
    sender.connect("inproc://step2")?;
    println!("Step 1 ready, signaling step 2");
    sender.send("READY", Flags::NONE).map(drop)
}
