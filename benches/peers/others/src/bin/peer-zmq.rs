//! `peer-zmq WORK ENDPOINT SIZE COUNT`: what every peer does, with the crate `zmq`. Prints nanoseconds.

use std::env;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use zmq::{Context, Message, Socket, SocketType};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [work, endpoint, size, count] = &args[..] else {
        return Err("usage: peer-zmq throughput|latency ENDPOINT SIZE COUNT".into());
    };
    let (size, count) = (size.parse()?, count.parse()?);
    let context = Context::new();
    let pair = |bind, connect| pair(&context, endpoint, bind, connect);
    let elapsed = match &work[..] {
        "throughput" => throughput(pair(zmq::PULL, zmq::PUSH)?, size, count)?,
        "latency" => latency(pair(zmq::REP, zmq::REQ)?, size, count)?,
        _ => return Err("no such work".into()),
    };
    println!("{}", elapsed.as_nanos());
    Ok(())
}

fn pair(context: &Context, endpoint: &str, bind: SocketType, connect: SocketType) -> zmq::Result<(Socket, Socket)> {
    let server = context.socket(bind)?;
    server.bind(endpoint)?;
    let client = context.socket(connect)?;
    client.connect(endpoint)?;
    Ok((server, client))
}

fn throughput((pull, push): (Socket, Socket), size: usize, count: u32) -> zmq::Result<Duration> {
    let data = vec![7; size];
    let sender = thread::spawn(move || {
        (0..=count).try_for_each(|_| push.send(&data[..], 0))?;
        // Stays open: over ipc, closing now could lose the end (libzmq#4660).
        Ok::<Socket, zmq::Error>(push)
    });
    let mut message = Message::new();
    pull.recv(&mut message, 0)?;
    let start = Instant::now();
    for _ in 0..count {
        pull.recv(&mut message, 0)?;
    }
    let elapsed = start.elapsed();
    sender.join().expect("the sender panicked")?;
    Ok(elapsed)
}

fn latency((server, client): (Socket, Socket), size: usize, count: u32) -> zmq::Result<Duration> {
    let echo = thread::spawn(move || {
        let mut message = Message::new();
        for _ in 0..=count {
            server.recv(&mut message, 0)?;
            server.send(&*message, 0)?;
        }
        Ok::<(), zmq::Error>(())
    });
    let data = vec![7; size];
    let mut answer = Message::new();
    let mut start = Instant::now();
    for number in 0..=count {
        if number == 1 {
            start = Instant::now();
        }
        client.send(&data[..], 0)?;
        client.recv(&mut answer, 0)?;
    }
    let elapsed = start.elapsed();
    echo.join().expect("the server panicked")?;
    Ok(elapsed)
}
