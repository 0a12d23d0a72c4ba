//! A Majordomo service that stores requests on disk until a worker handles them (chapter 4, Titanic, RFC 9).
//!
//! Argument: where the broker is. The requests are files in the folder `.titanic` of this one.

use std::collections::BTreeSet;
use std::env::args;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use zmq4::channel::RecvTimeoutError;
use zmq4::{Context, Message, Multipart, Sender};
use zmq4_guide::mdapi::{Mdcli, Mdwrk};
use zmq4_guide::{hex, uuid};

/// Makes the reply of a request.
type Handler = Box<dyn Fn(Multipart) -> zmq4_guide::Result<Multipart> + Send>;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    fs::create_dir_all(".titanic")?;
    let ctx = Context::new()?;
    let (new, requests) = zmq4::channel()?;
    let services: [(&str, Handler); 3] = [
        ("titanic.request", Box::new(move |request| store(request, &new))),
        ("titanic.reply", Box::new(reply)),
        ("titanic.close", Box::new(close)),
    ];
    for (name, handler) in services {
        let (ctx, broker) = (ctx.clone(), broker.clone());
        thread::spawn(move || {
            if let Err(error) = serve(&ctx, &broker, name, &handler) {
                println!("E: {name}: {error}");
            }
        });
    }
    println!("I: Titanic is ready");

    // What an earlier run has left, and what comes in.
    let mut pending = left()?;
    loop {
        match requests.recv_timeout(Duration::from_secs(1)) {
            Ok(uuid) => drop(pending.insert(uuid)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err("the request service is gone".into()),
        }
        pending.extend(requests.try_iter());
        pending.retain(|uuid| match try_one(&ctx, &broker, uuid) {
            Ok(done) => !done,
            Err(error) => {
                println!("W: {uuid}: {error}");
                true
            }
        });
    }
}

/// A worker of one service.
fn serve(ctx: &Context, broker: &str, service: &str, handler: &Handler) -> zmq4_guide::Result {
    let mut worker = Mdwrk::new(ctx, broker, service)?;
    let mut reply = None;
    loop {
        let request = worker.recv(reply)?;
        reply = Some(handler(request)?);
    }
}

/// A service and a request for it: gives them a name.
fn store(request: Multipart, new: &Sender<String>) -> zmq4_guide::Result<Multipart> {
    let uuid = hex(&uuid());
    save(&file(&uuid, "req"), &request)?;
    new.send(uuid.clone()).map_err(|_| "the dispatcher is gone")?;
    Ok(Multipart::from_iter(["200", &uuid]))
}

/// The name of a request: its reply, if there is one yet.
fn reply(request: Multipart) -> zmq4_guide::Result<Multipart> {
    let uuid = request.front().ok_or("an empty request")?.to_string();
    if file(&uuid, "rep").exists() {
        let mut reply = load(&file(&uuid, "rep"))?;
        reply.push_front("200");
        return Ok(reply);
    }
    let code = if file(&uuid, "req").exists() { "300" } else { "400" };
    Ok(Multipart::from_iter([code]))
}

/// The name of a request: forgets it.
fn close(request: Multipart) -> zmq4_guide::Result<Multipart> {
    let uuid = request.front().ok_or("an empty request")?.to_string();
    for kind in ["req", "rep"] {
        if file(&uuid, kind).exists() {
            fs::remove_file(file(&uuid, kind))?;
        }
    }
    Ok(Multipart::from_iter(["200"]))
}

/// Whether the request needs no more attention.
fn try_one(ctx: &Context, broker: &str, uuid: &str) -> zmq4_guide::Result<bool> {
    if !file(uuid, "req").exists() {
        // The client has closed it.
        return Ok(true);
    }
    let mut request = load(&file(uuid, "req"))?;
    let service = request.pop_front().ok_or("no service")?;
    let mut client = Mdcli::new(ctx, broker)?;
    client.set_timeout(Duration::from_secs(1));
    client.set_retries(1);
    let known = client.send("mmi.service", &Multipart::from_iter([&service[..]]))?;
    if known != ["200"] {
        return Ok(false);
    }
    let reply = client.send(service.as_str()?, &request)?;
    save(&file(uuid, "rep"), &reply)?;
    Ok(true)
}

/// The names of requests that have no reply.
fn left() -> zmq4_guide::Result<BTreeSet<String>> {
    let mut left = BTreeSet::new();
    for entry in fs::read_dir(".titanic")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(uuid) = name.strip_suffix(".req") {
            if !file(uuid, "rep").exists() {
                left.insert(uuid.to_owned());
            }
        }
    }
    Ok(left)
}

/// A name may come from a client: what is no hexadecimal digit is left out.
fn file(uuid: &str, kind: &str) -> PathBuf {
    let uuid: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    PathBuf::from(".titanic").join(format!("{uuid}.{kind}"))
}

/// One line for each frame, under the file's name only once it is complete.
fn save(path: &PathBuf, frames: &Multipart) -> zmq4_guide::Result {
    let lines: String = frames.iter().map(|frame| hex(frame) + "\n").collect();
    fs::write(path.with_extension("new"), lines)?;
    fs::rename(path.with_extension("new"), path)?;
    Ok(())
}

fn load(path: &PathBuf) -> zmq4_guide::Result<Multipart> {
    let text = fs::read_to_string(path)?;
    let byte = |digits: &[u8]| -> zmq4_guide::Result<u8> { Ok(u8::from_str_radix(std::str::from_utf8(digits)?, 16)?) };
    text.lines()
        .map(|line| {
            Ok(Message::from(
                line.as_bytes()
                    .chunks(2)
                    .map(byte)
                    .collect::<zmq4_guide::Result<Vec<u8>>>()?,
            ))
        })
        .collect()
}
