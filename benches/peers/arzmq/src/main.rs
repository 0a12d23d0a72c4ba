//! `peer-arzmq WORK ENDPOINT SIZE COUNT`: what every peer does, with the futures of the crate `arzmq`. Prints nanoseconds.

use std::env;
use std::error::Error;
use std::time::{Duration, Instant};

use arzmq::prelude::{
    Context, PullSocket, PushSocket, Receiver, ReplySocket, RequestSocket, SendFlags, Sender, ZmqError, ZmqResult,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [work, endpoint, size, count] = &args[..] else {
        return Err("usage: peer-arzmq throughput|latency ENDPOINT SIZE COUNT".into());
    };
    let (size, count) = (size.parse()?, count.parse()?);
    let context = Context::new()?;
    let elapsed = match &work[..] {
        "throughput" => throughput(&context, endpoint, size, count).await?,
        "latency" => latency(&context, endpoint, size, count).await?,
        _ => return Err("no such work".into()),
    };
    println!("{}", elapsed.as_nanos());
    Ok(())
}

async fn throughput(context: &Context, endpoint: &str, size: usize, count: u32) -> ZmqResult<Duration> {
    let pull = PullSocket::from_context(context)?;
    pull.bind(endpoint)?;
    let push = PushSocket::from_context(context)?;
    push.connect(endpoint)?;
    let data = vec![7; size];
    let sender = tokio::spawn(async move {
        for _ in 0..=count {
            push.send_msg_wait(&data[..], SendFlags::empty()).await?;
        }
        Ok::<_, ZmqError>(push)
    });
    pull.recv_msg_wait().await?;
    let start = Instant::now();
    for _ in 0..count {
        pull.recv_msg_wait().await?;
    }
    let elapsed = start.elapsed();
    sender.await.expect("the sender panicked")?;
    Ok(elapsed)
}

async fn latency(context: &Context, endpoint: &str, size: usize, count: u32) -> ZmqResult<Duration> {
    let server = ReplySocket::from_context(context)?;
    server.bind(endpoint)?;
    let client = RequestSocket::from_context(context)?;
    client.connect(endpoint)?;
    let echo = tokio::spawn(async move {
        for _ in 0..=count {
            let message = server.recv_msg_wait().await?;
            server.send_msg_wait(message, SendFlags::empty()).await?;
        }
        Ok::<_, ZmqError>(server)
    });
    let data = vec![7; size];
    let mut start = Instant::now();
    for number in 0..=count {
        if number == 1 {
            start = Instant::now();
        }
        client.send_msg_wait(&data[..], SendFlags::empty()).await?;
        client.recv_msg_wait().await?;
    }
    let elapsed = start.elapsed();
    echo.await.expect("the server panicked")?;
    Ok(elapsed)
}
