//! A socket in a foreign event loop, mio's, without an async runtime.
//!
//! libzmq's descriptor is edge-triggered: it says that something happened, once. So no edge may be waited for while the
//! socket still has something: receive until `EAGAIN`, then ask for the events, and wait only if there are none. Sends may
//! take an edge as well, so the same look follows them.
//!
//! mio takes descriptors of other libraries on Unix only.
//!
//! `cargo run --example event_loop`

#[cfg(unix)]
fn main() -> Result<std::process::ExitCode, Box<dyn std::error::Error>> {
    unix::main()
}

#[cfg(not(unix))]
fn main() {
    eprintln!("mio takes descriptors of other libraries on Unix only");
}

#[cfg(unix)]
mod unix {
    use std::os::fd::AsRawFd;
    use std::process::ExitCode;
    use std::thread;

    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};
    use zmq4::{Context, DONTWAIT, EventSocket, Flags, POLLIN};

    const REQUESTS: u32 = 1000;

    const USAGE: &str = "\
usage: event_loop

A DEALER in mio's event loop replies to a thousand requests of a thread.
Takes no arguments.";

    pub(crate) fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
        let args: Vec<String> = std::env::args().skip(1).collect();
        if args.iter().any(|arg| arg == "--help") {
            println!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
        if !args.is_empty() {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }

        let context = Context::new()?;
        let server = context.socket(zmq4::DEALER)?;
        server.bind("inproc://event loop")?;
        let client = context.socket(zmq4::REQ)?;
        client.connect("inproc://event loop")?;
        let asking = thread::spawn(move || -> zmq4::Result<()> {
            for number in 0..REQUESTS {
                client.send(number.to_string(), Flags::NONE)?;
                assert_eq!(client.recv(Flags::NONE)?, number.to_string());
            }
            Ok(())
        });

        let server = EventSocket::new(server)?;
        let mut poll = Poll::new()?;
        let fd = server.as_raw_fd();
        poll.registry()
            .register(&mut SourceFd(&fd), Token(0), Interest::READABLE)?;
        let mut events = Events::with_capacity(8);
        let mut served = 0;
        while served < REQUESTS {
            // Everything that is there, and what comes meanwhile. The registration alone may have missed an edge.
            while server.events()?.contains(POLLIN) {
                match server.recv_message(DONTWAIT) {
                    Ok(request) => {
                        server.send_message(request)?;
                        served += 1;
                    }
                    Err(error) if error.is_would_block() => break,
                    Err(error) => return Err(error.into()),
                }
            }
            if served < REQUESTS {
                poll.poll(&mut events, None)?;
            }
        }
        poll.registry().deregister(&mut SourceFd(&fd))?;
        asking.join().map_err(|_| "the client panicked")??;
        println!("served {served} requests");
        Ok(ExitCode::SUCCESS)
    }
}
