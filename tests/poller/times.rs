//! Timeouts: rounded up, of any length, and with nothing to wait for.

use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, Flags, POLLERR, POLLIN, POLLOUT, POLLPRI, PollItem, Poller, State};

use crate::support::{LONG, deadline};
use crate::{NOW, open, pair};

/// Calls that find nothing, in each of the ways to wait.
fn idle(timeout: Option<Duration>) {
    let context = Context::new().unwrap();
    let (a, b) = (open(&context, zmq4::PULL), open(&context, zmq4::PULL));
    let mut one = Poller::new();
    one.add(&a, POLLIN).unwrap();
    let (mut two, mut all) = (Poller::new(), Poller::new());
    for poller in [&mut two, &mut all] {
        poller.add(&a, POLLIN).unwrap();
        poller.add(&b, POLLIN).unwrap();
    }
    let ways: [(&str, &mut dyn FnMut() -> bool); 6] = [
        ("one", &mut || one.poll(timeout).unwrap().is_empty()),
        ("two", &mut || two.poll(timeout).unwrap().is_empty()),
        ("all", &mut || all.poll_all(timeout).unwrap()[1].events().is_empty()),
        ("socket", &mut || a.poll(POLLIN, timeout).unwrap().is_empty()),
        ("item", &mut || {
            zmq4::poll(&mut [PollItem::new(&a, POLLIN)], timeout).unwrap() == 0
        }),
        ("items", &mut || {
            let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&b, POLLIN)];
            zmq4::poll(&mut items, timeout).unwrap() == 0
        }),
    ];
    for (name, way) in ways {
        let started = Instant::now();
        assert!(way(), "{name}");
        let elapsed = started.elapsed();
        assert!(
            elapsed >= timeout.unwrap(),
            "{name}: {elapsed:?} is less than {timeout:?}"
        );
    }
}

#[test]
fn a_poll_takes_no_less_than_its_time_out() {
    // Go makes nothing of what is less than a millisecond.
    for micros in [1, 999, 1000, 1001, 20_500] {
        deadline(LONG, move || idle(Some(Duration::from_micros(micros))));
    }
    deadline(LONG, || idle(Some(Duration::from_nanos(1))));
    deadline(LONG, || idle(NOW));
}

#[test]
fn a_century_is_a_time_like_any_other() {
    for timeout in [Duration::from_secs(100 * 365 * 24 * 3600), Duration::MAX] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let (a, mut b) = pair(&context);
            let (c, _d) = pair(&context);
            for way in 0..4 {
                let sender = thread::spawn(move || {
                    // Something comes once the poll waits, or before: it must be found in both cases.
                    thread::sleep(Duration::from_millis(20));
                    b.send("x", Flags::NONE).unwrap();
                    b
                });
                let timeout = Some(timeout);
                let mut poller = Poller::new();
                poller.add(&a, POLLIN).unwrap();
                match way {
                    0 => assert_eq!(poller.poll(timeout).unwrap().len(), 1),
                    1 => {
                        poller.add(&c, POLLIN).unwrap();
                        assert_eq!(poller.poll(timeout).unwrap().len(), 1);
                    }
                    2 => assert_eq!(a.poll(POLLIN, timeout).unwrap(), POLLIN),
                    _ => assert_eq!(zmq4::poll(&mut [PollItem::new(&a, POLLIN)], timeout).unwrap(), 1),
                }
                a.recv(Flags::NONE).unwrap();
                b = sender.join().unwrap();
            }
        });
    }
}

#[test]
fn nothing_to_wait_for_is_an_error_without_a_time_out() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let socket = open(&context, zmq4::DEALER);
        let mut poller = Poller::new();
        let expected = "zmq_poll: nothing is waited for, and there is no timeout (EINVAL)";
        assert_eq!(poller.poll(None).unwrap_err().to_string(), expected);
        assert_eq!(poller.poll_all(None).unwrap_err(), Errno::EINVAL);
        assert_eq!(zmq4::poll(&mut [], None).unwrap_err(), Errno::EINVAL);
        // Neither is a socket of which nothing is asked, or what no socket returns.
        let id = poller.add(&socket, POLLIN).unwrap();
        let unknown = State::from_bits_retain(!(POLLIN | POLLOUT).bits());
        for events in [State::empty(), POLLERR, POLLERR | POLLPRI, unknown] {
            poller.update(id, events).unwrap();
            assert_eq!(poller.poll(None).unwrap_err(), Errno::EINVAL);
            assert_eq!(socket.poll(events, None).unwrap_err(), Errno::EINVAL);
            let mut items = [PollItem::new(&socket, events), PollItem::new(&socket, events)];
            assert_eq!(zmq4::poll(&mut items[..1], None).unwrap_err(), Errno::EINVAL);
            assert_eq!(zmq4::poll(&mut items, None).unwrap_err(), Errno::EINVAL);
        }
        // What no socket returns is not kept.
        assert_eq!(poller.update(id, POLLOUT | POLLERR).unwrap(), State::empty());
        assert_eq!(poller.update(id, POLLOUT).unwrap(), POLLOUT);
        assert!(poller.poll(NOW).unwrap().is_empty());
        poller.remove(id).unwrap();
        assert_eq!(poller.poll(None).unwrap_err(), Errno::EINVAL);
    });
}

#[test]
fn nothing_to_wait_for_takes_the_whole_time() {
    deadline(LONG, || {
        const TIME: Duration = Duration::from_millis(30);
        let context = Context::new().unwrap();
        let socket = open(&context, zmq4::DEALER);
        let (mut empty, mut none, mut deaf) = (Poller::new(), Poller::new(), Poller::new());
        deaf.add(&socket, State::empty()).unwrap();
        let ways: [&mut dyn FnMut() -> bool; 6] = [
            &mut || empty.poll(Some(TIME)).unwrap().is_empty(),
            &mut || none.poll_all(Some(TIME)).unwrap().is_empty(),
            &mut || deaf.poll(Some(TIME)).unwrap().is_empty(),
            &mut || zmq4::poll(&mut [], Some(TIME)).unwrap() == 0,
            &mut || socket.poll(State::empty(), Some(TIME)).unwrap().is_empty(),
            &mut || zmq4::poll(&mut [PollItem::new(&socket, State::empty())], Some(TIME)).unwrap() == 0,
        ];
        for way in ways {
            let started = Instant::now();
            assert!(way());
            assert!(started.elapsed() >= TIME);
        }
        assert!(Poller::new().poll(NOW).unwrap().is_empty());
    });
}
