//! Request-reply with a broker in between: clients and workers know the broker only, and any number of either may come
//! and go.
//!
//! `cargo run --example msgqueue`, and in other terminals REQ clients that connect to the first endpoint, such as
//! `cargo run --example hwclient tcp://127.0.0.1:5559`, and REP workers that connect to the second.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use zmq4::{Context, ETERM};

const USAGE: &str = "\
usage: msgqueue [FRONTEND] [BACKEND]

Shares the requests of clients out among workers, and passes the replies back, until Ctrl-C.

  FRONTEND  where clients connect to     [default: tcp://127.0.0.1:5559]
  BACKEND   where workers connect to     [default: tcp://127.0.0.1:5560]";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((frontend, backend)) = parse(&args) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };

    let ctx = Context::new()?;
    // A shutdown may come from any thread: the proxy then ends with ETERM.
    let stop = ctx.clone();
    ctrlc::set_handler(move || {
        let _ = stop.shutdown();
    })?;

    // ROUTER remembers which client a request came from, DEALER gives each request to the next worker.
    let clients = ctx.socket(zmq4::ROUTER)?;
    let workers = ctx.socket(zmq4::DEALER)?;
    for (socket, endpoint) in [(&clients, frontend), (&workers, backend)] {
        // Leaving waits for what is still on its way. Without this it could wait indefinitely.
        socket.set_linger(Some(Duration::from_secs(1)))?;
        socket.bind(endpoint)?;
    }
    println!("clients connect to {}", clients.last_endpoint()?);
    println!("workers connect to {}", workers.last_endpoint()?);

    // It runs until something ends it, so there is no result but an error.
    let Err(error) = zmq4::proxy(&clients, &workers, None);
    if error != ETERM {
        return Err(error.into());
    }
    println!("stopped by Ctrl-C");
    clients.close()?;
    workers.close()?;
    // The handler keeps a handle of the context, so dropping ours would not terminate it.
    ctx.term()?;
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Option<(&str, &str)> {
    let frontend = args.first().map_or("tcp://127.0.0.1:5559", String::as_str);
    let backend = args.get(1).map_or("tcp://127.0.0.1:5560", String::as_str);
    let right = args.len() <= 2 && frontend.contains("://") && backend.contains("://");
    right.then_some((frontend, backend))
}
