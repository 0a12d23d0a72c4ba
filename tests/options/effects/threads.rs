//! Which I/O thread serves a socket: each has a descriptor of `epoll`, and the system reports what that watches.

use std::ffi::c_int;

use zmq4::{Context, Flags};

use crate::effects::descriptors::{connected, descriptors, listening};
use crate::effects::open_timed;
use crate::support::{LONG, bind_tcp, deadline, eventually};

/// The `epoll` descriptor that watches this one.
fn watcher(fd: c_int) -> c_int {
    let watches = |epoll: &c_int| {
        let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{epoll}")).unwrap_or_default();
        info.lines()
            .filter_map(|line| line.strip_prefix("tfd:")?.split_whitespace().next()?.parse().ok())
            .any(|watched: c_int| watched == fd)
    };
    eventually(LONG, || descriptors().into_iter().find(watches))
}

#[test]
fn affinity_chooses_the_thread() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_io_threads(2).unwrap();
        let served = |affinity: u64| {
            let [pull, push] = [zmq4::PULL, zmq4::PUSH].map(|ty| open_timed(&context, ty));
            pull.set_affinity(affinity).unwrap();
            push.set_affinity(affinity).unwrap();
            let endpoint = bind_tcp(&pull);
            push.connect(&endpoint).unwrap();
            push.send("connected", Flags::NONE).unwrap();
            pull.recv(Flags::NONE).unwrap();
            let by = watcher(listening(&endpoint));
            assert_eq!(watcher(connected(&endpoint)), by, "its connections too");
            (by, pull, push)
        };
        let first: Vec<_> = (0..3).map(|_| served(0b01)).collect();
        let second: Vec<_> = (0..3).map(|_| served(0b10)).collect();
        assert!(first.iter().all(|(by, ..)| *by == first[0].0));
        assert!(second.iter().all(|(by, ..)| *by == second[0].0));
        assert_ne!(first[0].0, second[0].0);
    });
}
