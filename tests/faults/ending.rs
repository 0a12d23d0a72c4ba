//! Limits of a context, and its end, while others use it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Barrier, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};
use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, SNDMORE, Socket, SocketType};

use crate::support::log::Recorder;
use crate::support::{LONG, deadline, eventually, in_child, inproc_name, loopback};
use crate::{connected, open};

#[test]
fn too_many_sockets() {
    let context = Context::new().unwrap();
    context.set_max_sockets(3).unwrap();
    let mut sockets: Vec<_> = (0..3).map(|_| context.socket(zmq4::PAIR).unwrap()).collect();
    let error = context.socket(zmq4::REQ).unwrap_err();
    assert_eq!(error, Errno::EMFILE);
    assert!(error.to_string().starts_with("zmq_socket(REQ): "), "{error}");
    sockets.pop();
    // libzmq frees the place in the background.
    eventually(LONG, || context.socket(zmq4::REQ).ok());
}

#[test]
fn blocked_calls_end_with_the_context() {
    type Blocked = fn(&Socket) -> zmq4::Error;
    let calls: [(SocketType, Blocked); 8] = [
        (zmq4::PULL, |socket| socket.recv(Flags::NONE).unwrap_err()),
        (zmq4::PULL, |socket| socket.recv_bytes(Flags::NONE).unwrap_err()),
        (zmq4::PULL, |socket| socket.recv_string(Flags::NONE).unwrap_err()),
        (zmq4::PULL, |socket| socket.recv_message(Flags::NONE).unwrap_err()),
        (zmq4::PULL, |socket| {
            socket.recv_into(&mut [0; 9], Flags::NONE).unwrap_err()
        }),
        (zmq4::PULL, |socket| {
            socket.recv_msg_into(&mut Message::new(), Flags::NONE).unwrap_err()
        }),
        (zmq4::PUSH, |socket| socket.send("x", Flags::NONE).unwrap_err()),
        (zmq4::PUSH, |socket| socket.send_message(["x", "y"]).unwrap_err()),
    ];
    for by_term in [false, true] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let ready = Barrier::new(calls.len() + 1);
            thread::scope(|scope| {
                for (ty, call) in calls {
                    let socket = open(&context, ty);
                    let ready = &ready;
                    scope.spawn(move || {
                        ready.wait();
                        let error = call(&socket);
                        assert_eq!(error, Errno::ETERM);
                        assert!(error.to_string().contains("terminated"), "{error}");
                    });
                }
                ready.wait();
                // Most threads are blocked by now; those that are not find the context ended.
                thread::sleep(Duration::from_millis(20));
                if by_term {
                    context.term().unwrap();
                } else {
                    context.shutdown().unwrap();
                }
            });
        });
    }
}

#[test]
fn every_call_after_shutdown_answers_eterm() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let name = inproc_name();
        for ty in [zmq4::PAIR, zmq4::DEALER, zmq4::SUB, zmq4::REP, zmq4::PUB] {
            let context = Context::new().unwrap();
            let socket = open(&context, ty);
            socket.bind(&name).unwrap();
            context.shutdown().unwrap();
            all_end(&socket, &name);
            context_has_ended(&context);
            drop(socket);
            context.term().unwrap();
            context.term().unwrap();
            context.shutdown().unwrap();
            context_has_ended(&context);
        }
        // Without any socket, too.
        context.shutdown().unwrap();
        context_has_ended(&context);
        context.term().unwrap();
        context_has_ended(&context);
    });
}

#[track_caller]
fn eterm<T>(result: zmq4::Result<T>) -> zmq4::Error {
    let error = result.err().expect("the context has ended");
    assert_eq!(error, Errno::ETERM, "{error}");
    error
}

fn context_has_ended(context: &Context) {
    eterm(context.socket(zmq4::PAIR));
    eterm(context.io_threads());
    eterm(context.set_io_threads(2));
    eterm(context.max_sockets());
    eterm(context.set_max_sockets(2));
    eterm(context.blocky());
    eterm(context.set_blocky(false));
}

