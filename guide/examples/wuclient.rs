//! Subscribes to the weather of one place, and prints the average of 100 temperatures (chapter 1, publish-subscribe).
//!
//! Arguments: the zip code or how it begins, where to connect.

use std::env::args;

use zmq4::{Context, Flags};

const UPDATES: i64 = 100;

fn main() -> zmq4_guide::Result {
    let zipcode = args().nth(1).unwrap_or("10001".into());
    let endpoint = args().nth(2).unwrap_or("tcp://localhost:5556".into());
    println!("Collecting updates from weather server...");

    let ctx = Context::new()?;
    let subscriber = ctx.socket(zmq4::SUB)?;
    subscriber.connect(&endpoint)?;
    subscriber.subscribe(&zipcode)?;

    let mut total = 0;
    for _ in 0..UPDATES {
        let update = subscriber.recv_string(Flags::NONE)?;
        let temperature = update.split(' ').nth(1).ok_or("no temperature")?;
        total += temperature.parse::<i64>()?;
    }
    println!("Average temperature for zipcode '{zipcode}' was {}F", total / UPDATES);
    Ok(())
}
