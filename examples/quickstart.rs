//! The four patterns that most programs use, over inproc, ipc and tcp, between threads.
//!
//! `cargo run --example quickstart` reports each step, checks what arrived, and ends by itself.

use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use zmq4::{Context, Flags, Socket, SocketType};

const USAGE: &str = "\
usage: quickstart

Request-reply, publish-subscribe, pipeline and router-dealer over inproc, ipc and tcp,
between the threads of one process. Takes no arguments.";

/// May travel between threads, as the sockets do.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let (major, minor, patch) = zmq4::version();
    println!("libzmq {major}.{minor}.{patch}");

    let ctx = Context::new()?;
    for transport in ["inproc", "ipc", "tcp"] {
        if transport == "ipc" && !zmq4::has_ipc() {
            println!("\nipc: this libzmq was built without it");
            continue;
        }
        println!("\nover {transport}:");
        request_reply(&ctx, transport)?;
        publish_subscribe(&ctx, transport)?;
        pipeline(&ctx, transport)?;
        router_dealer(&ctx, transport)?;
    }
    // Closes nothing by force: it waits until every socket is closed and what it sent is out.
    ctx.term()?;
    println!("\nall that arrived was right");
    Ok(ExitCode::SUCCESS)
}

/// REQ asks, REP returns, in turns.
fn request_reply(ctx: &Context, transport: &str) -> Result<()> {
    let (server, endpoint) = bound(ctx, zmq4::REP, transport, "request-reply")?;
    // A socket belongs to one thread at a time, and may move to another.
    let serving = thread::spawn(move || -> Result<()> {
        let name = server.recv_string(Flags::NONE)?;
        server.send(format!("Hello {name}"), Flags::NONE)?;
        Ok(())
    });

    let client = connected(ctx, zmq4::REQ, &endpoint)?;
    client.send("World", Flags::NONE)?;
    let answer = client.recv_string(Flags::NONE)?;
    check(answer.as_str(), "Hello World")?;
    join(serving)?;
    println!("  request-reply      REQ sent \"World\", REP replied {answer:?}");
    Ok(())
}

/// What is published reaches who subscribed to what it starts with.
fn publish_subscribe(ctx: &Context, transport: &str) -> Result<()> {
    let (publisher, endpoint) = bound(ctx, zmq4::XPUB, transport, "publish-subscribe")?;
    let publishing = thread::spawn(move || -> Result<()> {
        // What is published before the subscription arrives is lost. PUB could only guess
        // when it is; XPUB receives it, as a 1 and the topic.
        check(publisher.recv_bytes(Flags::NONE)?.as_slice(), b"\x01news: ")?;
        publisher.send("sport: without a subscriber", Flags::NONE)?;
        publisher.send("news: it works", Flags::NONE)?;
        Ok(())
    });

    let subscriber = connected(ctx, zmq4::SUB, &endpoint)?;
    subscriber.subscribe("news: ")?;
    let update = subscriber.recv_string(Flags::NONE)?;
    check(update.as_str(), "news: it works")?;
    join(publishing)?;
    println!("  publish-subscribe  SUB asked for \"news: \" and got {update:?}, not the sport");
    Ok(())
}

/// PUSH deals its tasks out to the workers in turn, PULL collects the results of all of them.
fn pipeline(ctx: &Context, transport: &str) -> Result<()> {
    let (sink, results) = bound(ctx, zmq4::PULL, transport, "results")?;
    let ventilator = socket(ctx, zmq4::PUSH)?;
    let mut workers = Vec::new();
    for name in ["worker-1", "worker-2"] {
        let (tasks, endpoint) = bound(ctx, zmq4::PULL, transport, name)?;
        ventilator.connect(&endpoint)?;
        let done = connected(ctx, zmq4::PUSH, &results)?;
        workers.push(thread::spawn(move || -> Result<()> {
            for _ in 0..3 {
                let number: u32 = tasks.recv_string(Flags::NONE)?.parse()?;
                done.send((number * number).to_string(), Flags::NONE)?;
            }
            Ok(())
        }));
    }

    for number in 1..=6 {
        ventilator.send(number.to_string(), Flags::NONE)?;
    }
    let mut squares = Vec::new();
    for _ in 1..=6 {
        squares.push(sink.recv_string(Flags::NONE)?.parse::<u32>()?);
    }
    // Two workers: each keeps its order, but either may be faster.
    squares.sort_unstable();
    check(squares.as_slice(), &[1, 4, 9, 16, 25, 36])?;
    for worker in workers {
        join(worker)?;
    }
    println!("  pipeline           PUSH gave 1 to 6 to two workers, PULL collected {squares:?}");
    Ok(())
}

