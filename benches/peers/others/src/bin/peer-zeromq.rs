//! `peer-zeromq WORK ENDPOINT SIZE COUNT`: what every peer does, with the crate `zeromq`, which is Rust without libzmq.
//! Prints nanoseconds.

use std::env;
use std::error::Error;
use std::time::{Duration, Instant};

use zeromq::{PullSocket, PushSocket, RepSocket, ReqSocket, Socket, SocketRecv, SocketSend, ZmqError, ZmqMessage};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [work, endpoint, size, count] = &args[..] else {
        return Err("usage: peer-zeromq throughput|latency ENDPOINT SIZE COUNT".into());
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
    let mut pull = PullSocket::new();
    pull.bind(endpoint).await?;
    let mut push = PushSocket::new();
    push.connect(endpoint).await?;
    let data = vec![7; size];
    let sender = tokio::spawn(async move {
        for _ in 0..=count {
            push.send(ZmqMessage::from(data.clone())).await?;
        }
        Ok::<_, ZmqError>(push)
    });
    pull.recv().await?;
    let start = Instant::now();
    for _ in 0..count {
        pull.recv().await?;
    }
    let elapsed = start.elapsed();
    sender.await??;
    Ok(elapsed)
}

async fn latency(endpoint: &str, size: usize, count: u32) -> Result<Duration, Box<dyn Error>> {
    let mut server = RepSocket::new();
    server.bind(endpoint).await?;
    let mut client = ReqSocket::new();
    client.connect(endpoint).await?;
    let echo = tokio::spawn(async move {
        for _ in 0..=count {
            let message = server.recv().await?;
            server.send(message).await?;
        }
        Ok::<_, ZmqError>(server)
    });
    let data = vec![7; size];
    let mut start = Instant::now();
    for number in 0..=count {
        if number == 1 {
            start = Instant::now();
        }
        client.send(ZmqMessage::from(data.clone())).await?;
        client.recv().await?;
    }
    let elapsed = start.elapsed();
    echo.await??;
    Ok(elapsed)
}
