//! An async pipeline on smol: any executor will do, since async-io watches the sockets.
//!
//! `cargo run --example async_smol --features async-io`

use std::process::ExitCode;

use zmq4::{Context, Errno, aio};

const WORKERS: usize = 4;
const TASKS: usize = 1000;

const USAGE: &str = "\
usage: async_smol

Four workers do a thousand tasks, on smol.
Takes no arguments.";

fn main() -> zmq4::Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.is_empty() {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    smol::block_on(async {
        let context = Context::new()?;
        let (source, results) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
        source.bind("inproc://tasks")?;
        results.bind("inproc://results")?;
        let (source, results) = (aio::Socket::new(source)?, aio::Socket::new(results)?);

        let mut workers = Vec::new();
        for _ in 0..WORKERS {
            let (tasks, done) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
            tasks.connect("inproc://tasks")?;
            done.connect("inproc://results")?;
            let (tasks, done) = (aio::Socket::new(tasks)?, aio::Socket::new(done)?);
            workers.push(smol::spawn(async move {
                loop {
                    let task = tasks.recv().await?;
                    done.send(task.len().to_string()).await?;
                }
                #[allow(unreachable_code, reason = "it gives the type")]
                Ok::<(), zmq4::Error>(())
            }));
        }
        let sender = smol::spawn(async move {
            for number in 0..TASKS {
                source.send(vec![b'x'; number]).await?;
            }
            Ok::<_, zmq4::Error>(source)
        });
        let mut sum = 0;
        for _ in 0..TASKS {
            sum += String::from_utf8_lossy(&results.recv().await?).parse().unwrap_or(0);
        }
        drop(sender.await?);
        assert_eq!(sum, TASKS * (TASKS - 1) / 2);

        context.shutdown()?;
        for worker in workers {
            assert!(worker.await.is_err_and(|error| error == Errno::ETERM));
        }
        println!("{WORKERS} workers did {TASKS} tasks");
        Ok(ExitCode::SUCCESS)
    })
}
