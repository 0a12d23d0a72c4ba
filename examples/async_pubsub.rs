//! An async publisher and its subscribers on tokio. An XPUB sees each subscription arrive, so no message is lost at the
//! start.
//!
//! `cargo run --example async_pubsub --features tokio`

use std::process::ExitCode;

use futures_util::StreamExt;
use zmq4::{Context, aio};

type Error = Box<dyn std::error::Error + Send + Sync>;

const TOPICS: [&str; 3] = ["rain", "sun", "wind"];

const USAGE: &str = "\
usage: async_pubsub

A publisher sends reports on three topics, to a subscriber each.
Takes no arguments.";

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let context = Context::new()?;
    let publisher = context.socket(zmq4::XPUB)?;
    publisher.bind("tcp://127.0.0.1:*")?;
    let endpoint = publisher.last_endpoint()?;
    let publisher = aio::Socket::new(publisher)?;

    let mut subscribers = Vec::new();
    for topic in TOPICS {
        let socket = context.socket(zmq4::SUB)?;
        socket.subscribe(topic)?;
        socket.connect(&endpoint)?;
        subscribers.push(tokio::spawn(listen(topic, aio::Socket::new(socket)?)));
    }
    for _ in TOPICS {
        let subscription = publisher.recv().await?;
        println!("subscribed: {}", String::from_utf8_lossy(&subscription[1..]));
    }
    for hour in 1..=5 {
        for topic in TOPICS {
            publisher.send_message((topic, format!("{hour} o'clock"))).await?;
        }
    }
    for topic in TOPICS {
        publisher.send_message((topic, "end")).await?;
    }
    let mut received = 0;
    for subscriber in subscribers {
        received += subscriber.await??;
    }
    println!("received {received} reports");
    Ok(ExitCode::SUCCESS)
}

async fn listen(topic: &'static str, socket: aio::Socket) -> Result<u32, Error> {
    let mut reports = aio::Messages::new(socket);
    let mut count = 0;
    while let Some(report) = reports.next().await {
        let report = report?;
        assert_eq!(report[0], topic);
        if report[1] == "end" {
            break;
        }
        count += 1;
    }
    Ok(count)
}
