//! Clients that send requests without waiting for replies, and a server that replies as often as it likes (chapter 3,
//! the asynchronous client/server pattern).
//!
//! Argument: for how many milliseconds it runs.

use std::env::args;
use std::thread::{self, sleep};
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN};
use zmq4_guide::random;

fn main() -> zmq4_guide::Result {
    let millis = args().nth(1).map_or(Ok(5000), |millis| millis.parse())?;
    let ctx = Context::new()?;
    let server = ctx.clone();
    thread::spawn(move || serve(&server));
    for number in 1..=3 {
        let ctx = ctx.clone();
        thread::spawn(move || client(&ctx, number));
    }
    sleep(Duration::from_millis(millis));
    // Every call that waits on another thread fails with ETERM, and the sockets are dropped there.
    ctx.shutdown()?;
    ctx.term()?;
    Ok(())
}

/// Sends a request a second, and reads replies in between.
fn client(ctx: &Context, number: usize) -> zmq4::Result<()> {
    let client = ctx.socket(zmq4::DEALER)?;
    client.set_linger(Some(Duration::ZERO))?;
    client.set_identity(format!("client-{number}"))?;
    client.connect("inproc://frontend")?;
    for request in 1.. {
        client.send(format!("request #{request}"), Flags::NONE)?;
        for _ in 0..100 {
            if client.poll(POLLIN, Some(Duration::from_millis(10)))?.contains(POLLIN) {
                println!("client-{number}: {}", client.recv(Flags::NONE)?);
            }
        }
    }
    Ok(())
}

/// A ROUTER knows the clients, and a DEALER shares their requests out among five workers.
fn serve(ctx: &Context) -> zmq4::Result<()> {
    let frontend = ctx.socket(zmq4::ROUTER)?;
    frontend.set_linger(Some(Duration::ZERO))?;
    frontend.bind("inproc://frontend")?;
    let backend = ctx.socket(zmq4::DEALER)?;
    backend.set_linger(Some(Duration::ZERO))?;
    backend.bind("inproc://backend")?;
    for _ in 0..5 {
        let ctx = ctx.clone();
        thread::spawn(move || work(&ctx));
    }
    zmq4::proxy(&frontend, &backend, None).map(drop)
}

/// Sends each request back, none to four times.
fn work(ctx: &Context) -> zmq4::Result<()> {
    let worker = ctx.socket(zmq4::DEALER)?;
    worker.set_linger(Some(Duration::ZERO))?;
    worker.connect("inproc://backend")?;
    loop {
        let request = worker.recv_message(Flags::NONE)?;
        for _ in 0..random(0..5) {
            sleep(Duration::from_millis(random(1..1001)));
            worker.send_message(&request)?;
        }
    }
}
