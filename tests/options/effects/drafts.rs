//! What the DRAFT options do.

use std::net::TcpListener;

use zmq4::{Context, DONTWAIT, Errno, Flags, ReconnectStop, RouterNotify, Socket, zmq_sys as sys};

use crate::effects::{MS, QUIET, open_timed, sockets};
use crate::support::watch::Watch;
use crate::support::{LONG, bind_tcp, deadline, inproc_name, ipc_name, skip};

fn frames(socket: &Socket) -> Vec<Vec<u8>> {
    let message = socket.recv_message(Flags::NONE).unwrap();
    message.iter().map(|frame| frame.to_vec()).collect()
}

#[track_caller]
fn is_quiet(socket: &Socket) {
    socket.set_rcvtimeo(QUIET).unwrap();
    assert_eq!(socket.recv_message(Flags::NONE).unwrap_err(), Errno::EAGAIN);
}

/// Whether the libzmq that runs is as new as this one of the 4.3.
fn is_since(patch: u32) -> bool {
    let new = zmq4::version() >= (4, 3, patch);
    if !new {
        skip(&format!("the option came with libzmq 4.3.{patch}"));
    }
    new
}

#[test]
fn a_router_is_told_of_its_peers() {
    deadline(LONG, || {
        for (notify, comes, goes) in [
            (RouterNotify::NONE, false, false),
            (RouterNotify::CONNECT, true, false),
            (RouterNotify::DISCONNECT, false, true),
            (RouterNotify::BOTH, true, true),
        ] {
            let [router, dealer] = sockets([zmq4::ROUTER, zmq4::DEALER]);
            router.set_router_notify(notify).unwrap();
            dealer.set_routing_id("peer").unwrap();
            dealer.connect(&bind_tcp(&router)).unwrap();
            if comes {
                assert_eq!(frames(&router), [b"peer".as_slice(), b""]);
            }
            dealer.send("hello", Flags::NONE).unwrap();
            assert_eq!(frames(&router), [b"peer".as_slice(), b"hello"]);
            drop(dealer);
            if goes {
                assert_eq!(frames(&router), [b"peer".as_slice(), b""]);
            }
            is_quiet(&router);
        }
    });
}

#[test]
fn each_new_peer_is_greeted() {
    deadline(LONG, || {
        let [router] = sockets([zmq4::ROUTER]);
        router.set_hello_msg("hello").unwrap();
        let endpoint = bind_tcp(&router);
        let name = inproc_name();
        router.bind(&name).unwrap();
        for endpoint in [&endpoint, &endpoint, &name] {
            let dealer = open_timed(router.context(), zmq4::DEALER);
            dealer.connect(endpoint).unwrap();
            assert_eq!(dealer.recv_string(Flags::NONE).unwrap(), "hello", "{endpoint}");
            is_quiet(&dealer);
        }
    });
}

#[test]
fn a_peer_that_is_gone_leaves_a_message() {
    deadline(LONG, || {
        let [router, dealer] = sockets([zmq4::ROUTER, zmq4::DEALER]);
        router.set_disconnect_msg("gone").unwrap();
        dealer.set_routing_id("peer").unwrap();
        dealer.connect(&bind_tcp(&router)).unwrap();
        dealer.send("hello", Flags::NONE).unwrap();
        assert_eq!(frames(&router), [b"peer".as_slice(), b"hello"]);
        drop(dealer);
        assert_eq!(frames(&router), [b"peer".as_slice(), b"gone"]);
    });
}

#[test]
fn a_lost_connection_leaves_a_message() {
    if !is_since(5) {
        return;
    }
    deadline(LONG, || {
        let [router, dealer] = sockets([zmq4::ROUTER, zmq4::DEALER]);
        dealer.set_hiccup_msg("hiccup").unwrap();
        dealer.set_routing_id("peer").unwrap();
        let endpoint = bind_tcp(&router);
        dealer.connect(&endpoint).unwrap();
        dealer.send("hello", Flags::NONE).unwrap();
        assert_eq!(frames(&router), [b"peer".as_slice(), b"hello"]);
        drop(router);
        assert_eq!(dealer.recv_string(Flags::NONE).unwrap(), "hiccup");
    });
}

