//! Leaves a request for the service `echo` with Titanic, and asks for the reply until it is there (chapter 4, RFC 9).
//!
//! Argument: where the broker is.

use std::env::args;
use std::thread::sleep;
use std::time::Duration;

use zmq4::{Context, Multipart};
use zmq4_guide::mdapi::Mdcli;

fn main() -> zmq4_guide::Result {
    let broker = args().nth(1).unwrap_or("tcp://localhost:5555".into());
    let ctx = Context::new()?;
    let mut session = Mdcli::new(&ctx, &broker)?;

    let request = Multipart::from_iter(["echo", "Hello world"]);
    let uuid = call(&mut session, "titanic.request", &request)?.ok_or("refused")?;
    println!("I: request UUID {}", uuid[0]);
    loop {
        match call(&mut session, "titanic.reply", &uuid)? {
            Some(reply) => {
                println!("Reply: {}", reply[0]);
                break;
            }
            None => println!("I: no reply yet, trying again..."),
        }
        sleep(Duration::from_millis(500));
    }
    call(&mut session, "titanic.close", &uuid)?;
    println!("I: request closed");
    Ok(())
}

/// What comes with status 200; nothing with 300, which is pending.
fn call(session: &mut Mdcli, service: &str, request: &Multipart) -> zmq4_guide::Result<Option<Multipart>> {
    let mut reply = session.send(service, request)?;
    let status = reply.pop_front().ok_or("an empty reply")?;
    match &*status {
        b"200" => Ok(Some(reply)),
        b"300" => Ok(None),
        _ => Err(format!("E: {service} failed with {status}").into()),
    }
}
