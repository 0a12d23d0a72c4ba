//! Signals that interrupt a poll.

use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, POLLIN, PollItem, Poller};

use crate::open;
use crate::support::{LONG, in_child};

static CAUGHT: AtomicU32 = AtomicU32::new(0);

extern "C" fn caught(_signal: libc::c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

/// Sends signals that interrupt system calls to the thread of `body`, the next one as soon as the last one was caught.
/// Returns what `body` does, and how many there were.
fn under_signals<T>(body: impl FnOnce() -> T) -> (T, u32) {
    // SAFETY: all zeros is a valid sigaction, with no flags: calls are not restarted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = caught as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the structure is live, and the handler only counts.
    let rc = unsafe { libc::sigaction(libc::SIGALRM, &action, std::ptr::null_mut()) };
    assert_eq!(rc, 0);
    // SAFETY: has no precondition.
    let target = unsafe { libc::pthread_self() } as usize;
    let done = AtomicBool::new(false);
    let before = CAUGHT.load(Ordering::Relaxed);
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let before = CAUGHT.load(Ordering::Relaxed);
                // SAFETY: the thread waits for this one to end, and so exists.
                unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGALRM) };
                while CAUGHT.load(Ordering::Relaxed) == before && !done.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
                // What is interrupted shall get somewhere, too.
                let next = Instant::now() + Duration::from_micros(40);
                while Instant::now() < next {
                    std::hint::spin_loop();
                }
            }
        });
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        done.store(true, Ordering::Relaxed);
        result
    });
    let caught = CAUGHT.load(Ordering::Relaxed) - before;
    (result.unwrap_or_else(|panic| panic::resume_unwind(panic)), caught)
}

/// The wait must end on time where the machine lets it: the best of many rounds counts, because others use the
/// processors too. A machine that is too busy for so many signals has to stand a tenth of them.
fn assert_on_time(name: &str, mut wait: impl FnMut(Option<Duration>)) {
    const TIME: Duration = Duration::from_millis(1500);
    const SIGNALS: u32 = 10_000;
    const LATE: Duration = Duration::from_millis(20);
    let mut rounds = Vec::new();
    let start = Instant::now();
    while start.elapsed() < LONG {
        let enough = if rounds.len() < 10 { SIGNALS } else { SIGNALS / 10 };
        let (elapsed, signals) = under_signals(|| {
            let started = Instant::now();
            wait(Some(TIME));
            started.elapsed()
        });
        assert!(elapsed >= TIME, "{name}: {elapsed:?} is too early");
        rounds.push((elapsed - TIME, signals));
        if signals >= enough && elapsed - TIME <= LATE {
            println!("{name}: {:?} late with {signals} signals", elapsed - TIME);
            return;
        }
    }
    panic!("{name}: how late, with how many signals: {rounds:?}");
}

#[test]
fn ten_thousand_signals_do_not_make_a_poller_late() {
    in_child(
        "signals::ten_thousand_signals_do_not_make_a_poller_late",
        3 * LONG,
        || {
            let context = Context::new().unwrap();
            let (a, b) = (open(&context, zmq4::PULL), open(&context, zmq4::PULL));
            let mut poller = Poller::new();
            poller.add(&a, POLLIN).unwrap();
            poller.add(&b, POLLIN).unwrap();
            assert_on_time("poller", |timeout| assert!(poller.poll(timeout).unwrap().is_empty()));
        },
    );
}

#[test]
fn ten_thousand_signals_do_not_make_a_socket_late() {
    in_child(
        "signals::ten_thousand_signals_do_not_make_a_socket_late",
        3 * LONG,
        || {
            let context = Context::new().unwrap();
            let socket = open(&context, zmq4::PULL);
            assert_on_time("socket", |timeout| {
                assert!(socket.poll(POLLIN, timeout).unwrap().is_empty());
            });
        },
    );
}

#[test]
fn late_event_is_found_despite_signals() {
    in_child("signals::late_event_is_found_despite_signals", LONG, || {
        let context = Context::new().unwrap();
        for timeout in [None, Some(LONG)] {
            let (a, b) = crate::pair(&context);
            let sender = thread::spawn(move || {
                thread::sleep(Duration::from_millis(100));
                b.send("x", zmq4::Flags::NONE).unwrap();
                b
            });
            let (ready, _) = under_signals(|| a.poll(POLLIN, timeout).unwrap());
            assert_eq!(ready, POLLIN);
            sender.join().unwrap();
        }
    });
}

#[test]
fn a_signal_ends_the_poll_where_one_context_wants_it() {
    in_child(
        "signals::a_signal_ends_the_poll_where_one_context_wants_it",
        LONG,
        || {
            let (patient, hasty) = (Context::new().unwrap(), Context::new().unwrap());
            hasty.set_retry_after_eintr(false);
            let (a, b) = (open(&patient, zmq4::PULL), open(&hasty, zmq4::PULL));
            // In either order: Go asks the last socket only.
            for (first, second) in [(&a, &b), (&b, &a)] {
                let mut poller = Poller::new();
                poller.add(first, POLLIN).unwrap();
                poller.add(second, POLLIN).unwrap();
                for timeout in [None, Some(LONG)] {
                    let (error, _) = under_signals(|| poller.poll(timeout).unwrap_err());
                    assert_eq!(error, Errno::EINTR);
                    let mut items = [PollItem::new(first, POLLIN), PollItem::new(second, POLLIN)];
                    let (error, _) = under_signals(|| zmq4::poll(&mut items, timeout).unwrap_err());
                    assert_eq!(error, Errno::EINTR);
                    let (error, _) = under_signals(|| b.poll(POLLIN, timeout).unwrap_err());
                    assert_eq!(error, Errno::EINTR);
                }
            }
        },
    );
}

#[test]
fn descriptors_alone_have_no_context_to_ask() {
    in_child("signals::descriptors_alone_have_no_context_to_ask", LONG, || {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&ours, POLLIN).unwrap();
        let time = Duration::from_millis(100);
        let started = Instant::now();
        let (ready, signals) = under_signals(|| poller.poll(Some(time)).unwrap().len());
        assert!(started.elapsed() >= time);
        assert_eq!(ready, 0);
        assert!(signals > 10, "{signals} signals");
    });
}
