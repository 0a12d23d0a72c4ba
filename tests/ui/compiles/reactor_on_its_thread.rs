//! Handlers whose errors are of several types, one of which opens a socket and adds it, on a thread that returns them.
use std::error::Error;
use std::rc::Rc;
use zmq4::{Context, POLLIN, Reactor};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn serve(context: Context) -> Outcome {
    let tasks = Rc::new(context.socket(zmq4::PULL)?);
    tasks.bind("inproc://tasks")?;
    let mut reactor = Reactor::new();
    reactor.add_socket(Rc::clone(&tasks), POLLIN, move |reactor, tasks, _| {
        let port: u16 = String::try_from(tasks.recv(0)?)?.parse()?;
        let another = Rc::new(context.socket(zmq4::PULL)?);
        another.bind(&format!("tcp://127.0.0.1:{port}"))?;
        reactor.add_socket(another, POLLIN, |_, another, _| {
            another.recv(0)?;
            Ok(())
        })?;
        Ok(())
    })?;
    reactor.run()?;
    Ok(())
}

fn main() -> Outcome {
    let context = Context::new()?;
    std::thread::spawn(move || serve(context)).join().unwrap()
}
