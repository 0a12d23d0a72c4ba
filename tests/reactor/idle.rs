//! An idle reactor sleeps.
#![cfg(target_os = "linux")]

use std::time::Duration;

use zmq4::{Context, POLLIN, Reactor};

use crate::support::{LONG, in_child};
use crate::{CENTURY, pairs};

/// How often this thread went to sleep of its own accord, and the ticks that it ran.
fn switches_and_ticks() -> (u64, u64) {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/thread-self/{file}")).unwrap();
    let number = |text: &str| text.trim().parse::<u64>().unwrap();
    let status = read("status");
    let switches = status
        .lines()
        .filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
        .map(number);
    // After the name in parentheses: the 12th and 13th are the time in user mode and in the kernel.
    let stat = read("stat");
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2).map(number);
    (switches.sum(), ticks.sum())
}

#[test]
fn an_idle_reactor_does_not_wake_up() {
    in_child("idle::an_idle_reactor_does_not_wake_up", LONG, || {
        let context = Context::new().unwrap();
        let pairs = pairs(&context, 10);
        let channels: Vec<_> = (0..10).map(|_| zmq4::channel::<()>().unwrap()).collect();
        let mut senders = Vec::new();
        let mut reactor = Reactor::new();
        for (near, _) in &pairs {
            reactor
                .add_socket(near, POLLIN, |_, _, _| panic!("nothing was sent"))
                .unwrap();
        }
        for (sender, receiver) in channels {
            senders.push(sender);
            reactor.add_channel(receiver, 0, |_, ()| panic!("no value")).unwrap();
        }
        reactor.add_timer_once(CENTURY, |_| panic!("too early"));
        reactor.add_timer_every(Duration::from_secs(3600), |_| panic!("too early"));
        let stopper = reactor.stop_handle().unwrap();
        // From a handler to the stop there is the one sleep that is to be measured.
        let before = std::rc::Rc::new(std::cell::Cell::new((0, 0)));
        let inner = before.clone();
        reactor.add_timer_once(Duration::ZERO, move |_| {
            inner.set(switches_and_ticks());
            Ok(())
        });
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            stopper.stop();
        });
        reactor.run().unwrap();
        let (switches, ticks) = switches_and_ticks();
        thread.join().unwrap();
        let (switches, ticks) = (switches - before.get().0, ticks - before.get().1);
        println!("{switches} switches, {ticks} ticks");
        // To sleep once, and to wake up at the end only.
        assert_eq!(switches, 1, "times that it went to sleep");
        assert!(ticks <= 1, "{ticks} ticks of 10 ms");
    });
}
