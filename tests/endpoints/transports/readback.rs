//! The last endpoint, as it is, is good to connect, to disconnect and to unbind.

use zmq4::{Context, Errno, Flags};

use crate::support::{LONG, deadline};
use crate::transports::open_with;
use crate::transports::ways::{self, Order, Way};

fn is_good_for_more(ways: fn() -> Vec<Way>) {
    deadline(3 * LONG, move || {
        for way in ways().into_iter().filter(|way| way.order == Order::BindFirst) {
            let context = Context::new().unwrap();
            let pull = open_with(&context, zmq4::PULL, way.ipv6);
            let push = open_with(&context, zmq4::PUSH, way.ipv6);
            pull.bind(&way.name()).unwrap();
            let bound = pull.last_endpoint().unwrap();
            assert!(!bound.contains('*') && !bound.ends_with(":0"), "{bound}");

            // The address of all interfaces leads to this machine on Linux, and nowhere elsewhere.
            let everywhere = bound.contains("//0.0.0.0:") || bound.contains("//[::]:");
            if cfg!(target_os = "linux") || !everywhere {
                let push = open_with(&context, zmq4::PUSH, way.ipv6);
                push.connect(&bound).unwrap_or_else(|error| panic!("{error}"));
                push.send(&bound, Flags::NONE).unwrap();
                assert_eq!(pull.recv_string(Flags::NONE).unwrap(), bound);
            }

            push.connect(&way.target(&bound)).unwrap();
            push.send("connected", Flags::NONE).unwrap();
            assert_eq!(pull.recv(Flags::NONE).unwrap(), "connected");
            let connected = push.last_endpoint().unwrap();
            push.disconnect(&connected).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(push.disconnect(&connected).unwrap_err(), Errno::ENOENT, "{connected}");

            pull.unbind(&bound).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(pull.unbind(&bound).unwrap_err(), Errno::ENOENT, "{bound}");
        }
    });
}

#[test]
fn of_inproc() {
    is_good_for_more(ways::inproc);
}

#[cfg(unix)]
#[test]
fn of_ipc() {
    is_good_for_more(ways::ipc);
}

#[test]
fn of_tcp() {
    is_good_for_more(ways::tcp);
}

#[test]
fn of_tcp_with_a_source() {
    is_good_for_more(ways::tcp_with_source);
}

#[test]
fn of_tcp_over_ipv6() {
    if ways::has_ipv6() {
        is_good_for_more(ways::tcp_ipv6);
    } else {
        crate::support::skip("this machine has no IPv6");
    }
}

#[test]
fn of_ws() {
    if zmq4::has("WS") {
        is_good_for_more(ways::ws);
    } else {
        println!("skipped: this libzmq was built without ws");
    }
}

/// The peer of a connection with a source sees that source.
#[cfg(target_os = "linux")]
#[test]
fn a_source_is_what_the_peer_sees() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pull = open_with(&context, zmq4::PULL, false);
        let push = open_with(&context, zmq4::PUSH, false);
        pull.bind("tcp://127.0.0.1:*").unwrap();
        let peer = pull.last_endpoint().unwrap().replace("tcp://", "");
        push.connect(&format!("tcp://127.0.0.2:0;{peer}")).unwrap();
        push.send("hello", Flags::NONE).unwrap();
        let message = pull.recv(Flags::NONE).unwrap();
        assert_eq!(message.property("Peer-Address"), Some("127.0.0.2"));
    });
}
