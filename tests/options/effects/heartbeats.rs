//! A peer that stops responding: its process is stopped, while its connection stays.

use std::io::Write;
use std::time::{Duration, Instant};

use zmq4::{Flags, zmq_sys as sys};

use crate::effects::peer::Peer;
use crate::effects::zmtp::shake_hands;
use crate::effects::{MS, QUIET, SOON, sockets};
use crate::support::watch::Watch;
use crate::support::{LONG, bind_tcp, deadline, loopback};

const TEST: &str = "effects::heartbeats::a_stopped_process_is_cut_off";

/// How long a stopped peer is put up with; a living one returns in time on a busy machine as well.
const PATIENCE: Duration = Duration::from_millis(3000);

#[test]
fn a_stopped_process_is_cut_off() {
    if Peer::is_this(TEST) {
        return Peer::run(|push, role| {
            if role == "tells" {
                push.set_heartbeat_ivl(Some(100 * MS)).unwrap();
                push.set_heartbeat_ttl(Some(PATIENCE)).unwrap();
                push.set_heartbeat_timeout(Some(LONG)).unwrap();
            }
        });
    }
    // It asks the peer, or the peer reports how long to put up with it, or neither.
    let tests = ["asks", "tells", "neither"].map(|role| std::thread::spawn(move || deadline(LONG, move || stop(role))));
    for test in tests {
        test.join().unwrap();
    }
}

fn stop(role: &str) {
    let [pull] = sockets([zmq4::PULL]);
    if role == "asks" {
        pull.set_heartbeat_ivl(Some(100 * MS)).unwrap();
        pull.set_heartbeat_timeout(Some(PATIENCE)).unwrap();
    }
    let watch = Watch::new(&pull, sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED | sys::ZMQ_EVENT_DISCONNECTED);
    // Another test's peer that tries its lost server again, on a port that is this one's now, would raise events as well.
    pull.bind(&format!("tcp://{}:*", loopback())).unwrap();
    let mut peer = Peer::start(TEST, &pull.last_endpoint().unwrap(), role);
    assert_eq!(watch.next().0, sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    peer.say("before");
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "before");
    assert_eq!(watch.next_within(400 * MS), None, "{role}: it replies");

    // Before the signal: a busy machine may take its time between the two.
    let start = Instant::now();
    peer.signal(libc::SIGSTOP);
    if role == "neither" {
        assert_eq!(watch.next_within(2 * PATIENCE), None, "it is not noticed");
        peer.signal(libc::SIGCONT);
    } else {
        assert_eq!(watch.next().0, sys::ZMQ_EVENT_DISCONNECTED);
        // What was received last was received up to an interval before.
        assert!(start.elapsed() >= PATIENCE - 300 * MS, "{role}: {:?}", start.elapsed());
        peer.signal(libc::SIGCONT);
        assert_eq!(
            watch.next().0,
            sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED,
            "{role}: it comes back"
        );
    }
    peer.say("after");
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "after");
}

/// The peer counts it in milliseconds, of which it has 16 bits.
#[test]
fn the_longest_ttl_is_a_long_time_to_the_peer() {
    let [server, client] = sockets([zmq4::ROUTER, zmq4::DEALER]);
    server.set_heartbeat_ttl(Some(65_500 * MS)).unwrap();
    server.set_heartbeat_ivl(Some(500 * MS)).unwrap();
    server.set_heartbeat_timeout(SOON).unwrap();
    let watch = Watch::new(
        &client,
        sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED | sys::ZMQ_EVENT_DISCONNECTED,
    );
    client.connect(&bind_tcp(&server)).unwrap();
    assert_eq!(watch.next().0, sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    // The first heartbeat, and the time that a tenth of a second more would be to the peer.
    assert_eq!(watch.next_within(1000 * MS), None, "it was cut off");
    let error = server.set_heartbeat_ttl(Some(65_501 * MS)).unwrap_err();
    assert!(error.to_string().contains("65500 ms"), "{error}");
}

/// A message that has arrived in part is no sign of life: what is waited is longer than the message takes.
#[test]
fn a_message_may_take_as_long_as_the_timeout() {
    let [pull] = sockets([zmq4::PULL]);
    pull.set_heartbeat_ivl(Some(50 * MS)).unwrap();
    pull.set_heartbeat_timeout(Some(LONG)).unwrap();
    let mut peer = shake_hands(&bind_tcp(&pull), "PUSH");
    peer.write_all(&[0, 10]).unwrap();
    for byte in 0..10 {
        std::thread::sleep(50 * MS);
        peer.write_all(&[byte]).unwrap();
    }
    assert_eq!(pull.recv(Flags::NONE).unwrap(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    pull.set_rcvtimeo(QUIET).unwrap();
    pull.recv(Flags::NONE).unwrap_err();
}
