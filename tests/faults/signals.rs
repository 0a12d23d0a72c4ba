//! Signals that interrupt calls.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, DONTWAIT, Errno, Flags};

use crate::support::{LONG, in_child};
use crate::{connected, open};

static CAUGHT: AtomicU32 = AtomicU32::new(0);

extern "C" fn caught(_signal: libc::c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

/// Sends a signal that interrupts system calls to the thread of `body`, again and again.
fn under_signals<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: all zeros is a valid sigaction, with no flags: calls are not restarted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = caught as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the structure is live, and the handler only counts.
    let rc = unsafe { libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()) };
    assert_eq!(rc, 0);
    // SAFETY: has no precondition.
    let target = unsafe { libc::pthread_self() } as usize;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // SAFETY: the thread waits for this one to end, and so exists.
                unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGUSR1) };
                thread::sleep(Duration::from_micros(100));
            }
        });
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        done.store(true, Ordering::Relaxed);
        result
    })
    .unwrap_or_else(|panic| panic::resume_unwind(panic))
}

#[test]
fn a_time_out_holds_in_spite_of_signals() {
    in_child("signals::a_time_out_holds_in_spite_of_signals", LONG, || {
        const TIME: Duration = Duration::from_millis(300);
        let context = Context::new().unwrap();
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        push.set_sndtimeo(Some(TIME)).unwrap();
        pull.set_rcvtimeo(Some(TIME)).unwrap();
        let waits: [(&str, &dyn Fn() -> zmq4::Error); 5] = [
            ("recv", &|| pull.recv(Flags::NONE).unwrap_err()),
            ("recv_into", &|| pull.recv_into(&mut [0; 8], Flags::NONE).unwrap_err()),
            ("recv_message", &|| pull.recv_message(Flags::NONE).unwrap_err()),
            ("send", &|| push.send("x", Flags::NONE).unwrap_err()),
            ("send_message", &|| push.send_message(["x", "y"]).unwrap_err()),
        ];
        for (name, wait) in waits {
            let before = CAUGHT.load(Ordering::Relaxed);
            let started = Instant::now();
            let error = under_signals(wait);
            let elapsed = started.elapsed();
            assert_eq!(error, Errno::EAGAIN, "{name}: {error}");
            assert!(elapsed >= TIME && elapsed < LONG / 4, "{name}: {elapsed:?}");
            assert!(CAUGHT.load(Ordering::Relaxed) > before + 10, "{name}: no signals came");
        }
    });
}

#[test]
fn late_message_is_received_despite_signals() {
    in_child("signals::late_message_is_received_despite_signals", LONG, || {
        let context = Context::new().unwrap();
        for timeout in [None, Some(LONG)] {
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL);
            pull.set_rcvtimeo(timeout).unwrap();
            let sender = thread::spawn(move || {
                thread::sleep(Duration::from_millis(100));
                push.send_message(["one", "two", "three"]).unwrap();
                push
            });
            let received = under_signals(|| pull.recv_message(Flags::NONE).unwrap());
            assert_eq!(received, ["one", "two", "three"]);
            sender.join().unwrap();
        }
    });
}

#[test]
fn a_signal_ends_the_call_where_that_is_wanted() {
    in_child("signals::a_signal_ends_the_call_where_that_is_wanted", LONG, || {
        let context = Context::new().unwrap();
        context.set_retry_after_eintr(false);
        assert!(!context.retry_after_eintr());
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        pull.set_rcvtimeo(Some(LONG)).unwrap();
        under_signals(|| {
            let error = pull.recv(Flags::NONE).unwrap_err();
            assert_eq!(error, Errno::EINTR);
            assert!(error.to_string().starts_with("zmq_msg_recv: Interrupted"), "{error}");
            assert_eq!(pull.recv_message(Flags::NONE).unwrap_err(), Errno::EINTR);
            let error = push.send(String::from("mine"), Flags::NONE).unwrap_err();
            assert_eq!(error, Errno::EINTR);
            assert_eq!(error.into_message().unwrap(), "mine");
        });
    });
}

#[test]
fn a_signal_that_ends_a_call_tears_no_message() {
    in_child("signals::a_signal_that_ends_a_call_tears_no_message", LONG, || {
        const MESSAGES: u32 = 5000;
        let context = Context::new().unwrap();
        context.set_retry_after_eintr(false);
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        push.set_sndhwm(1).unwrap();
        pull.set_rcvhwm(1).unwrap();
        pull.bind("inproc://torn").unwrap();
        push.connect("inproc://torn").unwrap();
        let receiver = thread::spawn(move || {
            for number in (0..MESSAGES).flat_map(|number| [number; 2]) {
                let number = number.to_string();
                let expected = [number.as_str(), "", number.as_str()];
                assert_eq!(pull.recv_message(Flags::NONE).unwrap(), expected);
            }
        });
        let mut interrupted = 0;
        let mut again = |send: &dyn Fn() -> zmq4::Result<usize>| {
            while let Err(error) = send() {
                assert_eq!(error, Errno::EINTR);
                interrupted += 1;
            }
        };
        under_signals(|| {
            for number in 0..MESSAGES {
                let number = number.to_string();
                again(&|| push.send_message((&number, "", &number)));
                again(&|| push.send_message((&number, "", number.clone())));
            }
        });
        receiver.join().unwrap();
        assert!(interrupted > 0, "no signal ended a call");
    });
}

#[test]
fn nothing_else_fails_for_a_signal() {
    in_child("signals::nothing_else_fails_for_a_signal", LONG, || {
        let end = Instant::now() + Duration::from_millis(500);
        under_signals(|| {
            while Instant::now() < end {
                let context = Context::new().unwrap();
                let (a, b) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
                for local in ["inproc://signals", "tcp://127.0.0.1:*"] {
                    a.bind(local).unwrap();
                    let endpoint = a.last_endpoint().unwrap();
                    b.connect(&endpoint).unwrap();
                    for _ in 0..20 {
                        b.send_message(["one", "two"]).unwrap();
                        assert_eq!(a.recv_message(Flags::NONE).unwrap(), ["one", "two"]);
                    }
                    b.disconnect(&endpoint).unwrap();
                    a.unbind(&endpoint).unwrap();
                }
                drop((a, b));
                context.term().unwrap();
            }
        });
    });
}

#[test]
fn termination_goes_on_after_signals() {
    in_child("signals::termination_goes_on_after_signals", LONG, || {
        let context = Context::new().unwrap();
        let socket = open(&context, zmq4::PULL);
        let (started, start) = mpsc::channel();
        let holder = thread::spawn(move || {
            started.send(()).unwrap();
            let error = socket.recv(Flags::NONE).unwrap_err();
            thread::sleep(Duration::from_millis(100));
            error.errno()
        });
        start.recv().unwrap();
        under_signals(|| context.term().unwrap());
        assert_eq!(holder.join().unwrap(), Errno::ETERM);
    });
}

#[test]
fn termination_that_a_signal_ended_can_be_repeated() {
    in_child("signals::termination_that_a_signal_ended_can_be_repeated", LONG, || {
        let context = Context::new().unwrap();
        context.set_retry_after_eintr(false);
        let socket = open(&context, zmq4::PULL);
        let error = under_signals(|| context.term().unwrap_err());
        assert_eq!(error, Errno::EINTR);
        assert_eq!(socket.recv(DONTWAIT).unwrap_err(), Errno::ETERM);
        drop(socket);
        context.term().unwrap();
    });
}
