//! 15 and 22: the newest value.

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::{Duration, Instant};

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, try_recv, turn, until};
use crate::peer::{MORE, Peer, frame, port};
use crate::support::zmq::*;
use crate::support::{DEADLINE, background};

#[test]
fn newest_value_is_seen() {
    case(
        "conflate::newest_value_is_seen",
        Plain::Prints("was never seen"),
        || {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            set(pull, ZMQ_CONFLATE, 1);
            set(push, ZMQ_CONFLATE, 1);
            bind(pull, c"inproc://c");
            connect(push, c"inproc://c");
            let (seen, stop) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicBool::new(false)));
            let (sees, stops, reader) = (seen.clone(), stop.clone(), Handle::new(pull));
            // Reads without a pause, so that the two meet.
            let reading = background(move || {
                let mut value = [0_u8; 4];
                while !stops.load(Ordering::Relaxed) {
                    if sys!(zmq_recv(reader.ptr(), value.as_mut_ptr().cast(), 4, ZMQ_DONTWAIT)) == 4 {
                        sees.store(i32::from_ne_bytes(value), Ordering::SeqCst);
                    }
                }
            });
            ready();
            // Twice as often as the plain one needed at the most. Where the two share one processor, each round takes a time slice.
            let last = Instant::now() + DEADLINE / 3;
            for round in 1..=2000_i32 {
                if has(c"repaired") && Instant::now() > last {
                    break;
                }
                let newest = round * 100 + 19;
                for value in round * 100..=newest {
                    send(push, &value.to_ne_bytes(), 0);
                }
                let end = Instant::now() + Duration::from_secs(5);
                while seen.load(Ordering::SeqCst) != newest {
                    assert!(Instant::now() < end, "{newest} was never seen");
                    std::hint::spin_loop();
                }
            }
            stop.store(true, Ordering::Relaxed);
            reading.recv_timeout(Duration::from_secs(5)).unwrap();
            close(pull);
            close(push);
            term(context);
        },
    );
}

/// A peer sends the first frame of a message, and then nothing for a while.
fn first_frame_alone(test: &str, kind: c_int, peer: &'static str) {
    case(test, Plain::Prints("fq.cpp:80"), || {
        let context = context();
        let receiver = socket(context, kind);
        set(receiver, ZMQ_CONFLATE, 1);
        if kind == ZMQ_SUB {
            set_bytes(receiver, ZMQ_SUBSCRIBE, b"a");
        }
        let mut peer = Peer::greeted(port(&bind(receiver, c"tcp://127.0.0.1:*")), peer, b"");
        ready();
        for _ in 0..3 {
            // What a SUB has not asked for comes before what it has.
            for body in [&b"not this"[..], b"a frame"] {
                peer.write(&frame(body, MORE));
                let wanted = kind != ZMQ_SUB || body == b"a frame";
                if wanted {
                    until("it comes", || try_recv(receiver).is_some_and(|got| got == body));
                } else {
                    pause(50);
                    turn(receiver);
                }
                assert_eq!(try_recv(receiver), None);
                assert_eq!(get(receiver, ZMQ_RCVMORE), 0);
            }
        }
        close(receiver);
        term(context);
    });
}

#[test]
fn pull_is_sent_a_first_frame_alone() {
    first_frame_alone("conflate::pull_is_sent_a_first_frame_alone", ZMQ_PULL, "PUSH");
}

#[test]
fn dealer_is_sent_a_first_frame_alone() {
    first_frame_alone("conflate::dealer_is_sent_a_first_frame_alone", ZMQ_DEALER, "DEALER");
}

#[test]
fn sub_is_sent_a_first_frame_alone() {
    first_frame_alone("conflate::sub_is_sent_a_first_frame_alone", ZMQ_SUB, "PUB");
}
