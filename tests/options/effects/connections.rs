//! How connections are made, watched, and made again.

use std::io::{ErrorKind, Read};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Flags, Socket, zmq_sys as sys};

use crate::effects::zmtp::{command, dial, shake_hands};
use crate::effects::{MS, sockets};
use crate::support::watch::Watch;
use crate::support::{LONG, bind_tcp, deadline, eventually};

#[test]
fn silent_peer_is_dropped_after_handshake_ivl() {
    deadline(LONG, || {
        let [pull] = sockets([zmq4::PULL]);
        pull.set_handshake_ivl(Some(100 * MS)).unwrap();
        let endpoint = bind_tcp(&pull);
        let start = Instant::now();
        let mut peer = dial(&endpoint);
        let mut heard = Vec::new();
        // Its part of the greeting, and then the end.
        let ended = peer.read_to_end(&mut heard);
        assert!(ended.is_ok() || ended.unwrap_err().kind() == ErrorKind::ConnectionReset);
        assert!(start.elapsed() >= 90 * MS, "{:?}", start.elapsed());
    });
}

#[test]
fn a_peer_that_does_not_answer_heartbeats_is_cut_off() {
    deadline(LONG, || {
        let [pull] = sockets([zmq4::PULL]);
        pull.set_heartbeat_ivl(Some(50 * MS)).unwrap();
        pull.set_heartbeat_timeout(Some(100 * MS)).unwrap();
        pull.set_heartbeat_ttl(Some(250 * MS)).unwrap();
        let endpoint = bind_tcp(&pull);
        let start = Instant::now();
        let mut peer = shake_hands(&endpoint, "PUSH");
        let ping = command(&mut peer).expect("a heartbeat");
        assert!(ping.starts_with(b"\x04PING"), "{ping:?}");
        assert_eq!(
            ping[5..7],
            3_u16.to_be_bytes(),
            "the time to live, in tenths of a second, rounded up"
        );
        while let Some(more) = command(&mut peer) {
            assert!(more.starts_with(b"\x04PING"), "{more:?}");
        }
        let lived = start.elapsed();
        assert!(lived >= 100 * MS && lived < LONG / 2, "{lived:?}");
    });
}

/// The times before each of so many connections, which are closed at once.
fn tries(push: &Socket, count: usize) -> Vec<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    push.connect(&format!("tcp://{}", listener.local_addr().unwrap()))
        .unwrap();
    let mut last = Instant::now();
    (0..count)
        .map(|_| {
            drop(listener.accept().unwrap());
            let now = Instant::now();
            now.duration_since(std::mem::replace(&mut last, now))
        })
        .collect()
}

#[test]
fn a_connection_is_tried_again_in_intervals() {
    deadline(LONG, || {
        let [push] = sockets([zmq4::PUSH]);
        push.set_reconnect_ivl(Some(200 * MS)).unwrap();
        let waited = tries(&push, 3);
        assert!(waited[1..].iter().all(|time| *time >= 180 * MS), "{waited:?}");
    });
}

#[test]
fn intervals_grow_up_to_their_maximum() {
    deadline(LONG, || {
        let [push] = sockets([zmq4::PUSH]);
        let watch = Watch::new(&push, sys::ZMQ_EVENT_CONNECT_RETRIED);
        push.set_reconnect_ivl(Some(10 * MS)).unwrap();
        push.set_reconnect_ivl_max(Some(100 * MS)).unwrap();
        // The discard port has no listener.
        push.connect("tcp://127.0.0.1:9").unwrap();
        let chosen: Vec<_> = (0..6).map(|_| watch.next().1).collect();
        // libzmq before 4.3.5 adds up to 10 ms at random.
        assert!(chosen[0] <= 30, "{chosen:?}");
        assert!((100..=110).contains(&chosen[5]), "{chosen:?}");
    });
}

#[test]
fn no_interval_never_tries_again() {
    deadline(LONG, || {
        for interval in [None, Some(Duration::ZERO)] {
            let [push] = sockets([zmq4::PUSH]);
            push.set_reconnect_ivl(interval).unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            push.connect(&format!("tcp://{}", listener.local_addr().unwrap()))
                .unwrap();
            drop(listener.accept().unwrap());
            listener.set_nonblocking(true).unwrap();
            thread::sleep(400 * MS);
            assert_eq!(
                listener.accept().unwrap_err().kind(),
                ErrorKind::WouldBlock,
                "{interval:?}"
            );
        }
    });
}

#[test]
fn a_descriptor_handed_in_is_bound() {
    deadline(LONG, || {
        let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
        pull.set_use_fd(Some(OwnedFd::from(listener))).unwrap();
        assert!(pull.use_fd().unwrap().is_some());
        pull.bind("tcp://127.0.0.1:*").unwrap();
        assert_eq!(pull.last_endpoint().unwrap(), endpoint);
        assert_eq!(pull.use_fd().unwrap(), None, "used once");
        let second = bind_tcp(&pull);
        assert_ne!(second, endpoint);
        for endpoint in [&endpoint, &second] {
            push.connect(endpoint).unwrap();
            push.send("through it", Flags::NONE).unwrap();
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "through it");
            push.disconnect(endpoint).unwrap();
        }
    });
}

#[test]
fn ipv6_addresses_want_ipv6() {
    if TcpListener::bind("[::1]:0").is_err() {
        crate::support::skip("this machine has no [::1]");
        return;
    }
    deadline(LONG, || {
        let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
        assert!(pull.bind("tcp://[::1]:*").is_err());
        pull.set_ipv6(true).unwrap();
        pull.bind("tcp://[::1]:*").unwrap();
        push.set_ipv6(true).unwrap();
        push.connect(&pull.last_endpoint().unwrap()).unwrap();
        push.send("over IPv6", Flags::NONE).unwrap();
        assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "over IPv6");
    });
}

/// A listener whose queue is full does not answer; the system alone would go on for minutes.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_takes_too_long_is_tried_again() {
    deadline(LONG, || {
        let [push] = sockets([zmq4::PUSH]);
        let listener = crate::effects::descriptors::listener_of_one();
        let address = listener.local_addr().unwrap();
        let filled: Vec<_> = (0..3)
            .map_while(|_| std::net::TcpStream::connect_timeout(&address, 200 * MS).ok())
            .collect();
        push.set_connect_timeout(Some(100 * MS)).unwrap();
        push.set_reconnect_ivl(Some(50 * MS)).unwrap();
        push.connect(&format!("tcp://{address}")).unwrap();
        // Each try has a port of its own.
        let mut ports = std::collections::BTreeSet::new();
        eventually(LONG, || {
            ports.extend(crate::effects::descriptors::syn_sent(address.port()));
            (ports.len() >= 3).then_some(())
        });
        drop(filled);
    });
}
