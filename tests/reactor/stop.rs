//! Ends of a run: asked for within, and from other threads.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, POLLIN, Reactor, StopHandle};

use crate::support::{LONG, deadline};
use crate::{CENTURY, pair, pairs, wake_all};

#[test]
fn stop_ends_the_run_and_loses_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 3);
        let calls = Cell::new(0);
        let mut reactor = Reactor::new();
        for (near, _) in &pairs {
            reactor
                .add_socket(near, POLLIN, |reactor, near, _| {
                    near.recv(Flags::NONE)?;
                    reactor.stop();
                    calls.set(calls.get() + 1);
                    Ok(())
                })
                .unwrap();
        }
        wake_all(&pairs);
        for run in 1..=3 {
            reactor.run().unwrap();
            assert_eq!(calls.get(), run);
        }
    });
}

#[test]
fn another_thread_stops_an_idle_reactor_at_once() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, _far) = pair(&context);
        let mut reactor = Reactor::new();
        reactor
            .add_socket(&near, POLLIN, |_, _, _| panic!("nothing was sent"))
            .unwrap();
        reactor.add_timer_every(CENTURY, |_| panic!("too early"));
        let stopper = reactor.stop_handle().unwrap();
        let mut took = Vec::new();
        for _ in 0..5 {
            let stopper = stopper.clone();
            let thread = thread::spawn(move || {
                thread::sleep(Duration::from_millis(30));
                let asked = Instant::now();
                stopper.stop();
                asked
            });
            reactor.run().unwrap();
            took.push(thread.join().unwrap().elapsed());
        }
        println!("from the request to the end of the run: {took:?}");
        took.sort_unstable();
        // Not when the timer is due; how soon depends on the machine.
        assert!(took[2] < LONG / 2, "{took:?}");
    });
}

#[test]
fn another_thread_stops_a_busy_reactor() {
    deadline(LONG, || {
        let (sender, receiver) = zmq4::channel().unwrap();
        sender.send(()).unwrap();
        let mut reactor = Reactor::new();
        // Never idle, and never done with this one handler's work.
        reactor
            .add_channel(receiver, usize::MAX, move |_, ()| Ok(sender.send(())?))
            .unwrap();
        let stopper = reactor.stop_handle().unwrap();
        let thread = thread::spawn(move || stopper.stop());
        reactor.run().unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn a_request_is_kept_until_a_run_has_ended_by_it() {
    deadline(LONG, || {
        let calls = Cell::new(0);
        let mut reactor = Reactor::new();
        reactor.add_timer_every(Duration::ZERO, |reactor| {
            calls.set(calls.get() + 1);
            reactor.stop();
            Err("after all".into())
        });
        // Before a run: by the reactor, by a stopper, by both and more than once.
        reactor.stop();
        reactor.run().unwrap();
        let stopper = reactor.stop_handle().unwrap();
        stopper.stop();
        reactor.run().unwrap();
        stopper.stop();
        stopper.stop();
        reactor.stop();
        reactor.run().unwrap();
        assert_eq!(calls.get(), 0);
        // An error goes first; the request then ends the next run.
        assert_eq!(reactor.run().unwrap_err().to_string(), "after all");
        reactor.run().unwrap();
        assert_eq!(calls.get(), 1);
        assert!(reactor.run().is_err());
        assert_eq!(calls.get(), 2);
    });
}

#[test]
fn stop_handle_may_outlive_its_reactor() {
    const fn for_any_thread<T: Send + Sync + Clone + 'static>() {}
    for_any_thread::<StopHandle>();
    let mut reactor: Reactor<'_> = Reactor::new();
    let stopper = reactor.stop_handle().unwrap();
    drop(reactor);
    stopper.stop();
}

#[test]
fn a_thousand_races_of_stops_lose_none() {
    deadline(LONG, || {
        let mut reactor = Reactor::new();
        reactor.add_timer_once(CENTURY, |_| Ok(()));
        let stopper = reactor.stop_handle().unwrap();
        let (done, next) = zmq4::bounded_channel(1).unwrap();
        let thread = thread::spawn(move || {
            for _ in 0..1000 {
                stopper.stop();
                next.recv().unwrap();
            }
        });
        // Would hang where a request was lost.
        for _ in 0..1000 {
            reactor.run().unwrap();
            done.send(()).unwrap();
        }
        thread.join().unwrap();
    });
}
