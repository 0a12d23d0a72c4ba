//! What `unbind` and `disconnect` leave of connections and messages.

use std::time::Duration;
#[cfg(target_os = "linux")]
use std::{io::Read, net::TcpListener};

#[cfg(unix)]
use crate::support::ipc_name;
use crate::support::sockets::{open_timed, set_timed};
use crate::support::{LONG, deadline, eventually, inproc_name};
#[cfg(target_os = "linux")]
use crate::support::{bind_tcp, in_child};
#[cfg(target_os = "linux")]
use crate::zmtp;
use zmq4::{Context, EVENT_DISCONNECTED, Flags, POLLIN, Socket};

/// A PULL that has bound and a PUSH that has connected, or the other way round, and one message that has arrived.
fn arrived(context: &Context, endpoint: &str, pull_binds: bool) -> (Socket, Socket, String) {
    let [pull, push] = [zmq4::PULL, zmq4::PUSH].map(|ty| open_timed(context, ty));
    let (binds, connects) = if pull_binds { (&pull, &push) } else { (&push, &pull) };
    binds.bind(endpoint).unwrap();
    let endpoint = binds.last_endpoint().unwrap();
    connects.connect(&endpoint).unwrap();
    push.send("arrived", Flags::NONE).unwrap();
    assert!(pull.poll(POLLIN, Some(LONG)).unwrap().contains(POLLIN));
    (pull, push, endpoint)
}

/// A message of several frames of which a part is written when the socket ends the connection. Then the peer leaves.
#[cfg(target_os = "linux")]
#[test]
fn peer_of_a_half_written_message_may_leave() {
    in_child("undone::peer_of_a_half_written_message_may_leave", LONG, || {
        let context = Context::new().unwrap();
        for (ty, theirs) in [(zmq4::PUSH, "PULL"), (zmq4::DEALER, "DEALER"), (zmq4::PAIR, "PAIR")] {
            for (binds, linger) in [
                (false, Some(Duration::ZERO)),
                (true, Some(Duration::ZERO)),
                (true, None),
            ] {
                let socket = open_timed(&context, ty);
                socket.set_sndbuf(Some(4096)).unwrap();
                socket.set_linger(linger).unwrap();
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let mut endpoint = format!("tcp://{}", listener.local_addr().unwrap());
                let mut peer = if binds {
                    endpoint = bind_tcp(&socket);
                    zmtp::shake_hands(&endpoint, theirs)
                } else {
                    socket.connect(&endpoint).unwrap();
                    zmtp::accept(&listener, theirs)
                };
                socket.send_message((vec![b'x'; 8_000_000], "end")).unwrap();
                // The head of the first frame: the connection has begun with it.
                peer.read_exact(&mut [0; 9]).unwrap();
                if binds {
                    socket.unbind(&endpoint).unwrap();
                } else {
                    socket.disconnect(&endpoint).unwrap();
                }
                drop(peer);
                // The I/O thread has noticed that when it has delivered these.
                let [pull, push] = [zmq4::PULL, zmq4::PUSH].map(|ty| open_timed(&context, ty));
                push.connect(&bind_tcp(&pull)).unwrap();
                for _ in 0..10 {
                    push.send("and", Flags::NONE).unwrap();
                    pull.recv(Flags::NONE).unwrap();
                }
            }
        }
    });
}

fn over_connections() -> Vec<&'static str> {
    if cfg!(unix) {
        vec!["tcp://127.0.0.1:*", "ipc://*"]
    } else {
        vec!["tcp://127.0.0.1:*"]
    }
}

#[test]
fn unbind_ends_connections_and_keeps_arrivals() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for endpoint in over_connections() {
            let (pull, push, bound) = arrived(&context, endpoint, true);
            let monitor = push.monitor(EVENT_DISCONNECTED).unwrap();
            pull.unbind(&bound).unwrap();
            assert_eq!(pull.recv(Flags::NONE).unwrap(), "arrived", "{endpoint}");
            // The connection ends when its last message has been received.
            eventually(LONG, || {
                assert!(pull.try_recv().unwrap_err().is_would_block());
                monitor.recv_timeout(Duration::from_millis(10)).ok()
            });
        }
    });
}

/// An I/O thread that was preempted within a command to the socket must not hide the socket's own one, which gives it the listener.
#[cfg(unix)]
#[test]
fn unbind_right_after_bind_ends_the_listener() {
    use std::os::unix::net::UnixStream;

    deadline(LONG, || {
        let name = ipc_name();
        let context = Context::new().unwrap();
        context.set_io_threads(2).unwrap();
        let pull = open_timed(&context, zmq4::PULL);
        for _ in 0..2_000 {
            pull.bind(&name).unwrap();
            pull.unbind(&name).unwrap();
            eventually(LONG, || UnixStream::connect(name.path()).err());
        }
    });
}

#[test]
fn unbind_of_inproc_name_keeps_connections() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pull, push, bound) = arrived(&context, &inproc_name(), true);
        pull.unbind(&bound).unwrap();
        push.send("later", Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "arrived");
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "later");
    });
}

