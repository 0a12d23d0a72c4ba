//! The same work in two tasks, each on a thread with a tokio runtime of its own, as the blocking calls have two threads.

use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Message, Socket, aio};

fn block_on<T>(task: impl Future<Output = zmq4::Result<T>>) -> zmq4::Result<T> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_io()
        .build()
        .expect("a runtime")
        .block_on(task)
}

pub(crate) fn throughput(
    (pull, push): (Socket, Socket),
    size: usize,
    count: u32,
) -> zmq4::Result<Duration> {
    let sender = thread::spawn(move || {
        let data = vec![7; size];
        block_on(async {
            let push = aio::Socket::new(push)?;
            for _ in 0..=count {
                push.send(&data).await?;
            }
            // Stays open, as the blocking one does.
            push.into_inner()
        })
    });
    let elapsed = block_on(async {
        let pull = aio::Socket::new(pull)?;
        let mut message = Message::new();
        pull.recv_msg_into(&mut message).await?;
        let start = Instant::now();
        for _ in 0..count {
            pull.recv_msg_into(&mut message).await?;
        }
        Ok(start.elapsed())
    })?;
    sender.join().expect("the sender panicked")?;
    Ok(elapsed)
}

pub(crate) fn latency(
    (server, client): (Socket, Socket),
    size: usize,
    count: u32,
) -> zmq4::Result<Duration> {
    let echo = thread::spawn(move || {
        block_on(async {
            let server = aio::Socket::new(server)?;
            let mut message = Message::new();
            for _ in 0..=count {
                server.recv_msg_into(&mut message).await?;
                server.send(&mut message).await?;
            }
            server.into_inner()
        })
    });
    let elapsed = block_on(async {
        let client = aio::Socket::new(client)?;
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
        Ok(start.elapsed())
    })?;
    echo.join().expect("the server panicked")?;
    Ok(elapsed)
}
