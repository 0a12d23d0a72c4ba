//! A worker of `ppqueue` that watches the queue's heartbeats, and crashes in the end (chapter 4,
//! Paranoid Pirate).
//!
//! Argument: where the queue is.

use std::env::args;
use std::thread::sleep;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, POLLIN, Socket};
use zmq4_guide::random;

const HEARTBEAT_LIVENESS: u32 = 3;
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(1000);
const INTERVAL_MIN: Duration = Duration::from_millis(1000);
const INTERVAL_MAX: Duration = Duration::from_millis(32000);

const READY: &str = "\u{1}";
const HEARTBEAT: &str = "\u{2}";

fn main() -> zmq4::Result<()> {
    let endpoint = args().nth(1).unwrap_or("tcp://localhost:5556".into());
    let ctx = Context::new()?;
    let mut worker = connect(&ctx, &endpoint)?;
    let mut liveness = HEARTBEAT_LIVENESS;
    let mut interval = INTERVAL_MIN;
    let mut heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
    let mut cycles = 0;
    loop {
        if worker.poll(POLLIN, Some(HEARTBEAT_INTERVAL))?.contains(POLLIN) {
            // The client, an empty frame and the request; or one frame from the queue itself.
            let message = worker.recv_message(Flags::NONE)?;
            match message.as_slice() {
                [_, _, _] => {
                    cycles += 1;
                    if cycles > 3 && random(0..5) == 0 {
                        println!("I: simulating a crash");
                        return Ok(());
                    }
                    if cycles > 3 && random(0..5) == 0 {
                        println!("I: simulating CPU overload");
                        sleep(Duration::from_secs(3));
                    }
                    println!("I: normal reply");
                    sleep(Duration::from_millis(100));
                    worker.send_message(message)?;
                }
                [one] if *one == HEARTBEAT => {}
                _ => println!("E: invalid message: {message:?}"),
            }
            liveness = HEARTBEAT_LIVENESS;
            interval = INTERVAL_MIN;
        } else if liveness > 1 {
            liveness -= 1;
        } else {
            println!("W: heartbeat failure, can't reach queue");
            println!("W: reconnecting in {interval:?}...");
            sleep(interval);
            interval = INTERVAL_MAX.min(interval * 2);
            worker = connect(&ctx, &endpoint)?;
            liveness = HEARTBEAT_LIVENESS;
        }
        if Instant::now() >= heartbeat_at {
            worker.send(HEARTBEAT, Flags::NONE)?;
            heartbeat_at = Instant::now() + HEARTBEAT_INTERVAL;
        }
    }
}

fn connect(ctx: &Context, endpoint: &str) -> zmq4::Result<Socket> {
    let worker = ctx.socket(zmq4::DEALER)?;
    worker.set_linger(Some(Duration::ZERO))?;
    worker.connect(endpoint)?;
    println!("I: worker ready");
    worker.send(READY, Flags::NONE)?;
    Ok(worker)
}
