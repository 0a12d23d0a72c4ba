//! Peers that come, talk, are killed and come again: memory, descriptors and threads stay as they are.
//!
//! It runs for 5 seconds, and for as long as `ZMQ4_SOAK_SECONDS` says.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use support::{LONG, bind_tcp, child_command, eventually, is_child};
use zmq4::{Context, DONTWAIT, Flags, POLLIN, Poller, Socket, SocketType};

const TEST: &str = "killed_peers_leave_nothing";
const ENDPOINTS: [&str; 2] = ["ZMQ4_SOAK_ROUTER", "ZMQ4_SOAK_PUB"];

/// At a time.
const PEERS: usize = 3;

/// Rounds before the first measurement: buffers and allocators have their size then.
const WARM: usize = 5;

/// How much more memory the allocator may hold at the end. A leak of a message for each peer is more in an hour.
const SLACK: usize = 32 << 20;

#[derive(Clone, Copy, Debug)]
struct Held {
    bytes: usize,
    descriptors: usize,
    threads: usize,
}

impl Held {
    fn now() -> Held {
        let entries = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        let resident: usize = pages.split_whitespace().nth(1).unwrap().parse().unwrap();
        Held {
            bytes: resident * 4096,
            descriptors: entries("/proc/self/fd"),
            threads: entries("/proc/self/task"),
        }
    }
}

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

#[test]
fn killed_peers_leave_nothing() {
    if is_child(TEST) {
        return peer();
    }
    let seconds = std::env::var("ZMQ4_SOAK_SECONDS").map_or(5, |text| text.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let context = Context::new().unwrap();
    let (router, publisher) = (open(&context, zmq4::ROUTER), open(&context, zmq4::PUB));
    let endpoints = [bind_tcp(&router), bind_tcp(&publisher)];
    let idle = Held::now();
    let (mut rounds, mut requests, mut warm) = (0, 0_u64, None);
    while rounds < WARM + 2 || Instant::now() < end {
        requests += round(&router, &publisher, &endpoints, rounds);
        rounds += 1;
        if rounds == WARM {
            warm = Some(settled(idle));
        }
    }
    let (warm, last) = (warm.unwrap(), settled(idle));
    println!("{rounds} rounds, {requests} requests; at first {warm:?}, at last {last:?}");
    assert!(last.bytes <= warm.bytes + SLACK, "{warm:?} became {last:?}");
}

/// What is held once the connections of the killed peers are gone.
fn settled(idle: Held) -> Held {
    eventually(LONG, || {
        let now = Held::now();
        (now.descriptors <= idle.descriptors && now.threads <= idle.threads).then_some(now)
    })
}

/// Serves some peers until each has asked something, and kills them in the middle.
fn round(router: &Socket, publisher: &Socket, endpoints: &[String; 2], round: usize) -> u64 {
    let mut peers: Vec<Peer> = (0..PEERS).map(|_| Peer::start(endpoints)).collect();
    let mut poller = Poller::new();
    poller.add(router, POLLIN).unwrap();
    // Differs from round to round: they die in different moments.
    let wanted = (1 + round % 40) as u64 * PEERS as u64;
    let mut served = 0;
    let end = Instant::now() + LONG;
    while served < wanted {
        assert!(Instant::now() < end, "{served} of {wanted} requests came");
        poller.poll(Some(Duration::from_millis(10))).unwrap();
        while let Ok(request) = router.recv_message(DONTWAIT) {
            let _ = router.send_message_dontwait(request);
            served += 1;
        }
        publisher.send("news to all", DONTWAIT).unwrap();
    }
    drop(peers.drain(..));
    served
}

/// A process that is killed in the end.
struct Peer(Child);

impl Peer {
    fn start(endpoints: &[String; 2]) -> Peer {
        let mut command = child_command(TEST);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for (name, endpoint) in ENDPOINTS.iter().zip(endpoints) {
            command.env(name, endpoint);
        }
        Peer(command.spawn().unwrap())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks and listens until it is killed, or no one replies.
fn peer() {
    let context = Context::new().unwrap();
    let (dealer, subscriber) = (open(&context, zmq4::DEALER), open(&context, zmq4::SUB));
    dealer.set_rcvtimeo(Some(LONG)).unwrap();
    subscriber.subscribe("news").unwrap();
    dealer.connect(&std::env::var(ENDPOINTS[0]).unwrap()).unwrap();
    subscriber.connect(&std::env::var(ENDPOINTS[1]).unwrap()).unwrap();
    let request = vec![7; 20_000];
    while dealer.send(&request, Flags::NONE).is_ok() && dealer.recv(Flags::NONE).is_ok() {
        let _ = subscriber.recv(DONTWAIT);
    }
}