/// Without a handler no handler is asked; with the option, no peer is admitted then.
#[test]
fn a_domain_is_enforced() {
    deadline(LONG, || {
        for enforce in [false, true] {
            let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
            pull.set_zap_domain("domain").unwrap();
            pull.set_zap_enforce_domain(enforce).unwrap();
            let failed = sys::ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
                | sys::ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
                | sys::ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
            let watch = Watch::new(&pull, failed | sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
            push.connect(&bind_tcp(&pull)).unwrap();
            push.send("hello", Flags::NONE).unwrap();
            let (event, _) = watch.next();
            assert_eq!(event & failed != 0, enforce, "{event:#x}");
            if enforce {
                is_quiet(&pull);
            } else {
                assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "hello");
            }
        }
    });
}

#[test]
fn a_last_value_goes_to_who_asked_for_it() {
    deadline(LONG, || {
        let [publisher, old, new] = sockets([zmq4::XPUB, zmq4::SUB, zmq4::SUB]);
        publisher.set_xpub_manual_last_value(true).unwrap();
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        for subscriber in [&old, &new] {
            subscriber.connect(&name).unwrap();
            subscriber.subscribe("t").unwrap();
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01t");
            publisher.subscribe("t").unwrap();
            publisher.send("the last value", Flags::NONE).unwrap();
            publisher.send("t to all", Flags::NONE).unwrap();
        }
        let heard = |socket: &Socket| std::iter::from_fn(|| socket.recv_string(DONTWAIT).ok()).collect::<Vec<_>>();
        assert_eq!(heard(&new), ["the last value", "t to all"]);
        assert_eq!(heard(&old), ["the last value", "t to all", "t to all"]);
    });
}

/// What a publisher that is reported of each subscription receives.
fn heard(publisher: &Socket, count: usize) -> Vec<Vec<u8>> {
    let heard = (0..count).map(|_| publisher.recv(Flags::NONE).unwrap().to_vec());
    let heard = heard.collect();
    is_quiet(publisher);
    heard
}

#[test]
fn each_subscription_is_taken_back() {
    if !is_since(5) {
        return;
    }
    deadline(LONG, || {
        for (verbose, count) in [(false, 3), (true, 4)] {
            let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::XSUB]);
            publisher.set_xpub_verboser(true).unwrap();
            subscriber.set_xsub_verbose_unsubscribe(verbose).unwrap();
            let name = inproc_name();
            publisher.bind(&name).unwrap();
            subscriber.connect(&name).unwrap();
            for command in [b"\x01t", b"\x01t", b"\x00t", b"\x00t"] {
                subscriber.send(command, Flags::NONE).unwrap();
            }
            let expected = [b"\x01t", b"\x01t", b"\x00t", b"\x00t"];
            assert_eq!(heard(&publisher, count), expected[..count]);
        }
    });
}

#[test]
fn frames_after_the_first_do_not_subscribe() {
    deadline(LONG, || {
        for only_first in [false, true] {
            let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::XSUB]);
            publisher.set_only_first_subscribe(only_first).unwrap();
            subscriber.set_only_first_subscribe(only_first).unwrap();
            let name = inproc_name();
            publisher.bind(&name).unwrap();
            subscriber.connect(&name).unwrap();
            subscriber.send_message((b"message", b"\x01topic")).unwrap();
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"message");
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01topic");
            publisher.send("topic", Flags::NONE).unwrap();
            let answer = subscriber.recv_string(DONTWAIT);
            assert_eq!(answer.is_err(), only_first, "{answer:?}");
        }
    });
}

#[test]
fn topics_are_counted() {
    if !is_since(5) {
        return;
    }
    deadline(LONG, || {
        let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        subscriber.connect(&name).unwrap();
        for topic in ["a", "b"] {
            subscriber.subscribe(topic).unwrap();
        }
        assert_eq!(subscriber.topics_count().unwrap(), 2);
        assert_eq!(heard(&publisher, 2), [b"\x01a", b"\x01b"]);
        assert_eq!(publisher.topics_count().unwrap(), 2);
        subscriber.unsubscribe("a").unwrap();
        assert_eq!(subscriber.topics_count().unwrap(), 1);
        assert_eq!(heard(&publisher, 1), [b"\x00a"]);
        assert_eq!(publisher.topics_count().unwrap(), 1);
    });
}

