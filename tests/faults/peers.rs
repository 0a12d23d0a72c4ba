//! A peer's process that is killed in the middle of a message: no peer receives a torn one.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use zmq4::{Context, Errno, Flags, Multipart, Socket, SocketType};

use crate::open;
use crate::support::{LONG, bind_tcp, child_command, deadline, ipc_name, is_child};

const ENDPOINT: &str = "ZMQ4_TEST_ENDPOINT";
const TYPE: &str = "ZMQ4_TEST_TYPE";
const FIRST: &str = "ZMQ4_TEST_FIRST";

/// Frames between the first and the last. Together they are more than the buffers of a connection hold, so that whoever
/// is killed is killed in the middle of one.
const BODY: usize = 8;
const BODY_LEN: usize = 512 * 1024;

/// The number of the message, its body, and the number again.
fn numbered(number: u32) -> Multipart {
    let mut message = Multipart::new();
    message.push_back(number.to_be_bytes());
    for _ in 0..BODY {
        message.push_back(vec![number as u8; BODY_LEN]);
    }
    message.push_back(number.to_be_bytes());
    message
}

/// The number of a message that is whole.
#[track_caller]
fn whole(message: &Multipart) -> u32 {
    let number = <[u8; 4]>::try_from(&message[0][..]).expect("the first frame is a number");
    assert_eq!(message.len(), BODY + 2, "a torn message");
    assert_eq!(message.back().unwrap(), &number, "two messages in one");
    for body in message.iter().skip(1).take(BODY) {
        assert!(body.len() == BODY_LEN && body.iter().all(|byte| *byte == number[3]));
    }
    u32::from_be_bytes(number)
}

fn narrow(socket: &Socket) {
    socket.set_sndhwm(1).unwrap();
    socket.set_rcvhwm(1).unwrap();
}

/// The endpoint to use, and what must live as long.
fn bind(socket: &Socket, transport: &str) -> (String, Option<crate::support::IpcName>) {
    if transport == "tcp" {
        return (bind_tcp(socket), None);
    }
    let name = ipc_name();
    socket.bind(&name).unwrap();
    (name.to_string(), Some(name))
}

/// This test again, in a process that is killed when this is dropped.
struct Killed(Child);

impl Killed {
    fn start(test: &str, endpoint: &str, ty: SocketType, first: u32) -> Killed {
        let mut command = child_command(test);
        command
            .env(ENDPOINT, endpoint)
            .env(TYPE, ty.raw().to_string())
            .env(FIRST, first.to_string());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Killed(command.spawn().unwrap())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The socket of the process that is going to be killed.
fn peer() -> Socket {
    let ty = std::env::var(TYPE).unwrap().parse().unwrap();
    let socket = Socket::new(SocketType::from_raw(ty)).unwrap();
    narrow(&socket);
    socket.connect(&std::env::var(ENDPOINT).unwrap()).unwrap();
    socket
}

#[cfg(unix)]
const TRANSPORTS: [&str; 2] = ["tcp", "ipc"];
#[cfg(not(unix))]
const TRANSPORTS: [&str; 1] = ["tcp"];

#[test]
fn a_sender_is_killed() {
    const TEST: &str = "peers::a_sender_is_killed";
    if is_child(TEST) {
        let socket = peer();
        let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
        for number in first.. {
            socket.send_message(numbered(number)).unwrap();
        }
    }
    for transport in TRANSPORTS {
        for (ours, theirs) in [(zmq4::PULL, zmq4::PUSH), (zmq4::ROUTER, zmq4::DEALER)] {
            deadline(LONG, move || outlive_senders(TEST, transport, ours, theirs));
        }
    }
}

fn outlive_senders(test: &str, transport: &str, ours: SocketType, theirs: SocketType) {
    let context = Context::new().unwrap();
    let receiver = open(&context, ours);
    narrow(&receiver);
    let (endpoint, _name) = bind(&receiver, transport);
    let receive = || {
        let mut message = receiver.recv_message(Flags::NONE).unwrap();
        if ours == zmq4::ROUTER {
            message.pop_front();
        }
        message
    };
    for round in 0..3 {
        // What an earlier one has sent may still come in between.
        let first = round * 1000;
        let sender = Killed::start(test, &endpoint, theirs, first);
        while whole(&receive()) < first + round {}
        drop(sender);
        let next = open(&context, theirs);
        next.connect(&endpoint).unwrap();
        next.send_message(["the", "next"]).unwrap();
        loop {
            let message = receive();
            if message == ["the", "next"] {
                break;
            }
            whole(&message);
        }
    }
}

#[test]
fn a_receiver_is_killed() {
    const TEST: &str = "peers::a_receiver_is_killed";
    if is_child(TEST) {
        let socket = peer();
        loop {
            whole(&socket.recv_message(Flags::NONE).unwrap());
        }
    }
    for transport in TRANSPORTS {
        for (ours, theirs) in [(zmq4::PUSH, zmq4::PULL), (zmq4::DEALER, zmq4::DEALER)] {
            deadline(LONG, move || outlive_receivers(TEST, transport, ours, theirs));
        }
    }
}

fn outlive_receivers(test: &str, transport: &str, ours: SocketType, theirs: SocketType) {
    let receivers = Context::new().unwrap();
    let context = Context::new().unwrap();
    let sender = open(&context, ours);
    narrow(&sender);
    let (endpoint, _name) = bind(&sender, transport);
    let mut number = 0;
    let mut send = || match sender.send_message(numbered(number)) {
        Ok(_) => number += 1,
        Err(error) => assert_eq!(error, Errno::EAGAIN),
    };
    let mut last = None;
    for before_the_kill in 3..6 {
        drop(last.take());
        sender.set_sndtimeo(Some(LONG)).unwrap();
        let killed = Killed::start(test, &endpoint, theirs, 0);
        // With these high-water marks, the last is sent while the one before it is on its way.
        (0..before_the_kill).for_each(|_| send());
        drop(killed);
        let next = open(&receivers, theirs);
        narrow(&next);
        next.connect(&endpoint).unwrap();
        let received = thread::spawn(move || {
            let receive = || whole(&next.recv_message(Flags::NONE).unwrap());
            let numbers = [receive(), receive(), receive()];
            assert!(numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
            next
        });
        sender.set_sndtimeo(Some(Duration::from_millis(10))).unwrap();
        while !received.is_finished() {
            send();
        }
        last = Some(received.join().unwrap());
    }
    // Before its peer: libzmq aborts where both ends of a connection close at once in the middle of a message
    // (session_base.cpp, `clean_pipes`; zeromq/libzmq#3442).
    drop(sender);
    context.term().unwrap();
    drop(last);
}
