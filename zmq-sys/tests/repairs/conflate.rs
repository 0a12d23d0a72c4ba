//! 15: the newest value.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::{Duration, Instant};

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::support::background;
use crate::support::zmq::*;

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
            // Twice as often as the plain one needed at the most.
            for round in 1..=2000_i32 {
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
