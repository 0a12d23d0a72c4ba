//! Owners of sent bytes whose drop does something with sockets and contexts, wherever libzmq gives the bytes back.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

#[cfg(target_os = "linux")]
use crate::support::eventually;
use crate::support::sockets::open_timed;
use crate::support::{LONG, bind_tcp, deadline, in_child, inproc_name};
use zmq4::{Context, Errno, Flags, Message, POLLOUT};

/// Bytes whose drop runs a closure and reports that it is done.
struct Owner {
    bytes: Vec<u8>,
    at_end: Option<Box<dyn FnOnce() + Send>>,
    done: Sender<()>,
}

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        (self.at_end.take().unwrap())();
        self.done.send(()).unwrap();
    }
}

fn message(at_end: impl FnOnce() + Send + 'static) -> (Message, Receiver<()>) {
    let (done, is_done) = mpsc::channel();
    let owner = Owner {
        bytes: vec![7; 100_000],
        at_end: Some(Box::new(at_end)),
        done,
    };
    (Message::from_owner(owner), is_done)
}

/// Where libzmq gives back what was sent.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In `connect`, which holds the lock of the context's record.
    Connect,
    /// On the I/O thread, which has sent it.
    IoThread,
    /// On the thread that closes sockets.
    Reaper,
    /// Where the receiver drops it.
    Receiver,
}

impl Place {
    const ALL: [Place; 4] = [Place::Connect, Place::IoThread, Place::Reaper, Place::Receiver];

    fn give_back(self, context: &Context, message: Message) {
        let (push, pull) = (open_timed(context, zmq4::PUSH), open_timed(context, zmq4::PULL));
        let name = inproc_name();
        push.bind(&name).unwrap();
        match self {
            Place::Connect => {
                pull.connect(&name).unwrap();
                push.send(message, Flags::NONE).unwrap();
                pull.disconnect(&name).unwrap();
                // The other end receives of it.
                assert!(push.poll(POLLOUT, Some(Duration::from_millis(10))).unwrap().is_empty());
                let other = inproc_name();
                open_timed(context, zmq4::PUSH).bind(&other).unwrap();
                pull.connect(&other).unwrap();
            }
            Place::IoThread => {
                push.connect(&bind_tcp(&pull)).unwrap();
                push.send(message, Flags::NONE).unwrap();
                assert_eq!(pull.recv(Flags::NONE).unwrap().len(), 100_000);
            }
            Place::Reaper => {
                pull.connect(&name).unwrap();
                push.send(message, Flags::NONE).unwrap();
            }
            Place::Receiver => {
                pull.connect(&name).unwrap();
                push.send(message, Flags::NONE).unwrap();
                assert_eq!(pull.recv(Flags::NONE).unwrap().len(), 100_000);
            }
        }
    }
}

fn is_done(place: Place, done: &Receiver<()>) {
    assert_eq!(done.recv_timeout(LONG), Ok(()), "{place:?}");
}

#[test]
fn an_owners_drop_may_close_a_socket() {
    in_child("owners::an_owners_drop_may_close_a_socket", 2 * LONG, || {
        for place in Place::ALL {
            let context = Context::new().unwrap();
            let (binds, waits) = (open_timed(&context, zmq4::REP), open_timed(&context, zmq4::REQ));
            let name = inproc_name();
            binds.bind(&name).unwrap();
            waits.connect("inproc://never bound").unwrap();
            let (message, done) = message(move || drop((binds, waits)));
            place.give_back(&context, message);
            is_done(place, &done);
            open_timed(&context, zmq4::REP).bind(&name).unwrap();
        }
    });
}

#[test]
fn an_owners_drop_may_open_and_bind_a_socket() {
    in_child("owners::an_owners_drop_may_open_and_bind_a_socket", 2 * LONG, || {
        for place in Place::ALL {
            let context = Context::new().unwrap();
            let (handle, name) = (context.clone(), inproc_name());
            let (message, done) = message(move || open_timed(&handle, zmq4::PAIR).bind(&name).unwrap());
            place.give_back(&context, message);
            is_done(place, &done);
        }
    });
}

/// libzmq's own thread would wait for itself; the context would never be freed, nor its threads and descriptors.
#[cfg(target_os = "linux")]
#[test]
fn an_owner_may_hold_the_last_handle() {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    in_child("owners::an_owner_may_hold_the_last_handle", 2 * LONG, || {
        let alone = count("/proc/self/task");
        let there = Context::new().unwrap();
        let pull = open_timed(&there, zmq4::PULL);
        let endpoint = bind_tcp(&pull);
        let holds = || (count("/proc/self/task"), count("/proc/self/fd"));
        // Before the first connection: its end on this side may still be there when the first context is gone.
        let before = eventually(LONG, || Some(holds()).filter(|now| now.0 == alone + 2));
        for round in 0..5 {
            let context = Context::new().unwrap();
            let push = context.socket(zmq4::PUSH).unwrap();
            push.connect(&endpoint).unwrap();
            let handle = context.clone();
            let (message, done) = message(move || drop(handle));
            push.send(message, Flags::NONE).unwrap();
            drop((push, context));
            assert_eq!(pull.recv(Flags::NONE).unwrap().len(), 100_000, "{round}");
            done.recv_timeout(LONG).unwrap();
            // What the other side has of the connection goes too.
            eventually(LONG, || (holds() == before).then_some(()));
        }
    });
}

#[test]
fn an_owners_drop_does_not_wait_for_a_context() {
    deadline(LONG, || {
        for place in Place::ALL {
            let context = Context::new().unwrap();
            let handle = context.clone();
            let (message, done) = message(move || {
                let error = handle.term().unwrap_err();
                assert_eq!(error, Errno::EDEADLK, "{error}");
            });
            place.give_back(&context, message);
            is_done(place, &done);
            context.socket(zmq4::PAIR).unwrap();
        }
    });
}