fn all_end(socket: &Socket, name: &str) {
    let second = Some(Duration::from_secs(1));
    eterm(socket.bind("inproc://another"));
    eterm(socket.bind("tcp://127.0.0.1:*"));
    eterm(socket.connect("inproc://another"));
    eterm(socket.connect("tcp://127.0.0.1:1"));
    eterm(socket.unbind(name));
    eterm(socket.disconnect(name));
    eterm(socket.last_endpoint());
    eterm(socket.linger());
    eterm(socket.set_linger(second));
    eterm(socket.rcvtimeo());
    eterm(socket.set_rcvtimeo(second));
    eterm(socket.sndtimeo());
    eterm(socket.set_sndtimeo(second));
    eterm(socket.sndhwm());
    eterm(socket.set_sndhwm(1));
    eterm(socket.rcvhwm());
    eterm(socket.set_rcvhwm(1));
    eterm(socket.routing_id());
    eterm(socket.identity());
    eterm(socket.set_routing_id("a"));
    eterm(socket.set_identity("a"));
    eterm(socket.subscribe("a"));
    eterm(socket.unsubscribe("a"));
    eterm(socket.rcvmore());

    let mut mine = Message::from("mine");
    for flags in [Flags::NONE, DONTWAIT, SNDMORE] {
        eterm(socket.send("x", flags));
        eterm(socket.send(&mut mine, flags));
        let back = eterm(socket.send(vec![7; 3000], flags)).into_message();
        assert_eq!(back.unwrap(), vec![7; 3000]);
    }
    assert_eq!(mine, "mine");
    let mut parts = Multipart::from_iter(["one", "two"]);
    eterm(socket.send_message(&mut parts));
    eterm(socket.send_message_dontwait(&mut parts));
    assert_eq!(parts, ["one", "two"]);
    assert_eq!(
        eterm(socket.send_message(parts)).into_multipart().unwrap(),
        ["one", "two"]
    );
    for flags in [Flags::NONE, DONTWAIT] {
        eterm(socket.recv(flags));
        eterm(socket.recv_msg_into(&mut Message::new(), flags));
        eterm(socket.recv_bytes(flags));
        eterm(socket.recv_string(flags));
        eterm(socket.recv_into(&mut [0; 4], flags));
        eterm(socket.recv_message(flags));
        eterm(socket.recv_with_metadata(flags, &["Socket-Type"]));
        eterm(socket.recv_bytes_with_metadata(flags, &["Socket-Type"]));
        eterm(socket.recv_string_with_metadata(flags, &["Socket-Type"]));
        eterm(socket.recv_message_with_metadata(flags, &["Socket-Type"]));
    }
}

#[test]
fn many_threads_use_a_context_while_it_ends() {
    deadline(2 * LONG, || {
        for round in 0..30_u32 {
            let context = Context::new().unwrap();
            let started = Barrier::new(7);
            thread::scope(|scope| {
                for number in 0..6 {
                    let (context, started) = (context.clone(), &started);
                    scope.spawn(move || {
                        started.wait();
                        use_until_it_ends(&context, number);
                    });
                }
                started.wait();
                if round % 3 != 0 {
                    thread::sleep(Duration::from_millis(u64::from(round) / 3));
                }
                thread::scope(|enders| {
                    enders.spawn(|| context.term().unwrap());
                    enders.spawn(|| context.term().unwrap());
                    enders.spawn(|| context.shutdown().unwrap());
                });
            });
            context_has_ended(&context);
        }
    });
}

fn use_until_it_ends(context: &Context, number: u32) {
    let end = |error: zmq4::Error| assert_eq!(error, Errno::ETERM, "{error}");
    for attempt in 0.. {
        let name = format!("inproc://{number}-{attempt}");
        let pass = || -> zmq4::Result<()> {
            context.io_threads()?;
            let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
            a.set_linger(Some(Duration::ZERO))?;
            b.set_linger(Some(Duration::ZERO))?;
            a.bind(&name)?;
            b.connect(&name)?;
            b.connect("inproc://never bound")?;
            a.send_message(["one", "two"])?;
            b.recv_message(Flags::NONE)?;
            a.unbind(&name)?;
            b.last_endpoint().map(drop)
        };
        if let Err(error) = pass() {
            return end(error);
        }
    }
}

#[test]
fn a_thread_that_panics_takes_only_its_socket_with_it() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, theirs) = connected(&context, zmq4::PAIR, zmq4::PAIR);
        let message = ours_to(&ours, &theirs);
        let panicked = thread::spawn(move || {
            let _held = (theirs, message);
            panic::panic_any("on purpose");
        });
        assert!(panicked.join().is_err());
        let (a, b) = connected(&context, zmq4::PAIR, zmq4::PAIR);
        assert_eq!(ours_to(&a, &b), "still works");
        drop((ours, a, b));
        context.term().unwrap();
    });
}

