//! A forwarder between publishers and subscribers, with a listener.
//!
//! `cargo run --example espresso` runs a publisher, a subscriber, a proxy between them and a listener behind it, each on a
//! thread of its own, and ends by itself.

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use zmq4::{Context, Flags, Proxy, Result};

const USAGE: &str = "\
usage: espresso

A publisher and a subscriber with an XSUB/XPUB proxy in between, and a listener that prints what
the proxy passes on: subscriptions one way, messages the other way. Takes no arguments.";

/// How many messages the subscriber wants before it leaves.
const WANTED: usize = 5;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let ctx = Context::new()?;
    // The proxy's three sockets: to the publishers, to the subscribers, and to whoever listens in.
    let front = ctx.socket(zmq4::XSUB)?;
    front.bind("inproc://publishers")?;
    let back = ctx.socket(zmq4::XPUB)?;
    back.bind("inproc://subscribers")?;
    let capture = ctx.socket(zmq4::PAIR)?;
    capture.bind("inproc://espresso")?;

    let (publishing, listening) = (ctx.clone(), ctx.clone());
    let publisher = thread::spawn(move || publish(&publishing));
    let listener = thread::spawn(move || listen(&listening));
    let proxy = Proxy::start(front, back, Some(capture))?;

    subscribe(&ctx)?;
    // The listener has its last message when it has seen the subscriber leave.
    listener.join().map_err(|_| "the listener has panicked")??;
    // What the proxy had is given back, and can be looked at, used again, or dropped as here.
    let statistics = proxy.terminate()?.statistics;
    println!("subscriptions passed on: {}", statistics.back.received.messages);

    // The publisher is still at it: the end of the context is the end of its call.
    ctx.shutdown()?;
    publisher.join().map_err(|_| "the publisher has panicked")??;
    println!("all have left");
    Ok(ExitCode::SUCCESS)
}

/// Publishes on the topics A to J in turn, until the context ends.
fn publish(ctx: &Context) -> Result<()> {
    let publisher = ctx.socket(zmq4::PUB)?;
    // What was not delivered need not be.
    publisher.set_linger(Some(Duration::ZERO))?;
    publisher.connect("inproc://publishers")?;
    for number in 0_u64.. {
        let topic = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"][number as usize % 10];
        match publisher.send(format!("{topic}-{number:05}"), Flags::NONE) {
            Err(error) if error == zmq4::ETERM => break,
            sent => sent?,
        };
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Wants two of the topics for a while.
fn subscribe(ctx: &Context) -> Result<()> {
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.connect("inproc://subscribers")?;
    subscriber.subscribe("A")?;
    subscriber.subscribe("B")?;
    for _ in 0..WANTED {
        let message = subscriber.recv(Flags::NONE)?;
        println!("received {message}");
    }
    println!("the subscriber leaves");
    Ok(())
}

/// Prints everything that the proxy passes on, until both subscriptions have ended.
fn listen(ctx: &Context) -> Result<()> {
    let listener = ctx.socket(zmq4::PAIR)?;
    listener.connect("inproc://espresso")?;
    let mut ended = 0;
    while ended < 2 {
        let message = listener.recv(Flags::NONE)?;
        match message.as_bytes() {
            [1, topic @ ..] => println!("overheard: subscribe {}", String::from_utf8_lossy(topic)),
            [0, topic @ ..] => {
                println!("overheard: unsubscribe {}", String::from_utf8_lossy(topic));
                ended += 1;
            }
            _ => println!("overheard: {message}"),
        }
    }
    Ok(())
}
