//! One socket behind channels: many threads send and receive through it, and none of them owns it.
//!
//! `cargo run --example bridge` asks a service of its own process, and ends by itself.

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use zmq4::bridge::{Bridge, Capacity};
use zmq4::{Context, Flags, Multipart, POLLIN, Poller, Receiver, Sender, Socket};

const USAGE: &str = "\
usage: bridge [COUNT]

Four threads ask COUNT questions each through one DEALER socket, which a bridge serves.

  COUNT     how many questions a thread asks  [default: 1000]";

const THREADS: u32 = 4;

/// May travel between threads, as the sockets do.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(count) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    let service = ctx.socket(zmq4::REP)?;
    service.bind("tcp://127.0.0.1:*")?;
    let endpoint = service.last_endpoint()?;
    let serving = thread::spawn(move || serve(&service));

    // From here on the socket is on a dedicated thread. Both channels are small, so whoever is
    // too fast waits: threads for the socket, the socket for this thread.
    let dealer = ctx.socket(zmq4::DEALER)?;
    dealer.connect(&endpoint)?;
    let capacity = Capacity {
        inbound: 10,
        outbound: 10,
    };
    let (bridge, outbound, inbound) = Bridge::start(dealer, capacity)?;

    let asking: Vec<_> = (1..=THREADS)
        .map(|thread| {
            let outbound = outbound.clone();
            thread::spawn(move || ask(&outbound, thread, count))
        })
        .collect();
    let replies = collect(&bridge, &inbound, THREADS * count)?;
    for thread in asking {
        thread.join().map_err(|_| "a thread panicked")??;
    }
    println!("{replies} replies for {THREADS} threads");

    // Sends what was accepted and gives the socket back, to be used by hand again.
    outbound.send(["", "goodbye"].into_iter().collect())?;
    let stopped = bridge.stop();
    println!("{} messages were left to send", stopped.unsent.len());
    let dealer = stopped.socket.ok_or("the context has ended")?;
    // The bridge may have received the answer before it stopped, and the channel keeps what it received.
    let last = match inbound.try_recv() {
        Ok(answer) => answer,
        Err(_) => dealer.recv_message(Flags::NONE)?,
    };
    println!("the last answer: {}", last.back().ok_or("an answer has frames")?);
    serving.join().map_err(|_| "the service panicked")??;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<u32> {
    let count = args.first().map_or(Ok(1000), |count| count.parse()).ok()?;
    (args.len() <= 1 && count <= 1_000_000).then_some(count)
}

/// Returns each question, and stops after "goodbye".
fn serve(service: &Socket) -> Result<()> {
    loop {
        let question = service.recv_string(Flags::NONE)?;
        service.send(question.to_uppercase(), Flags::NONE)?;
        if question == "goodbye" {
            return Ok(());
        }
    }
}

fn ask(outbound: &Sender<Multipart>, thread: u32, count: u32) -> Result<()> {
    for number in 1..=count {
        // The empty frame is what a REP expects before a question.
        let question = [String::new(), format!("question {number} of thread {thread}")];
        outbound.send(question.into_iter().collect())?;
    }
    Ok(())
}

/// Takes returns until all are there; says so where the socket refuses a question.
fn collect(bridge: &Bridge, inbound: &Receiver<Multipart>, total: u32) -> Result<u32> {
    // One wait for both channels. Sockets could be added, too.
    let mut poller = Poller::new();
    poller.add_fd(inbound, POLLIN)?;
    poller.add_fd(bridge.rejected(), POLLIN)?;
    let mut replies = 0;
    while replies < total {
        poller.poll(None)?;
        for answer in inbound.try_iter() {
            replies += 1;
            if replies % total.div_ceil(4) == 0 {
                println!("{replies}: {}", answer.back().ok_or("an answer has frames")?);
            }
        }
        if let Ok(rejected) = bridge.rejected().try_recv() {
            return Err(rejected.error.into());
        }
        if !bridge.is_running() {
            return Err("the bridge has stopped".into());
        }
    }
    Ok(replies)
}
