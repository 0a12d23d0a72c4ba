//! `peer-ours WORK ENDPOINT SIZE COUNT`: what every peer does, with this crate. Prints nanoseconds.
//!
//! `peer-ours full-queue ENDPOINT SIZE COUNT` compares blocking and awaited calls that need not wait.

mod full_queue;
mod tasks;

use std::env;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use zmq4::{Context, Flags, Message, Socket, SocketType};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [work, endpoint, size, count] = &args[..] else {
        return Err(
            "usage: peer-ours throughput|shared|latency|async-throughput|async-latency|full-queue ENDPOINT SIZE COUNT"
                .into(),
        );
    };
    let (size, count) = (size.parse()?, count.parse()?);
    let context = Context::new()?;
    if work == "full-queue" {
        println!("{}", full_queue::compare(unbounded(&context, endpoint)?, size, count)?);
        return Ok(());
    }
    let pair = |bind, connect| pair(&context, endpoint, bind, connect);
    let elapsed = match &work[..] {
        "throughput" => throughput(pair(zmq4::PULL, zmq4::PUSH)?, size, count)?,
        "shared" => shared(pair(zmq4::PULL, zmq4::PUSH)?, size, count)?,
        "latency" => latency(pair(zmq4::REP, zmq4::REQ)?, size, count)?,
        "async-throughput" => tasks::throughput(pair(zmq4::PULL, zmq4::PUSH)?, size, count)?,
        "async-latency" => tasks::latency(pair(zmq4::REP, zmq4::REQ)?, size, count)?,
        _ => return Err("no such work".into()),
    };
    println!("{}", elapsed.as_nanos());
    Ok(())
}

fn pair(context: &Context, endpoint: &str, bind: SocketType, connect: SocketType) -> zmq4::Result<(Socket, Socket)> {
    let server = context.socket(bind)?;
    server.bind(endpoint)?;
    let client = context.socket(connect)?;
    client.connect(endpoint)?;
    Ok((server, client))
}

/// A pair whose queues hold any number of messages.
fn unbounded(context: &Context, endpoint: &str) -> zmq4::Result<(Socket, Socket)> {
    let (pull, push) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
    pull.set_rcvhwm(0)?;
    pull.bind(endpoint)?;
    push.set_sndhwm(0)?;
    push.connect(endpoint)?;
    Ok((pull, push))
}

/// From a buffer, into a message that is used again.
fn throughput((pull, push): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Duration> {
    let data = vec![7; size];
    send_and_receive(push, &pull, count, move |push| push.send(&data, Flags::NONE))
}

/// One buffer, shared by all messages and never copied.
fn shared((pull, push): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Duration> {
    let data = Bytes::from(vec![7; size]);
    send_and_receive(push, &pull, count, move |push| push.send(data.clone(), Flags::NONE))
}

fn send_and_receive(
    push: Socket,
    pull: &Socket,
    count: u32,
    send: impl Fn(&Socket) -> zmq4::Result<usize> + Send + 'static,
) -> zmq4::Result<Duration> {
    let sender = thread::spawn(move || {
        (0..=count).try_for_each(|_| send(&push).map(drop))?;
        // Stays open: over ipc, closing now could lose the end (libzmq#4660).
        Ok::<Socket, zmq4::Error>(push)
    });
    let elapsed = receive(pull, count)?;
    sender.join().expect("the sender panicked")?;
    Ok(elapsed)
}

/// The time from the first message to the last.
fn receive(pull: &Socket, count: u32) -> zmq4::Result<Duration> {
    let mut message = Message::new();
    pull.recv_msg_into(&mut message, Flags::NONE)?;
    let start = Instant::now();
    for _ in 0..count {
        pull.recv_msg_into(&mut message, Flags::NONE)?;
    }
    Ok(start.elapsed())
}

fn latency((server, client): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Duration> {
    let echo = thread::spawn(move || {
        let mut message = Message::new();
        for _ in 0..=count {
            server.recv_msg_into(&mut message, Flags::NONE)?;
            server.send(&mut message, Flags::NONE)?;
        }
        Ok::<(), zmq4::Error>(())
    });
    let data = vec![7; size];
    let mut answer = Message::new();
    let mut start = Instant::now();
    for number in 0..=count {
        if number == 1 {
            start = Instant::now();
        }
        client.send(&data, Flags::NONE)?;
        client.recv_msg_into(&mut answer, Flags::NONE)?;
    }
    let elapsed = start.elapsed();
    echo.join().expect("the server panicked")?;
    Ok(elapsed)
}
