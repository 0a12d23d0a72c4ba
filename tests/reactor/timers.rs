//! Timers: once, every, and the extremes. A12: removed and added while they go off.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, Reactor, State};

use crate::CENTURY;
use crate::support::{LONG, deadline};

#[test]
fn a_timer_goes_off_once_and_never_too_early() {
    deadline(LONG, || {
        for delay in [Duration::ZERO, Duration::from_micros(999), Duration::from_millis(30)] {
            let mut reactor = Reactor::new();
            let start = Instant::now();
            reactor.add_timer_once(delay, move |_| {
                assert!(start.elapsed() >= delay);
                Ok(())
            });
            // Nothing is left after it.
            let error = reactor.run().unwrap_err();
            assert_eq!(error.downcast_ref::<zmq4::Error>().unwrap().errno(), Errno::EINVAL);
            assert!(start.elapsed() >= delay);
        }
    });
}

#[test]
fn those_that_are_due_are_called_the_earliest_first() {
    deadline(LONG, || {
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        for (delay, name) in [(30, 'c'), (10, 'a'), (20, 'b'), (40, 'd')] {
            let calls = &calls;
            reactor.add_timer_once(Duration::from_millis(delay), move |reactor| {
                calls.borrow_mut().push(name);
                if name == 'd' {
                    reactor.stop();
                }
                Ok(())
            });
        }
        // So late that all are due in one pass.
        reactor.add_timer_once(Duration::ZERO, |_| {
            std::thread::sleep(Duration::from_millis(60));
            Ok(())
        });
        reactor.run().unwrap();
        assert_eq!(calls.take(), ['a', 'b', 'c', 'd']);
    });
}

#[test]
fn ticks_do_not_drift() {
    deadline(LONG, || {
        // How late each is after its multiple of the period. A busy machine makes some late; with a drift of 3 ms a tick,
        // they would lie evenly over the whole period, in every round.
        let mut medians = Vec::new();
        let on_time = (0..20).any(|_| {
            medians.push(median_lateness());
            medians.last().is_some_and(|median| *median < 3000)
        });
        assert!(on_time, "µs late: {medians:?}");
    });
}

/// In microseconds, over a second of ticks each of which works for 3 ms.
fn median_lateness() -> u128 {
    const PERIOD: Duration = Duration::from_millis(10);
    let start = Instant::now();
    let ticks = RefCell::new(Vec::new());
    let mut reactor = Reactor::new();
    reactor.add_timer_every(PERIOD, |reactor| {
        ticks.borrow_mut().push(start.elapsed());
        std::thread::sleep(Duration::from_millis(3));
        if start.elapsed() > 100 * PERIOD {
            reactor.stop();
        }
        Ok(())
    });
    reactor.run().unwrap();
    drop(reactor);
    let ticks = ticks.take();
    assert!(ticks.len() <= 101, "{} ticks", ticks.len());
    assert!(ticks[0] >= PERIOD);
    let mut late: Vec<_> = ticks.iter().map(|tick| tick.as_micros() % PERIOD.as_micros()).collect();
    late.sort_unstable();
    late[late.len() / 2]
}

#[test]
fn missed_ticks_are_made_up_for_by_one() {
    const PERIOD: Duration = Duration::from_millis(50);
    deadline(LONG, || {
        let start = Instant::now();
        let ticks = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        reactor.add_timer_every(PERIOD, |reactor| {
            let number = ticks.borrow().len();
            ticks.borrow_mut().push(start.elapsed());
            match number {
                0 => std::thread::sleep(10 * PERIOD),
                3 => reactor.stop(),
                _ => {}
            }
            Ok(())
        });
        reactor.run().unwrap();
        let ticks = ticks.take();
        assert_eq!(ticks.len(), 4);
        // The second makes up for about ten; the third and fourth wait for theirs.
        assert!(ticks[1] >= ticks[0] + 10 * PERIOD);
        let since_second = (ticks[3].as_micros() / PERIOD.as_micros()) - (ticks[1].as_micros() / PERIOD.as_micros());
        assert!(since_second >= 2, "{ticks:?}");
    });
}

