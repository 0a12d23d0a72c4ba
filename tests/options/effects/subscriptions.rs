//! Subscriptions arrive: as many as there are, of every length that is taken, again when a publisher comes back.

use std::collections::HashSet;

use zmq4::{Context, DONTWAIT, Errno, Flags, Proxy, Socket, SocketType};

use crate::effects::{MS, open_timed};
use crate::support::{LONG, bind_tcp, deadline, eventually, inproc_name, ipc_name};

/// More than the marks of both ends together, as they are by default.
const TOPICS: usize = 5000;

fn topic(number: usize) -> String {
    format!("{number:06}")
}

/// A SUB or XSUB with all topics.
fn subscriber(context: &Context, ty: SocketType) -> Socket {
    let subscriber = open_timed(context, ty);
    for number in 0..TOPICS {
        if ty == zmq4::SUB {
            subscriber.subscribe(topic(number)).unwrap();
        } else {
            subscriber.send(format!("\u{1}{}", topic(number)), Flags::NONE).unwrap();
        }
    }
    subscriber
}

/// A publisher that takes one subscription at a time.
fn publisher(context: &Context, endpoint: &str) -> Socket {
    let publisher = open_timed(context, zmq4::XPUB);
    publisher.set_rcvhwm(1).unwrap();
    // The one before it may be on its way out.
    eventually(LONG, || publisher.bind(endpoint).ok());
    publisher
}

/// Receives all subscriptions, and serves the last topic.
fn serve(publisher: &Socket, subscriber: &Socket) {
    let mut topics = HashSet::new();
    while topics.len() < TOPICS {
        let Ok(subscription) = publisher.recv(DONTWAIT) else {
            // A subscriber learns within its calls that there is a new publisher.
            subscriber.events().unwrap();
            publisher.poll(zmq4::POLLIN, Some(10 * MS)).unwrap();
            continue;
        };
        assert_eq!(subscription[0], 1);
        topics.insert(subscription[1..].to_vec());
    }
    assert!(topics.contains(topic(TOPICS - 1).as_bytes()));
    publisher.send(topic(TOPICS - 1), Flags::NONE).unwrap();
    assert_eq!(subscriber.recv_string(Flags::NONE).unwrap(), topic(TOPICS - 1));
}

#[test]
fn all_subscriptions_outlive_their_publisher() {
    for ty in [zmq4::SUB, zmq4::XSUB] {
        for transport in ["tcp", "ipc", "inproc"] {
            deadline(2 * LONG, move || {
                let context = Context::new().unwrap();
                let (inproc, ipc) = (inproc_name(), ipc_name());
                let endpoint = match transport {
                    "tcp" => "tcp://127.0.0.1:*",
                    "ipc" => &ipc,
                    _ => &inproc,
                };
                let first = publisher(&context, endpoint);
                let endpoint = first.last_endpoint().unwrap();
                let subscriber = subscriber(&context, ty);
                assert_eq!(subscriber.sndhwm().unwrap(), 0);
                subscriber.connect(&endpoint).unwrap();
                serve(&first, &subscriber);
                drop(first);
                let second = publisher(&context, &endpoint);
                if transport == "inproc" {
                    // Nothing is connected again there.
                    subscriber.disconnect(&endpoint).ok();
                    subscriber.connect(&endpoint).unwrap();
                }
                serve(&second, &subscriber);
            });
        }
    }
}

#[test]
fn all_subscriptions_pass_forwarders() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        let publisher = publisher(&context, "tcp://127.0.0.1:*");
        let mut endpoint = publisher.last_endpoint().unwrap();
        let mut forwarders = Vec::new();
        for _ in 0..2 {
            let (up, down) = (open_timed(&context, zmq4::XSUB), open_timed(&context, zmq4::XPUB));
            up.connect(&endpoint).unwrap();
            endpoint = bind_tcp(&down);
            forwarders.push(Proxy::start(up, down, None).unwrap());
        }
        let subscriber = subscriber(&context, zmq4::SUB);
        subscriber.connect(&endpoint).unwrap();
        serve(&publisher, &subscriber);
    });
}

/// A mark that the program sets on a subscriber holds.
#[test]
fn a_mark_on_a_subscriber_is_kept() {
    let context = Context::new().unwrap();
    for ty in [zmq4::SUB, zmq4::XSUB] {
        let subscriber = open_timed(&context, ty);
        subscriber.set_sndhwm(7).unwrap();
        assert_eq!(subscriber.sndhwm().unwrap(), 7);
    }
    assert_eq!(open_timed(&context, zmq4::XPUB).sndhwm().unwrap(), 1000);
}

#[test]
fn topics_arrive_as_they_are_or_are_refused() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        let garbles = ((4, 3, 3)..=(4, 3, 4)).contains(&zmq4::version());
        for len in [1, 200, 244, 245, 246, 247, 248, 249, 252, 254, 255, 256, 257, 300, 1000] {
            let publisher = open_timed(&context, zmq4::XPUB);
            let endpoint = bind_tcp(&publisher);
            let topic = vec![b'x'; len];
            let subscriber = open_timed(&context, zmq4::SUB);
            let xsub = open_timed(&context, zmq4::XSUB);
            let subscribed = subscriber.subscribe(&topic);
            let sent = xsub.send([b"\x01", &topic[..]].concat(), DONTWAIT);
            if garbles && (246..=255).contains(&len) {
                for error in [subscribed.unwrap_err(), sent.unwrap_err()] {
                    assert_eq!(error, Errno::EMSGSIZE);
                    assert!(error.to_string().contains(&format!("this one has {len}")), "{error}");
                }
                continue;
            }
            subscribed.unwrap();
            sent.unwrap();
            for (peer, byte) in [(&subscriber, 1), (&subscriber, 0), (&xsub, 1), (&xsub, 0)] {
                match (byte, peer.socket_type() == zmq4::SUB) {
                    (1, _) => peer.connect(&endpoint).unwrap(),
                    (_, true) => peer.unsubscribe(&topic).unwrap(),
                    _ => assert_eq!(peer.send([b"\0", &topic[..]].concat(), DONTWAIT).unwrap(), len + 1),
                }
                let heard = publisher.recv(Flags::NONE).unwrap();
                assert_eq!((heard[0], &heard[1..]), (byte, &topic[..]), "{len}");
            }
        }
    });
}