fn ours_to(from: &Socket, to: &Socket) -> Message {
    from.send("still works", Flags::NONE).unwrap();
    to.recv(Flags::NONE).unwrap()
}

#[test]
fn a_panic_while_a_frame_is_filled_leaves_no_trace() {
    let filled = panic::catch_unwind(|| Message::build(10, |_| panic::panic_any("on purpose")));
    assert!(filled.is_err());
    let mut kept = Message::from("kept");
    let shared = panic::catch_unwind(AssertUnwindSafe(|| {
        let _copy = kept.share().unwrap();
        panic::panic_any("on purpose")
    }));
    assert!(shared.is_err());
    assert_eq!(kept, "kept");
}

/// The line that the log has about the end of a context.
fn logged_end(recorder: &Recorder) -> String {
    eventually(LONG, || {
        let lines = recorder.lines();
        lines.into_iter().find(|line| line.starts_with("WARN zmq4::context "))
    })
}

#[test]
fn termination_that_waits_names_unsent_messages() {
    in_child("ending::termination_that_waits_names_unsent_messages", LONG, || {
        let recorder = Recorder::install();
        let place = std::net::TcpListener::bind((loopback(), 0)).unwrap();
        let endpoint = format!("tcp://{}", place.local_addr().unwrap());
        drop(place);
        let context = Context::new().unwrap();
        let push = context.socket(zmq4::PUSH).unwrap();
        push.connect(&endpoint).unwrap();
        push.send("s3cret", Flags::NONE).unwrap();
        drop(push);
        let ending = thread::spawn(move || drop(context));
        let line = logged_end(recorder);
        let expected = format!("closed sockets that may have unsent messages: PUSH {endpoint:?}");
        assert!(line.ends_with(&expected), "{line}");
        let pull = Socket::new(zmq4::PULL).unwrap();
        pull.bind(&endpoint).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "s3cret");
        ending.join().unwrap();
        assert_eq!(recorder.lines().len(), 1, "{:?}", recorder.lines());
    });
}

#[test]
fn termination_that_waits_names_open_sockets() {
    in_child("ending::termination_that_waits_names_open_sockets", LONG, || {
        let recorder = Recorder::install();
        let context = Context::new().unwrap();
        let (pull, other) = (context.socket(zmq4::PULL).unwrap(), context.socket(zmq4::REQ).unwrap());
        let name = inproc_name();
        pull.bind(&name).unwrap();
        let ending = thread::spawn(move || context.term());
        let line = logged_end(recorder);
        assert!(line.ends_with(&format!("open sockets: 2: PULL {name:?}")), "{line}");
        drop((pull, other));
        ending.join().unwrap().unwrap();
    });
}

/// A context that takes 1.5 s to end, and the peer that does not speak to it.
fn slow_to_end() -> (Context, std::net::TcpListener) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", silent.local_addr().unwrap());
    let context = Context::new().unwrap();
    let push = context.socket(zmq4::PUSH).unwrap();
    push.set_linger(Some(Duration::from_millis(1500))).unwrap();
    push.connect(&endpoint).unwrap();
    push.send("x", Flags::NONE).unwrap();
    (context, silent)
}

/// Writes to what the program has locked.
struct Locking {
    output: Mutex<u32>,
    asked: Mutex<Option<mpsc::Sender<()>>>,
}

static LOCKING: Locking = Locking {
    output: Mutex::new(0),
    asked: Mutex::new(None),
};

impl Log for Locking {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, _: &Record<'_>) {
        if let Some(asked) = &*self.asked.lock().unwrap_or_else(PoisonError::into_inner) {
            asked.send(()).unwrap();
        }
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn flush(&self) {}
}

/// As a program that has locked stdout, and a logger that writes there.
#[test]
fn termination_ends_while_the_logger_is_blocked() {
    in_child("ending::termination_ends_while_the_logger_is_blocked", LONG, || {
        let (sender, asked) = mpsc::channel();
        *LOCKING.asked.lock().unwrap() = Some(sender);
        log::set_logger(&LOCKING).unwrap();
        log::set_max_level(LevelFilter::Warn);
        let (context, _silent) = slow_to_end();
        let output = LOCKING.output.lock().unwrap();
        context.term().unwrap();
        assert_eq!(*output, 0);
        drop(output);
        asked.recv().unwrap();
        eventually(LONG, || (*LOCKING.output.lock().unwrap() == 1).then_some(()));
    });
}
