//! The same work in two tasks of a tokio runtime.

use std::time::{Duration, Instant};

use zmq4::{Message, Socket, aio};

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_io().build().expect("a runtime")
}

pub(crate) fn throughput((pull, push): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Duration> {
    runtime().block_on(async {
        let (pull, push) = (aio::Socket::new(pull)?, aio::Socket::new(push)?);
        let data = vec![7; size];
        let sender = tokio::spawn(async move {
            for _ in 0..=count {
                push.send(&data).await?;
            }
            // Stays open, as the blocking one does.
            Ok::<aio::Socket, zmq4::Error>(push)
        });
        let mut message = Message::new();
        pull.recv_msg_into(&mut message).await?;
        let start = Instant::now();
        for _ in 0..count {
            pull.recv_msg_into(&mut message).await?;
        }
        let elapsed = start.elapsed();
        sender.await.expect("the sender panicked")?;
        Ok(elapsed)
    })
}

pub(crate) fn latency((server, client): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Duration> {
    runtime().block_on(async {
        let (server, client) = (aio::Socket::new(server)?, aio::Socket::new(client)?);
        let echo = tokio::spawn(async move {
            let mut message = Message::new();
            for _ in 0..=count {
                server.recv_msg_into(&mut message).await?;
                server.send(&mut message).await?;
            }
            Ok::<aio::Socket, zmq4::Error>(server)
        });
        let data = vec![7; size];
        let mut answer = Message::new();
        let mut start = Instant::now();
        for number in 0..=count {
            if number == 1 {
                start = Instant::now();
            }
            client.send(&data).await?;
            client.recv_msg_into(&mut answer).await?;
        }
        let elapsed = start.elapsed();
        echo.await.expect("the server panicked")?;
        Ok(elapsed)
    })
}
