//! A struct that holds its sockets and the poller that watches them, and a match on tokens.
use std::rc::Rc;
use zmq4::{Context, POLLIN, Poller, Socket};

struct Worker {
    tasks: Rc<Socket>,
    control: Rc<Socket>,
    poller: Poller<'static, Rc<Socket>>,
}

impl Worker {
    fn new(context: &Context) -> zmq4::Result<Worker> {
        let (tasks, control) = (Rc::new(context.socket(zmq4::PULL)?), Rc::new(context.socket(zmq4::SUB)?));
        let mut poller = Poller::shared();
        poller.add_with_token(Rc::clone(&tasks), POLLIN, 7)?;
        poller.add_with_token(Rc::clone(&control), POLLIN, 8)?;
        Ok(Worker { tasks, control, poller })
    }

    fn step(&mut self) -> zmq4::Result<()> {
        for item in self.poller.poll(None)? {
            match item.token() {
                7 => drop(self.tasks.recv(0)?),
                8 => drop(self.control.recv(0)?),
                _ => {}
            }
        }
        Ok(())
    }
}

fn main() -> zmq4::Result<()> {
    Worker::new(&Context::new()?)?.step()
}
