//! What an I/O thread does in one go, and that it sleeps when all is done.

use std::time::{Duration, Instant};

use zmq_sys::*;

use crate::LONG;
use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::zmq::*;

/// Ticks of 10 ms that the I/O threads of this process ran.
fn ticks() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let stats: Vec<_> = threads
        .map(|thread| std::fs::read_to_string(thread.unwrap().path().join("stat")).unwrap())
        .filter(|stat| stat.contains("IO/"))
        .collect();
    assert!(!stats.is_empty(), "no I/O thread");
    let of_one = |stat: &String| -> u64 {
        // After the name in parentheses: the 12th and 13th are the time in user mode and in the kernel.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let times = fields.split_whitespace().skip(11).take(2);
        times.map(|time| time.parse::<u64>().unwrap()).sum()
    };
    stats.iter().map(of_one).sum()
}

/// Each connect and each close is a command, and of the I/O thread's own there are more.
#[test]
fn many_commands_are_done_and_then_it_sleeps() {
    in_child("turns::many_commands_are_done_and_then_it_sleeps", LONG, || {
        const COUNT: u32 = 300;
        let context = context();
        let pull = socket(context, ZMQ_PULL);
        set(pull, ZMQ_RCVTIMEO, DEADLINE.as_millis() as i32);
        let endpoint = bind(pull, c"tcp://127.0.0.1:*");
        let senders: Vec<_> = (0..COUNT).map(|_| socket(context, ZMQ_PUSH)).collect();
        for sender in &senders {
            connect(*sender, &endpoint);
        }
        for (number, sender) in senders.iter().enumerate() {
            send(*sender, &(number as u32).to_ne_bytes(), 0);
        }
        let mut got: Vec<_> = senders
            .iter()
            .map(|_| u32::from_ne_bytes(recv(pull).try_into().unwrap()))
            .collect();
        got.sort_unstable();
        assert_eq!(got, (0..COUNT).collect::<Vec<_>>());

        let start = Instant::now();
        loop {
            let before = ticks();
            std::thread::sleep(Duration::from_millis(300));
            let ran = ticks() - before;
            if ran <= 1 {
                break;
            }
            assert!(
                start.elapsed() < DEADLINE,
                "{ran} ticks of 10 ms in 300 ms with nothing to do"
            );
        }
        for sender in senders {
            close(sender);
        }
        close(pull);
        term(context);
    });
}