#[test]
fn removed_timer_is_not_called_in_this_pass() {
    deadline(LONG, || {
        let calls = RefCell::new(Vec::new());
        let ids = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        for index in 0..4 {
            let (calls, ids) = (&calls, &ids);
            let id = reactor.add_timer_every(Duration::ZERO, move |reactor| {
                calls.borrow_mut().push(index);
                if index == 1 {
                    // Itself, one that was called in this pass, and two that would be.
                    assert!(ids.borrow().iter().all(|id| reactor.remove_timer(*id)));
                    assert!(!ids.borrow().iter().any(|id| reactor.remove_timer(*id)));
                    reactor.stop();
                }
                Ok(())
            });
            ids.borrow_mut().push(id);
        }
        reactor.run().unwrap();
        assert_eq!(calls.take(), [0, 1]);
        assert!(reactor.run().is_err());
    });
}

#[test]
fn timer_added_by_a_handler_waits_a_pass() {
    deadline(LONG, || {
        let calls = RefCell::new(Vec::new());
        let calls = &calls;
        let mut reactor = Reactor::new();
        reactor.add_timer_once(Duration::ZERO, move |reactor| {
            calls.borrow_mut().push("first");
            reactor.add_timer_once(Duration::ZERO, move |reactor| {
                calls.borrow_mut().push("added");
                reactor.stop();
                Ok(())
            });
            Ok(())
        });
        reactor.add_timer_once(Duration::from_nanos(1), move |_| {
            calls.borrow_mut().push("second");
            Ok(())
        });
        reactor.run().unwrap();
        assert_eq!(calls.take(), ["first", "second", "added"]);
    });
}

#[test]
fn a_period_of_zero_is_over_once_in_each_pass() {
    deadline(LONG, || {
        let (zeros, others) = (Cell::new(0), Cell::new(0));
        let mut reactor = Reactor::new();
        reactor.add_timer_every(Duration::ZERO, |reactor| {
            zeros.set(zeros.get() + 1);
            if zeros.get() == 1000 {
                reactor.stop();
            }
            Ok(())
        });
        reactor.add_timer_every(Duration::from_nanos(1), |_| {
            others.set(others.get() + 1);
            Ok(())
        });
        reactor.run().unwrap();
        drop(reactor);
        assert_eq!(zeros.get(), 1000);
        // The last pass may have ended before it.
        assert!((999..=1000).contains(&others.get()), "{others:?}");
    });
}

#[test]
fn timers_of_a_century_wait() {
    deadline(LONG, || {
        let mut reactor = Reactor::new();
        let early = |_: &mut Reactor<'_>| panic!("too early");
        let ids = [
            reactor.add_timer_once(CENTURY, early),
            reactor.add_timer_once(Duration::MAX, early),
            reactor.add_timer_every(CENTURY, early),
            reactor.add_timer_every(Duration::MAX, early),
        ];
        let stopper = reactor.stop_handle().unwrap();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            stopper.stop();
        });
        reactor.run().unwrap();
        thread.join().unwrap();
        assert!(ids.into_iter().all(|id| reactor.remove_timer(id)));
        // What is never due keeps a reactor waiting, too.
        reactor.add_timer_once(Duration::MAX, early);
        let stopper = reactor.stop_handle().unwrap();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            stopper.stop();
        });
        reactor.run().unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn nothing_but_timers_of_no_end_is_an_error() {
    deadline(LONG, || {
        let socket = Context::new().unwrap().socket(zmq4::PULL).unwrap();
        let mut reactor: Reactor<'_> = Reactor::new();
        reactor.add_timer_once(Duration::MAX, |_| Ok(()));
        reactor.add_timer_every(Duration::MAX, |_| Ok(()));
        for _ in 0..2 {
            let error = reactor.run().unwrap_err();
            let error = error.downcast::<zmq4::Error>().unwrap();
            assert_eq!(*error, zmq4::EINVAL, "nothing could wake it");
            reactor.add_socket(&socket, State::empty(), |_, _, _| Ok(())).unwrap();
        }
    });
}

#[test]
fn ten_thousand_timers_all_go_off_and_none_too_early() {
    deadline(LONG, || {
        let left = Cell::new(10_000);
        let mut reactor = Reactor::new();
        for number in 0..10_000_u64 {
            let delay = Duration::from_micros(number * 7919 % 10_007);
            let left = &left;
            let start = Instant::now();
            reactor.add_timer_once(delay, move |reactor| {
                assert!(start.elapsed() >= delay);
                left.set(left.get() - 1);
                if left.get() == 0 {
                    reactor.stop();
                }
                Ok(())
            });
        }
        reactor.run().unwrap();
        assert_eq!(left.get(), 0);
    });
}