/// A ROUTER sees who sent a message, and chooses who gets the answer.
fn router_dealer(ctx: &Context, transport: &str) -> Result<()> {
    let (router, endpoint) = bound(ctx, zmq4::ROUTER, transport, "router-dealer")?;
    let routing = thread::spawn(move || -> Result<()> {
        let mut requests = vec![router.recv_message(Flags::NONE)?, router.recv_message(Flags::NONE)?];
        // In the opposite order, which REP could not do.
        while let Some(mut request) = requests.pop() {
            let identity = request.pop_front().ok_or("a message without an identity")?;
            router.send_message((identity, "Hello", request))?;
        }
        Ok(())
    });

    let names = ["Anna", "Ben"];
    let mut dealers = Vec::new();
    for name in names {
        let dealer = socket(ctx, zmq4::DEALER)?;
        dealer.set_routing_id(name)?;
        dealer.connect(&endpoint)?;
        dealer.send(name, Flags::NONE)?;
        dealers.push(dealer);
    }
    for (dealer, name) in dealers.iter().zip(names) {
        let answer = dealer.recv_message(Flags::NONE)?;
        let frames: Vec<String> = answer.iter().map(ToString::to_string).collect();
        check(frames.as_slice(), &["Hello".to_string(), name.to_string()])?;
    }
    join(routing)?;
    println!("  router-dealer      ROUTER replied \"Hello\" to each of {names:?} by identity");
    Ok(())
}

/// Nothing in here waits indefinitely: it is an error (`EAGAIN`) if a message takes this long.
const DEADLINE: Duration = Duration::from_secs(10);

fn socket(ctx: &Context, kind: SocketType) -> Result<Socket> {
    let socket = ctx.socket(kind)?;
    socket.set_rcvtimeo(Some(DEADLINE))?;
    socket.set_sndtimeo(Some(DEADLINE))?;
    if kind != zmq4::SUB {
        // Not a SUB: once its publisher is gone, it would wait to subscribe again.
        socket.set_linger(Some(DEADLINE))?;
    }
    Ok(socket)
}

/// Lets libzmq choose a free port or path, and says what it chose.
fn bound(ctx: &Context, kind: SocketType, transport: &str, name: &str) -> Result<(Socket, String)> {
    let socket = socket(ctx, kind)?;
    match transport {
        "inproc" => socket.bind(&format!("inproc://{name}"))?,
        "ipc" => socket.bind("ipc://*")?,
        _ => socket.bind("tcp://127.0.0.1:*")?,
    }
    let endpoint = socket.last_endpoint()?;
    Ok((socket, endpoint))
}

fn connected(ctx: &Context, kind: SocketType, endpoint: &str) -> Result<Socket> {
    let socket = socket(ctx, kind)?;
    socket.connect(endpoint)?;
    Ok(socket)
}

fn check<T: PartialEq + Debug + ?Sized>(arrived: &T, expected: &T) -> Result<()> {
    if arrived == expected {
        return Ok(());
    }
    Err(format!("{arrived:?} arrived, not {expected:?}").into())
}

fn join(thread: JoinHandle<Result<()>>) -> Result<()> {
    thread.join().map_err(|_| "a thread panicked")?
}
