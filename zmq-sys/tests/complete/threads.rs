//! What the threads of a context are called, and where they run.

use std::mem::MaybeUninit;
use std::thread;
use std::time::Instant;

use zmq_sys::*;

use crate::proc;
use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::zmq::*;

/// The threads of a context with this option. They are all at work: its I/O
/// thread and the one that reaps sockets.
fn with_threads(option: i32, value: i32, check: impl Fn(&[i32]) -> bool) {
    let before = proc::threads();
    let context = context();
    ok!(zmq_ctx_set(context, option, value));
    let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    connect(client, &bind(server, c"tcp://127.0.0.1:*"));
    send(client, b"at work", 0);
    assert_eq!(recv(server), b"at work");
    let threads: Vec<_> = proc::threads().difference(&before).copied().collect();
    assert_eq!(threads.len(), 2);
    // A thread sets itself up after it was started, and reports it to no thread.
    let end = Instant::now() + DEADLINE / 4;
    while !check(&threads) && Instant::now() < end {
        thread::yield_now();
    }
    let found: Vec<_> = threads
        .iter()
        .map(|id| (proc::of_thread(*id, "comm"), processors(*id)))
        .collect();
    assert!(check(&threads), "names and processors of the threads: {found:?}");
    close(server);
    close(client);
    term(context);
}

#[test]
fn name_prefix() {
    in_child("threads::name_prefix", DEADLINE, || {
        with_threads(ZMQ_THREAD_NAME_PREFIX, 47, |threads| {
            let mut names: Vec<_> = threads.iter().filter_map(|id| proc::of_thread(*id, "comm")).collect();
            names.sort();
            names == ["47/ZMQbg/IO/0", "47/ZMQbg/Reaper"]
        });
    });
}

#[test]
fn affinity() {
    in_child("threads::affinity", DEADLINE, || {
        let allowed = processors(0);
        let last = *allowed.last().unwrap();
        if allowed.len() == 1 {
            println!("skipped: this process may run on one processor only");
            return;
        }
        with_threads(ZMQ_THREAD_AFFINITY_CPU_ADD, last as i32, |threads| {
            threads.iter().all(|id| processors(*id) == [last])
        });
    });
}

/// Where a thread may run; 0 is the calling one.
fn processors(thread: i32) -> Vec<usize> {
    // SAFETY: all zeroes is an empty set.
    let mut set: libc::cpu_set_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: the kernel writes at most the given size.
    let rc = unsafe { libc::sched_getaffinity(thread, size_of::<libc::cpu_set_t>(), &mut set) };
    assert_eq!(rc, 0, "{}", std::io::Error::last_os_error());
    let size = libc::CPU_SETSIZE as usize;
    // SAFETY: every number is within the set.
    (0..size).filter(|cpu| unsafe { libc::CPU_ISSET(*cpu, &set) }).collect()
}