#[test]
fn disconnect_drops_what_has_arrived() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let mut endpoints: Vec<_> = over_connections().into_iter().map(str::to_owned).collect();
        endpoints.push(inproc_name());
        for endpoint in endpoints {
            let (pull, _push, bound) = arrived(&context, &endpoint, false);
            pull.disconnect(&bound).unwrap();
            assert!(pull.try_recv().unwrap_err().is_would_block(), "{endpoint}");
        }
    });
}

/// The receiver reads nothing before, and its queue and those of the system hold a part only.
#[test]
fn unbind_drops_what_is_not_written_yet() {
    const MESSAGES: usize = 3000;
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for endpoint in over_connections() {
            let [push, pull] = [zmq4::PUSH, zmq4::PULL].map(|ty| context.socket(ty).unwrap());
            set_timed(&push);
            push.set_linger(Some(LONG)).unwrap();
            push.set_sndhwm(0).unwrap();
            pull.set_rcvhwm(1).unwrap();
            pull.set_rcvtimeo(Some(Duration::from_millis(500))).unwrap();
            push.bind(endpoint).unwrap();
            let bound = push.last_endpoint().unwrap();
            pull.connect(&bound).unwrap();
            for _ in 0..MESSAGES {
                push.send(vec![0; 10_000], Flags::NONE).unwrap();
            }
            push.unbind(&bound).unwrap();
            let received = std::iter::from_fn(|| pull.recv(Flags::NONE).ok()).count();
            assert!(received < MESSAGES, "{endpoint}: {received}");
        }
    });
}

/// What a PUSH has queued for a peer that leaves: it keeps it for an endpoint that it has connected to.
#[test]
fn queue_of_a_lost_peer_is_kept_by_who_connected() {
    const MESSAGES: usize = 3000;
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let [push, first, second] = [zmq4::PUSH, zmq4::PULL, zmq4::PULL].map(|ty| open_timed(&context, ty));
        push.set_sndhwm(0).unwrap();
        first.set_rcvhwm(1).unwrap();
        first.bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = first.last_endpoint().unwrap();
        push.connect(&endpoint).unwrap();
        for _ in 1..MESSAGES {
            push.send(vec![0; 10_000], Flags::NONE).unwrap();
        }
        push.send("last", Flags::NONE).unwrap();
        first.recv(Flags::NONE).unwrap();
        first.close().unwrap();
        eventually(LONG, || second.bind(&endpoint).ok());
        while second.recv(Flags::NONE).unwrap() != "last" {}
    });
}

#[test]
fn queue_of_a_lost_peer_is_dropped_by_who_bound() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let [push, first, second] = [zmq4::PUSH, zmq4::PULL, zmq4::PULL].map(|ty| open_timed(&context, ty));
        push.set_sndhwm(0).unwrap();
        first.set_rcvhwm(1).unwrap();
        push.bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = push.last_endpoint().unwrap();
        first.connect(&endpoint).unwrap();
        for _ in 0..3000 {
            push.send(vec![0; 10_000], Flags::NONE).unwrap();
        }
        first.recv(Flags::NONE).unwrap();
        let monitor = push.monitor(EVENT_DISCONNECTED).unwrap();
        first.close().unwrap();
        monitor.recv_timeout(LONG).unwrap();
        second.connect(&endpoint).unwrap();
        // Until libzmq's thread has ended the queue of the first, there is room in it.
        let received = eventually(LONG, || {
            push.send("later", Flags::NONE).unwrap();
            second.recv_timeout(Duration::from_millis(50)).ok()
        });
        assert_eq!(received, "later");
    });
}

/// The end of a connection whose peer has left is not signalled again, and one with unread messages does not end.
#[test]
fn unbind_does_not_wait_for_peers_that_left() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for endpoint in over_connections() {
            for (ours, theirs) in [
                (zmq4::PAIR, zmq4::PAIR),
                (zmq4::DEALER, zmq4::DEALER),
                (zmq4::ROUTER, zmq4::DEALER),
                (zmq4::REP, zmq4::REQ),
            ] {
                for unread in [false, true] {
                    let mut fastest = Duration::MAX;
                    for _ in 0..5 {
                        let [here, there] = [ours, theirs].map(|ty| open_timed(&context, ty));
                        here.bind(endpoint).unwrap();
                        let bound = here.last_endpoint().unwrap();
                        let monitor = here.monitor(EVENT_DISCONNECTED).unwrap();
                        there.connect(&bound).unwrap();
                        there.send("unread", Flags::NONE).unwrap();
                        if unread {
                            here.poll(POLLIN, None).unwrap();
                        } else {
                            here.recv_message(Flags::NONE).unwrap();
                        }
                        drop(there);
                        monitor.recv_timeout(LONG).unwrap();
                        let before = std::time::Instant::now();
                        here.unbind(&bound).unwrap();
                        fastest = fastest.min(before.elapsed());
                    }
                    assert!(
                        fastest < Duration::from_millis(900),
                        "{ours} {endpoint} {unread}: {fastest:?}"
                    );
                }
            }
        }
    });
}
