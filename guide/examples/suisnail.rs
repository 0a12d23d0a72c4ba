//! A subscriber that ends where it is too slow (chapter 5, slow subscriber detection).

use std::thread::{self, sleep};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zmq4::{Context, Flags};
use zmq4_guide::random;

/// What comes later than this, in milliseconds, is of no use.
const MAX_ALLOWED_DELAY: u128 = 1000;

fn main() -> zmq4_guide::Result {
    let ctx = Context::new()?;
    let publisher = ctx.socket(zmq4::PUB)?;
    publisher.bind("tcp://127.0.0.1:*")?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.connect(&publisher.last_endpoint()?)?;
    subscriber.subscribe("")?;

    thread::spawn(move || -> zmq4::Result<()> {
        loop {
            publisher.send(now().to_string(), Flags::NONE)?;
            sleep(Duration::from_millis(1));
        }
    });
    loop {
        let sent: u128 = subscriber.recv_string(Flags::NONE)?.parse()?;
        if now().saturating_sub(sent) > MAX_ALLOWED_DELAY {
            println!("E: subscriber cannot keep up, aborting");
            break;
        }
        // Work, more than there is time for.
        sleep(Duration::from_millis(random(1..10)));
    }
    ctx.shutdown()?;
    Ok(())
}

fn now() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis()
}
