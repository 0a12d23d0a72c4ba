//! The memory of bodies: what is used again, and what goes back.

use zmq_sys::*;

use crate::support::child::in_child;
use crate::support::zmq::*;
use crate::{LENGTHS, LONG, bytes};

/// Places of bodies are used again: those of messages that are kept are not, also when the socket that sent them is closed.
#[test]
fn kept_messages_stay_as_they_were() {
    in_child("memory::kept_messages_stay_as_they_were", LONG, || {
        for endpoint in [c"inproc://kept", c"tcp://127.0.0.1:*"] {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            connect(push, &bind(pull, endpoint));
            let [receiver, sender] = [pull, push].map(Handle::new);
            const COUNT: usize = 4_000;
            let len = |number: usize| LENGTHS[number % 18];
            let sending = std::thread::spawn(move || {
                for number in 0..COUNT {
                    send(sender.ptr(), &bytes(len(number), number), 0);
                }
            });
            let mut kept = Vec::new();
            for number in 0..COUNT {
                let mut frame = unset();
                ok!(zmq_msg_init(&mut frame));
                ok!(zmq_msg_recv(&mut frame, receiver.ptr(), 0));
                if number % 7 == 0 {
                    kept.push((number, frame));
                } else {
                    ok!(zmq_msg_close(&mut frame));
                }
            }
            sending.join().unwrap();
            close(push);
            close(pull);
            term(context);
            for (number, mut frame) in kept {
                let size = sys!(zmq_msg_size(&frame));
                let data = sys!(zmq_msg_data(&mut frame)).cast::<u8>();
                // SAFETY: the message holds so many bytes until it is closed.
                let data = unsafe { std::slice::from_raw_parts(data, size) };
                assert!(data == bytes(len(number), number), "message {number} in {endpoint:?}");
                ok!(zmq_msg_close(&mut frame));
            }
        }
    });
}

/// Bytes of glibc's heaps that are allocated.
#[cfg(target_env = "gnu")]
fn allocated() -> i64 {
    // SAFETY: the call has no condition.
    i64::from(unsafe { libc::mallinfo() }.uordblks)
}

/// Places that are kept at the end of a heap keep all of it: they go back when nothing takes them.
#[cfg(target_env = "gnu")]
#[test]
fn places_that_nothing_takes_go_back() {
    in_child("memory::places_that_nothing_takes_go_back", LONG, || {
        const COUNT: i64 = 1_000;
        const LEN: i64 = 65_536;
        let context = context();
        let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        for socket in [pull, push] {
            set(socket, ZMQ_SNDHWM, 0);
            set(socket, ZMQ_RCVHWM, 0);
        }
        connect(push, &bind(pull, c"inproc://queue"));
        let body = vec![7; LEN as usize];
        let before = allocated();
        for _ in 0..COUNT {
            send(push, &body, 0);
        }
        assert!(allocated() - before > COUNT * LEN, "bodies stand elsewhere");
        let mut frame = unset();
        ok!(zmq_msg_init(&mut frame));
        let mut least = i64::MAX;
        for left in (0..COUNT).rev() {
            ok!(zmq_msg_recv(&mut frame, pull, 0));
            // Beside those that wait, and the one that was received.
            let kept = allocated() - before - (left + 1) * LEN;
            least = if left < COUNT / 2 { least.min(kept) } else { i64::MAX };
        }
        assert!(least < 8 * LEN, "{least} bytes were kept all the time");
        ok!(zmq_msg_close(&mut frame));
        close(push);
        close(pull);
        term(context);
    });
}
