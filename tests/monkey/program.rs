//! One program: contexts, threads that act on them, and an end in some order.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::Context;

use crate::actor::{Actor, Manner, Moving};
use crate::dice::Dice;
use crate::endpoints::Endpoints;

/// The last line of a program that came to its end.
pub(crate) const DONE: &str = "the program is done";

/// How long the threads act.
const ENOUGH: Duration = Duration::from_millis(700);

pub(crate) fn run(seed: u64) {
    let mut dice = Dice::new(seed);
    let manner = Manner::new(&mut dice);
    let contexts = [context(&mut dice), context(&mut dice)];
    let (threads, steps) = (1 + dice.below(4), 50 + dice.below(500));
    println!("seed {seed}, {threads} threads, {steps} steps");
    let (endpoints, moving, start) = (Endpoints::new(), Moving::default(), Barrier::new(threads));
    thread::scope(|scope| {
        for name in 0..threads {
            let dice = Dice::new(dice.number());
            let (contexts, endpoints, moving, start) = (&contexts, &endpoints, &moving, &start);
            scope.spawn(move || {
                let mut actor = Actor::new(name, dice, manner, contexts, endpoints, moving);
                start.wait();
                let end = Instant::now() + ENOUGH;
                for _ in 0..steps {
                    if Instant::now() > end {
                        break;
                    }
                    actor.step();
                }
                eprintln!("{name} is done");
            });
        }
    });
    eprintln!("ends");
    if dice.coin() {
        for context in &contexts {
            context.shutdown().unwrap();
        }
    }
    // What no thread took.
    drop(moving);
    for context in contexts {
        if dice.coin() {
            context.term().unwrap();
        }
    }
    println!("{DONE}");
}

fn context(dice: &mut Dice) -> Context {
    let context = Context::new().unwrap();
    context.set_io_threads(dice.pick(&[1, 1, 1, 2, 3])).unwrap();
    context.set_max_sockets(dice.pick(&[10, 100, 1000])).unwrap();
    context.set_blocky(dice.coin()).unwrap();
    context.set_ipv6(dice.once_in(4)).unwrap();
    let _ = context.set_max_msgsz(dice.pick(&[u32::MAX >> 1, 1000]));
    context
}
