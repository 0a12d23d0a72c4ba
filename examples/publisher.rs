//! Publish-subscribe, the side that publishes: two topics, then `END`.
//!
//! In one terminal `cargo run --example publisher`, in others `cargo run --example subscriber`.
//! It does not matter which starts first: nothing is published before the first subscription.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, EAGAIN, ETERM, Flags, Message, Socket};

const USAGE: &str = "\
usage: publisher [ENDPOINT] [COUNT]

Waits for a subscriber, then publishes COUNT times `weather: report N` and `sport: result N`,
and `END`; Ctrl-C stops it earlier.

  ENDPOINT  where to bind                [default: tcp://127.0.0.1:5557]
  COUNT     how often to publish         [default: 10]";

/// From one report to the next. Longer than the time after which a subscriber that found no
/// publisher tries again (200 ms at most): all that were waiting are there for the first report.
const PACE: Duration = Duration::from_millis(250);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((endpoint, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the call that blocks then returns ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    // XPUB is a PUB that can also receive: the subscriptions, as they come.
    let publisher = ctx.socket(zmq4::XPUB)?;
    // A publisher drops what is over the send mark of a slow subscriber, `END` too: no mark here.
    publisher.set_sndhwm(0)?;
    // Leaving waits until `END` is out, but no longer than this for a subscriber that hangs.
    publisher.set_linger(Some(Duration::from_secs(5)))?;
    publisher.bind(endpoint)?;
    println!("publisher bound to {}", publisher.last_endpoint()?);

    match publish(&publisher, count) {
        Err(error) if error == ETERM => println!("stopped by Ctrl-C"),
        other => other?,
    }
    publisher.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, u32)> {
    let endpoint = args.first().map_or("tcp://127.0.0.1:5557", String::as_str);
    let count = args.get(1).map_or(Ok(10), |count| count.parse()).ok()?;
    (args.len() <= 2 && endpoint.contains("://")).then_some((endpoint, count))
}

fn publish(publisher: &Socket, count: u32) -> zmq4::Result<()> {
    // Our subscriber subscribes to its topic first and to `END` last. So the subscription that
    // lets `END` through (one to everything does too) means that the topic is subscribed as well.
    loop {
        let subscription = publisher.recv(Flags::NONE)?;
        report(&subscription);
        if matches!(subscription.as_bytes(), [1, topic @ ..] if b"END".starts_with(topic)) {
            break;
        }
    }

    publisher.set_rcvtimeo(Some(PACE))?;
    for number in 1..=count {
        // The pause: it serves those who come and go meanwhile.
        loop {
            match publisher.recv(Flags::NONE) {
                Ok(subscription) => report(&subscription),
                Err(error) if error == EAGAIN => break,
                Err(error) => return Err(error),
            }
        }
        println!("publishing number {number}");
        publisher.send(format!("weather: report {number}"), Flags::NONE)?;
        publisher.send(format!("sport: result {number}"), Flags::NONE)?;
    }
    println!("publishing END");
    publisher.send("END", Flags::NONE)?;
    Ok(())
}

/// A subscription is a 1 and the topic, the end of one a 0 and the topic.
fn report(subscription: &Message) {
    match subscription.as_bytes() {
        [1, topic @ ..] => println!("subscribed: {:?}", String::from_utf8_lossy(topic)),
        [0, topic @ ..] => println!("unsubscribed: {:?}", String::from_utf8_lossy(topic)),
        _ => println!("not a subscription: {subscription:?}"),
    }
}
