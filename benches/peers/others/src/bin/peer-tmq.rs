//! `peer-tmq WORK ENDPOINT SIZE COUNT`: what every peer does, with the crate `tmq`. Prints nanoseconds.

use std::env;
use std::error::Error;
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use tmq::{Context, Message, Multipart};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [work, endpoint, size, count] = &args[..] else {
        return Err("usage: peer-tmq throughput|latency ENDPOINT SIZE COUNT".into());
    };
    let (size, count) = (size.parse()?, count.parse()?);
    let elapsed = match &work[..] {
        "throughput" => throughput(endpoint, size, count).await?,
        "latency" => latency(endpoint, size, count).await?,
        _ => return Err("no such work".into()),
    };
    println!("{}", elapsed.as_nanos());
    Ok(())
}

async fn throughput(endpoint: &str, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let context = Context::new();
    let mut pull = tmq::pull(&context).bind(endpoint)?;
    let mut push = tmq::push(&context).connect(endpoint)?;
    let data = vec![7; size];
    let sender = tokio::spawn(async move {
        for _ in 0..=count {
            push.send(Multipart::from(vec![&data[..]])).await?;
        }
        Ok::<_, tmq::TmqError>(push)
    });
    pull.next().await.ok_or("no message")??;
    let start = Instant::now();
    for _ in 0..count {
        pull.next().await.ok_or("no message")??;
    }
    let elapsed = start.elapsed();
    sender.await??;
    Ok(elapsed)
}

async fn latency(endpoint: &str, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let context = Context::new();
    let mut server = tmq::reply(&context).bind(endpoint)?;
    let mut client = tmq::request(&context).connect(endpoint)?;
    let echo = tokio::spawn(async move {
        for _ in 0..=count {
            let (message, answering) = server.recv().await?;
            server = answering.send(message).await?;
        }
        Ok::<_, tmq::TmqError>(server)
    });
    let data = vec![7; size];
    let mut start = Instant::now();
    for number in 0..=count {
        if number == 1 {
            start = Instant::now();
        }
        let waiting = client.send(Message::from(&data[..]).into()).await?;
        (_, client) = waiting.recv().await?;
    }
    let elapsed = start.elapsed();
    echo.await??;
    Ok(elapsed)
}
