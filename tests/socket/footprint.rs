//! What contexts and sockets cost while they do nothing: memory, descriptors, threads. The figures are printed, and
//! `docs/performance.md` has them. Linux with glibc only, because they come from `/proc` and from `mallinfo2`.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::fs;
use std::process::Stdio;

use crate::support::{LONG, child_command, deadline, is_child};
use zmq4::{Context, Flags, Message, Socket};

/// How many of a thing are made, so that what libzmq makes once does not count.
const MANY: usize = 100;

/// What the whole process has at the moment.
#[derive(Clone, Copy, Debug)]
struct Holds {
    bytes: usize,
    descriptors: usize,
    threads: usize,
}

impl Holds {
    fn now() -> Holds {
        let entries = |folder: &str| fs::read_dir(folder).unwrap().count();
        // SAFETY: has no precondition.
        let heap = unsafe { libc::mallinfo2() };
        Holds {
            bytes: heap.uordblks + heap.hblkhd,
            descriptors: entries("/proc/self/fd"),
            threads: entries("/proc/self/task"),
        }
    }

    /// What one of `MANY` things costs that were made since.
    fn each(self) -> Holds {
        let now = Holds::now();
        Holds {
            bytes: (now.bytes - self.bytes) / MANY,
            descriptors: (now.descriptors - self.descriptors) / MANY,
            threads: (now.threads - self.threads) / MANY,
        }
    }
}

/// Runs `body` in a process whose threads all take memory from one heap, the only one that `mallinfo2` sees.
#[track_caller]
fn in_process_with_one_heap(test: &'static str, body: fn()) {
    if is_child(test) {
        return deadline(LONG, body);
    }
    let mut command = child_command(test);
    let done = command
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "{output}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let figures: Vec<&str> = output.lines().filter(|line| line.contains("bytes:")).collect();
    assert!(!figures.is_empty(), "{output}");
    println!("{}", figures.join("\n"));
}

fn sockets(context: &Context) -> Vec<Socket> {
    (0..MANY).map(|_| context.socket(zmq4::DEALER).unwrap()).collect()
}

#[test]
fn an_idle_socket() {
    in_process_with_one_heap("footprint::an_idle_socket", || {
        let context = Context::new().unwrap();
        let _first = context.socket(zmq4::DEALER).unwrap();
        let before = Holds::now();
        let sockets = sockets(&context);
        let socket = before.each();
        println!("socket: {socket:?}, {} of them in Rust", size_of::<Socket>());
        assert_eq!((socket.descriptors, socket.threads), (1, 0), "{socket:?}");
        assert!(socket.bytes < 32 << 10, "{socket:?}");
        drop(sockets);
    });
}

#[test]
fn a_connection_within_the_process() {
    in_process_with_one_heap("footprint::a_connection_within_the_process", || {
        let context = Context::new().unwrap();
        let server = context.socket(zmq4::DEALER).unwrap();
        server.bind("inproc://footprint").unwrap();
        let sockets = sockets(&context);
        let before = Holds::now();
        for socket in &sockets {
            socket.connect("inproc://footprint").unwrap();
            socket.send("", Flags::NONE).unwrap();
            server.recv(Flags::NONE).unwrap();
        }
        let connection = before.each();
        println!("inproc connection: {connection:?}");
        assert_eq!((connection.descriptors, connection.threads), (0, 0), "{connection:?}");
        assert!(connection.bytes < 128 << 10, "{connection:?}");
    });
}

#[test]
fn a_connection_over_tcp() {
    in_process_with_one_heap("footprint::a_connection_over_tcp", || {
        let context = Context::new().unwrap();
        let server = context.socket(zmq4::DEALER).unwrap();
        server.bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = server.last_endpoint().unwrap();
        let sockets = sockets(&context);
        let before = Holds::now();
        for socket in &sockets {
            socket.connect(&endpoint).unwrap();
            socket.send("", Flags::NONE).unwrap();
            server.recv(Flags::NONE).unwrap();
        }
        let connection = before.each();
        println!("tcp connection, both ends: {connection:?}");
        assert_eq!((connection.descriptors, connection.threads), (2, 0), "{connection:?}");
        assert!(connection.bytes < 256 << 10, "{connection:?}");
    });
}

#[test]
fn an_idle_context() {
    in_process_with_one_heap("footprint::an_idle_context", || {
        let before = Holds::now();
        let unused: Vec<Context> = (0..MANY).map(|_| Context::new().unwrap()).collect();
        println!("context without a socket: {:?}", before.each());
        drop(unused);
        let before = Holds::now();
        let used: Vec<Socket> = (0..MANY)
            .map(|_| Context::new().unwrap().socket(zmq4::DEALER).unwrap())
            .collect();
        let context = before.each();
        println!("context with a socket: {context:?}");
        // One for input and output, and one that closes sockets.
        assert_eq!(context.threads, 2, "{context:?}");
        assert!(context.bytes < 128 << 10, "{context:?}");
        drop(used);
    });
}

#[test]
fn a_message() {
    // libzmq's 64 bytes, and how long it is.
    assert_eq!(size_of::<Message>(), 64 + size_of::<usize>());
}
