//! A ROUTER that gives work to REQ workers, each when it asks for it (chapter 3, load balancing pattern).
//!
//! Argument: for how many milliseconds there is work.

use std::env::args;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, SNDMORE, Socket};
use zmq4_guide::random;

const WORKERS: usize = 10;

fn main() -> zmq4_guide::Result {
    let work = Duration::from_millis(args().nth(1).map_or(Ok(5000), |millis| millis.parse())?);
    let ctx = Context::new()?;
    let broker = ctx.socket(zmq4::ROUTER)?;
    broker.bind("inproc://workers")?;
    // The scope ends when all its threads have.
    thread::scope(|scope| {
        for number in 0..WORKERS {
            let ctx = &ctx;
            scope.spawn(move || worker(ctx, number));
        }
        manage(&broker, work)
    })
}

/// Gives work to whoever asks for it, and then fires all.
fn manage(broker: &Socket, work: Duration) -> zmq4_guide::Result {
    let end = Instant::now() + work;
    let mut fired = 0;
    while fired < WORKERS {
        // The next worker that is idle: its identity, the delimiter of the REQ, and what it says.
        let identity = broker.recv(Flags::NONE)?;
        broker.recv(Flags::NONE)?;
        broker.recv(Flags::NONE)?;
        broker.send(identity, SNDMORE)?;
        broker.send("", SNDMORE)?;
        if Instant::now() < end {
            broker.send("Work harder", Flags::NONE)?;
        } else {
            broker.send("Fired!", Flags::NONE)?;
            fired += 1;
        }
    }
    Ok(())
}

fn worker(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::REQ)?;
    worker.set_identity(format!("worker-{number}"))?;
    worker.connect("inproc://workers")?;
    let mut total = 0;
    loop {
        worker.send("Hi Boss", Flags::NONE)?;
        if worker.recv(Flags::NONE)? == "Fired!" {
            println!("worker-{number} completed: {total} tasks");
            return Ok(());
        }
        total += 1;
        // Do some random work.
        sleep(Duration::from_millis(random(1..500)));
    }
}
