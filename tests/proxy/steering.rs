//! `proxy_steerable`: orders by text. C14: the same with each libzmq.

use std::thread::{self, JoinHandle};

use zmq4::proxy::Undelivered;
use zmq4::{Context, Errno, Flags, Multipart, Socket, SocketType};

use crate::support::{LONG, deadline};
use crate::{WHILE, bound, connected};

struct Steered {
    source: Socket,
    sink: Socket,
    remote: Socket,
    thread: JoinHandle<zmq4::Result<Undelivered>>,
}

fn steered(context: &Context, control: SocketType, remote: SocketType) -> Steered {
    let (front, from) = bound(context, zmq4::PULL);
    let (back, to) = bound(context, zmq4::PUSH);
    let (control, name) = bound(context, control);
    if control.socket_type() == zmq4::SUB {
        control.subscribe("").unwrap();
    }
    let remote = connected(context, remote, &name);
    Steered {
        source: connected(context, zmq4::PUSH, &from),
        sink: connected(context, zmq4::PULL, &to),
        remote,
        thread: thread::spawn(move || zmq4::proxy_steerable(&front, &back, None, &control)),
    }
}

impl Steered {
    fn say(&self, command: &[u8]) {
        self.remote.send(command, Flags::NONE).unwrap();
    }

    fn ask(&self, command: &[u8]) -> Multipart {
        self.say(command);
        self.remote.recv_message(Flags::NONE).unwrap()
    }

    fn passes(&self, text: &str) {
        self.source.send(text, Flags::NONE).unwrap();
        assert_eq!(self.sink.recv(Flags::NONE).unwrap(), text);
    }

    fn terminates(self) {
        self.say(b"TERMINATE");
        assert!(self.thread.join().unwrap().unwrap().is_empty());
    }
}

fn numbers(answer: &Multipart) -> Vec<u64> {
    answer
        .iter()
        .map(|frame| u64::from_ne_bytes(frame.as_bytes().try_into().unwrap()))
        .collect()
}

#[test]
fn a_rep_answers_every_command() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let steered = steered(&context, zmq4::REP, zmq4::REQ);
        steered.passes("one");
        assert_eq!(steered.ask(b"PAUSE"), [""]);
        steered.source.send_message(["held", "back"]).unwrap();
        steered.sink.set_rcvtimeo(Some(WHILE)).unwrap();
        assert_eq!(steered.sink.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        assert_eq!(numbers(&steered.ask(b"STATISTICS")), [1, 3, 0, 0, 0, 0, 1, 3]);
        assert_eq!(steered.ask(b"RESUME"), [""]);
        steered.sink.set_rcvtimeo(Some(LONG)).unwrap();
        assert_eq!(steered.sink.recv_message(Flags::NONE).unwrap(), ["held", "back"]);
        assert_eq!(numbers(&steered.ask(b"STATISTICS")), [3, 11, 0, 0, 0, 0, 3, 11]);
        for unknown in [&b""[..], b"pause", b"PAUSE\0", b"KILL", b"\xff\xfe", &[b'S'; 100_000]] {
            assert_eq!(steered.ask(unknown), [""]);
        }
        steered.passes("still here");
        assert_eq!(steered.ask(b"TERMINATE"), [""]);
        assert!(steered.thread.join().unwrap().unwrap().is_empty());
    });
}

#[test]
fn others_answer_statistics_alone() {
    deadline(LONG, || {
        for (ours, theirs) in [(zmq4::PAIR, zmq4::PAIR), (zmq4::DEALER, zmq4::DEALER)] {
            let context = Context::new().unwrap();
            let steered = steered(&context, ours, theirs);
            for command in [&b"PAUSE"[..], b"nonsense", b"RESUME"] {
                steered.say(command);
            }
            steered.passes("one");
            assert_eq!(numbers(&steered.ask(b"STATISTICS")), [1, 3, 0, 0, 0, 0, 1, 3]);
            steered.terminates();
        }
    });
}

#[test]
fn control_socket_that_cannot_send_gets_no_reply() {
    deadline(LONG, || {
        for (ours, theirs) in [(zmq4::PULL, zmq4::PUSH), (zmq4::SUB, zmq4::XPUB)] {
            let context = Context::new().unwrap();
            let steered = steered(&context, ours, theirs);
            if theirs == zmq4::XPUB {
                steered.remote.recv(Flags::NONE).unwrap();
            }
            for command in [&b"STATISTICS"[..], b"nonsense"] {
                steered.say(command);
            }
            steered.passes("one");
            steered.terminates();
        }
    });
}

#[test]
fn an_envelope_comes_back() {
    deadline(LONG, || {
        for (ours, theirs) in [(zmq4::ROUTER, zmq4::REQ), (zmq4::DEALER, zmq4::REQ)] {
            let context = Context::new().unwrap();
            let steered = steered(&context, ours, theirs);
            assert_eq!(steered.ask(b"PAUSE"), [""]);
            assert_eq!(steered.ask(b"nonsense"), [""]);
            assert_eq!(steered.ask(b"STATISTICS").len(), 8);
            assert_eq!(steered.ask(b"TERMINATE"), [""]);
            assert!(steered.thread.join().unwrap().unwrap().is_empty());
        }
    });
}

#[test]
fn the_end_of_the_context_ends_it_while_it_is_paused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let steered = steered(&context, zmq4::REP, zmq4::REQ);
        assert_eq!(steered.ask(b"PAUSE"), [""]);
        context.shutdown().unwrap();
        assert_eq!(steered.thread.join().unwrap().unwrap_err(), Errno::ETERM);
    });
}

#[test]
fn undelivered_messages_are_returned() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (front, from) = bound(&context, zmq4::PULL);
        let back = crate::marked(&context, zmq4::PUSH, 1);
        let sink = crate::marked(&context, zmq4::PULL, 1);
        let to = crate::inproc_name();
        back.bind(&to).unwrap();
        sink.connect(&to).unwrap();
        let source = connected(&context, zmq4::PUSH, &from);
        let (control, name) = bound(&context, zmq4::REP);
        let remote = connected(&context, zmq4::REQ, &name);
        for number in 0..20 {
            source.send_message((number.to_string(), "rest")).unwrap();
        }
        let thread = thread::spawn(move || {
            let left = zmq4::proxy_steerable(&front, &back, None, &control);
            (left, front)
        });
        let taken = || {
            remote.send("STATISTICS", Flags::NONE).unwrap();
            numbers(&remote.recv_message(Flags::NONE).unwrap())
        };
        // Until the back is full.
        crate::support::eventually(LONG, || (taken()[6] >= 4).then_some(()));
        remote.send("TERMINATE", Flags::NONE).unwrap();
        remote.recv(Flags::NONE).unwrap();
        let (left, front) = thread.join().unwrap();
        let mut all: Vec<Multipart> = Vec::new();
        sink.set_rcvtimeo(Some(WHILE)).unwrap();
        all.extend(std::iter::from_fn(|| sink.recv_message(Flags::NONE).ok()));
        let left = left.unwrap();
        assert!(left.to_front.is_none());
        all.extend(left.to_back);
        front.set_rcvtimeo(Some(WHILE)).unwrap();
        all.extend(std::iter::from_fn(|| front.recv_message(Flags::NONE).ok()));
        assert_eq!(all.len(), 20);
        for (number, message) in all.iter().enumerate() {
            assert_eq!(*message, [&*number.to_string(), "rest"]);
        }
    });
}
