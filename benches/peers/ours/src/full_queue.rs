//! Blocking and awaited calls on the same sockets in turn, where none has to wait: a send finds room, a receive finds a message.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Flags, Message, Socket, aio};

const ROUNDS: usize = 100;

/// Medians of all rounds, in nanoseconds a call.
pub(crate) struct Medians {
    blocking: [f64; 2],
    awaited: [f64; 2],
}

/// Sends `count` messages of `size` bytes a round, and receives them when all are there.
pub(crate) fn compare((mut pull, mut push): (Socket, Socket), size: usize, count: u32) -> zmq4::Result<Medians> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime");
    let (mut blocking, mut awaited) = ([vec![], vec![]], [vec![], vec![]]);
    let _top = warm_up(&pull, &push, size, count)?;
    for _ in 0..ROUNDS {
        add(&mut blocking, count, block(&pull, &push, size, count)?);
        let times;
        (times, pull, push) = runtime.block_on(wait_for(pull, push, size, count))?;
        add(&mut awaited, count, times);
    }
    Ok(Medians {
        blocking: blocking.map(median),
        awaited: awaited.map(median),
    })
}

/// Without what this returns, which lies above all messages, the heap would be given back to the system after one kind of rounds and
/// not after the other, and cost the other one the page faults.
fn warm_up(pull: &Socket, push: &Socket, size: usize, count: u32) -> zmq4::Result<Vec<u8>> {
    for _ in 0..count {
        push.send(vec![7; size], Flags::NONE)?;
    }
    let top = vec![7; 1024];
    for _ in 0..count {
        pull.recv(Flags::NONE)?;
    }
    Ok(top)
}

fn block(pull: &Socket, push: &Socket, size: usize, count: u32) -> zmq4::Result<[Duration; 2]> {
    let data = vec![7; size];
    let start = Instant::now();
    for _ in 0..count {
        push.send(&data, Flags::NONE)?;
    }
    let sent = start.elapsed();
    fill(count);
    let mut message = Message::new();
    let start = Instant::now();
    for _ in 0..count {
        pull.recv_msg_into(&mut message, Flags::NONE)?;
    }
    Ok([sent, start.elapsed()])
}

async fn wait_for(
    pull: Socket,
    push: Socket,
    size: usize,
    count: u32,
) -> zmq4::Result<([Duration; 2], Socket, Socket)> {
    let (pull, push) = (aio::Socket::new(pull)?, aio::Socket::new(push)?);
    let data = vec![7; size];
    let start = Instant::now();
    for _ in 0..count {
        push.send(&data).await?;
    }
    let sent = start.elapsed();
    fill(count);
    let mut message = Message::new();
    let start = Instant::now();
    for _ in 0..count {
        pull.recv_msg_into(&mut message).await?;
    }
    Ok(([sent, start.elapsed()], pull.into_inner()?, push.into_inner()?))
}

/// Until all messages have gone through the I/O thread.
fn fill(count: u32) {
    thread::sleep(Duration::from_millis(4) + Duration::from_nanos(400) * count);
}

fn add(to: &mut [Vec<f64>; 2], count: u32, times: [Duration; 2]) {
    for (to, time) in to.iter_mut().zip(times) {
        to.push(time.as_secs_f64() * 1e9 / f64::from(count));
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

impl fmt::Display for Medians {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (call, at) in [("send", 0), ("receive", 1)] {
            let (blocking, awaited) = (self.blocking[at], self.awaited[at]);
            write!(
                f,
                "{call}: {blocking:.1} ns, awaited {awaited:.1} ns, {:.3}; ",
                blocking / awaited
            )?;
        }
        let [blocking, awaited] = [self.blocking, self.awaited].map(|times| times[0] + times[1]);
        write!(f, "both: {:.3}", blocking / awaited)
    }
}
