//! How long what was sent keeps a context from ending.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use zmq4::{Context, Flags};

use crate::effects::{MS, open_timed, sockets};
use crate::support::{LONG, deadline, ipc_name};

#[test]
fn for_ever_is_until_the_peer_comes() {
    deadline(LONG, || {
        let name = ipc_name();
        let context = Context::new().unwrap();
        let push = open_timed(&context, zmq4::PUSH);
        push.set_linger(None).unwrap();
        push.set_reconnect_ivl(Some(10 * MS)).unwrap();
        // No peer is there yet.
        push.connect(&name).unwrap();
        push.send("kept", Flags::NONE).unwrap();
        let (done, ended) = mpsc::channel();
        let ending = thread::spawn(move || {
            push.close().unwrap();
            context.term().unwrap();
            done.send(()).unwrap();
        });
        assert_eq!(ended.recv_timeout(500 * MS), Err(RecvTimeoutError::Timeout), "it waits");
        let [pull] = sockets([zmq4::PULL]);
        pull.bind(&name).unwrap();
        assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "kept");
        ended.recv().unwrap();
        ending.join().unwrap();
    });
}

#[test]
fn a_disconnect_delivers_within_the_linger() {
    deadline(LONG, || {
        const SENT: usize = 500;
        for linger in [None, Some(LONG)] {
            let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
            let endpoint = crate::support::bind_tcp(&pull);
            push.connect(&endpoint).unwrap();
            for number in 0..SENT {
                push.send(number.to_string(), Flags::NONE).unwrap();
            }
            push.set_linger(linger).unwrap();
            push.disconnect(&endpoint).unwrap();
            for number in 0..SENT {
                assert_eq!(pull.recv_string(Flags::NONE).unwrap(), number.to_string());
            }
        }
    });
}

#[test]
fn a_disconnect_keeps_what_lingers_for_a_late_peer() {
    deadline(LONG, || {
        for linger in [None, Some(std::time::Duration::ZERO)] {
            let name = ipc_name();
            let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
            push.set_reconnect_ivl(Some(MS)).unwrap();
            push.connect(&name).unwrap();
            push.send("before", Flags::NONE).unwrap();
            push.set_linger(linger).unwrap();
            push.disconnect(&name).unwrap();
            pull.bind(&name).unwrap();
            if linger.is_none() {
                assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "before");
            }
            push.connect(&name).unwrap();
            push.send("after", Flags::NONE).unwrap();
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "after");
        }
    });
}