#[test]
fn a_refused_connection_is_not_tried_again() {
    deadline(LONG, || {
        for stop in [ReconnectStop::NEVER, ReconnectStop::CONN_REFUSED] {
            let [push] = sockets([zmq4::PUSH]);
            push.set_reconnect_ivl(Some(10 * MS)).unwrap();
            push.set_reconnect_stop(stop).unwrap();
            let watch = Watch::new(&push, sys::ZMQ_EVENT_CLOSED);
            // The discard port has no listener.
            push.connect("tcp://127.0.0.1:9").unwrap();
            assert_eq!(watch.next().0, sys::ZMQ_EVENT_CLOSED);
            let again = watch.next_within(if stop == ReconnectStop::NEVER { LONG } else { 300 * MS });
            assert_eq!(again.is_none(), stop == ReconnectStop::CONN_REFUSED);
        }
    });
}

#[test]
fn a_failed_handshake_is_not_tried_again() {
    deadline(LONG, || {
        for stop in [ReconnectStop::NEVER, ReconnectStop::HANDSHAKE_FAILED] {
            let [push] = sockets([zmq4::PUSH]);
            push.set_reconnect_ivl(Some(10 * MS)).unwrap();
            push.set_reconnect_stop(stop).unwrap();
            let watch = Watch::new(&push, sys::ZMQ_EVENT_CONNECTED);
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            push.connect(&format!("tcp://{}", listener.local_addr().unwrap()))
                .unwrap();
            assert_eq!(watch.next().0, sys::ZMQ_EVENT_CONNECTED);
            drop(listener.accept().unwrap());
            let again = watch.next_within(if stop == ReconnectStop::NEVER { LONG } else { 300 * MS });
            assert_eq!(again.is_none(), stop == ReconnectStop::HANDSHAKE_FAILED);
        }
    });
}

/// Messages that were read together lie in one buffer, side by side.
#[test]
fn received_messages_share_a_buffer_or_not() {
    const LEN: usize = 100;
    deadline(LONG, || {
        for shares in [true, false] {
            let context = Context::new().unwrap();
            context.set_zero_copy_recv(shares).unwrap();
            assert_eq!(context.zero_copy_recv().unwrap(), shares);
            let [push, pull] = [zmq4::PUSH, zmq4::PULL].map(|ty| open_timed(&context, ty));
            let name = ipc_name();
            push.set_reconnect_ivl(Some(10 * MS)).unwrap();
            push.connect(&name).unwrap();
            for _ in 0..10 {
                push.send(vec![7; LEN], DONTWAIT).unwrap();
            }
            // They go together, because they have waited.
            pull.bind(&name).unwrap();
            let messages: Vec<_> = (0..10).map(|_| pull.recv(Flags::NONE).unwrap()).collect();
            let distance = |pair: &[zmq4::Message]| {
                let [one, two] = [0, 1].map(|index| pair[index].as_bytes().as_ptr() as usize);
                two.wrapping_sub(one)
            };
            // Between them there are two bytes of header, or a count of users; those that have a buffer each are further apart.
            let near = LEN..LEN + 48;
            let side_by_side = messages
                .windows(2)
                .filter(|pair| near.contains(&distance(pair)))
                .count();
            assert_eq!(side_by_side > 0, shares, "{side_by_side}");
        }
    });
}

#[cfg(target_os = "linux")]
mod descriptors {
    use libc::SOL_SOCKET;

    use super::is_since;
    use crate::effects::descriptors::{connection, option};
    use crate::support::{LONG, deadline};

    #[test]
    fn packets_have_their_priority() {
        deadline(LONG, || {
            let (_sockets, fd) = connection(|push| push.set_priority(5).unwrap());
            assert_eq!(option(fd, SOL_SOCKET, libc::SO_PRIORITY), Some(5));
        });
    }

    #[test]
    fn the_system_polls_the_device() {
        if !is_since(5) {
            return;
        }
        deadline(LONG, || {
            let (_sockets, fd) = connection(|push| push.set_busy_poll(50).unwrap());
            let (_sockets, plain) = connection(|_| {});
            // Without the privilege the system keeps its own.
            let expected = [Some(50), option(plain, SOL_SOCKET, libc::SO_BUSY_POLL)];
            assert!(expected.contains(&option(fd, SOL_SOCKET, libc::SO_BUSY_POLL)));
        });
    }
}
