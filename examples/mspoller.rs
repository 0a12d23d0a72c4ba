//! Two sockets in one poller: tasks from a ventilator and news of the weather, each as it comes.
//!
//! `cargo run --example mspoller` starts both on threads of their own, prints what it receives, and ends by itself when both
//! have said `END`.

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use zmq4::{Context, Flags, POLLIN, Poller, Socket};

const USAGE: &str = "\
usage: mspoller

Waits for a PULL and a SUB socket at once, and prints the tasks and the weather that come.
Takes no arguments.";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let ctx = Context::new()?;
    let ventilator = ctx.socket(zmq4::PUSH)?;
    ventilator.bind("tcp://127.0.0.1:*")?;
    let tasks = ctx.socket(zmq4::PULL)?;
    tasks.connect(&ventilator.last_endpoint()?)?;

    let station = ctx.socket(zmq4::XPUB)?;
    station.bind("tcp://127.0.0.1:*")?;
    let weather = ctx.socket(zmq4::SUB)?;
    weather.connect(&station.last_endpoint()?)?;
    weather.subscribe("10001 ")?;

    let ventilate = thread::spawn(move || ventilate(&ventilator));
    let report = thread::spawn(move || report(&station));
    let heard = listen(&tasks, &weather)?;
    println!("received {} tasks and {} reports", heard.0, heard.1);

    ventilate.join().map_err(|_| "the ventilator panicked")??;
    report.join().map_err(|_| "the station panicked")??;
    Ok(ExitCode::SUCCESS)
}

/// What the items of the poller are matched by.
const TASKS: usize = 0;
const WEATHER: usize = 1;

/// Returns the number of tasks and the number of reports.
fn listen(tasks: &Socket, weather: &Socket) -> zmq4::Result<(u32, u32)> {
    let mut poller = Poller::new();
    poller.add_with_token(tasks, POLLIN, TASKS)?;
    poller.add_with_token(weather, POLLIN, WEATHER)?;
    let mut heard = (0, 0);
    while !poller.is_empty() {
        let mut over = Vec::new();
        for ready in poller.poll(None)? {
            let (socket, name, count) = match ready.token() {
                TASKS => (tasks, "task", &mut heard.0),
                _ => (weather, "weather", &mut heard.1),
            };
            let text = socket.recv_string(Flags::NONE)?;
            if text.ends_with("END") {
                over.push(ready.id());
            } else {
                *count += 1;
                println!("{name}: {text}");
            }
        }
        // Its id stays valid when the other one is removed.
        for id in over {
            poller.remove(id)?;
        }
    }
    Ok(heard)
}

fn ventilate(ventilator: &Socket) -> zmq4::Result<()> {
    for number in 1..=5 {
        ventilator.send(format!("number {number}"), Flags::NONE)?;
    }
    ventilator.send("END", Flags::NONE)?;
    Ok(())
}

/// What has no subscriber is not sent, so the first thing to do is to receive a subscription.
fn report(station: &Socket) -> zmq4::Result<()> {
    station.recv(Flags::NONE)?;
    for degrees in 11..=15 {
        station.send(format!("10001 {degrees}°"), Flags::NONE)?;
        station.send(format!("20002 {degrees}°"), Flags::NONE)?;
    }
    station.send("10001 END", Flags::NONE)?;
    Ok(())
}
