//! Subscriptions through forwarders: publishers learn of each that they are to learn of, and of the end of the last.

use zmq4::{Context, DONTWAIT, Flags, Proxy, Socket};

use crate::support::{LONG, bind_tcp, deadline, eventually};
use crate::{bound, connected, open_timed};

type Set = fn(&Socket) -> zmq4::Result<()>;

const PLAIN: Set = |_| Ok(());
const VERBOSE: Set = |xpub| xpub.set_xpub_verbose(true);
const VERBOSER: Set = |xpub| xpub.set_xpub_verboser(true);
const NO_LONGER_VERBOSER: Set = |xpub| {
    xpub.set_xpub_verboser(true)?;
    xpub.set_xpub_verbose(true)
};
const NO_LONGER_VERBOSE: Set = |xpub| {
    xpub.set_xpub_verbose(true)?;
    xpub.set_xpub_verbose(false)
};

/// A publisher that is reported each subscription that comes to it, and forwarders in a row between it and its subscribers.
struct Chain {
    publisher: Socket,
    proxies: Vec<Proxy>,
    endpoint: String,
    context: Context,
}

impl Chain {
    /// The first of `hops` is the one next to the publisher.
    fn new(hops: &[Set]) -> Chain {
        let context = Context::new().unwrap();
        let publisher = open_timed(&context, zmq4::XPUB);
        publisher.set_xpub_verboser(true).unwrap();
        let mut endpoint = bind_tcp(&publisher);
        let mut proxies = Vec::new();
        for set in hops {
            let (front, back) = (open_timed(&context, zmq4::XSUB), open_timed(&context, zmq4::XPUB));
            set(&back).unwrap();
            front.connect(&endpoint).unwrap();
            endpoint = bind_tcp(&back);
            proxies.push(Proxy::start(front, back, None).unwrap());
        }
        Chain {
            publisher,
            proxies,
            endpoint,
            context,
        }
    }

    fn subscriber(&self, topic: &str) -> Socket {
        let subscriber = connected(&self.context, zmq4::SUB, &self.endpoint);
        subscriber.subscribe(topic).unwrap();
        subscriber
    }

    #[track_caller]
    fn learns(&self, expected: &str) {
        assert_eq!(self.publisher.recv(Flags::NONE).unwrap(), *expected);
    }

    /// Sees that nothing else was reported: what comes after it has overtaken nothing.
    #[track_caller]
    fn learns_nothing_else(&self) {
        let last = self.subscriber("last");
        self.learns("\x01last");
        drop(last);
        self.learns("\0last");
        assert!(self.publisher.recv(DONTWAIT).is_err());
    }
}

/// Subscribers that come and go in turn, by `leave`; each that comes is reported upwards `verbose`ly or only the first.
fn come_and_go(hops: &[Set], verbose: bool, leave: fn(Socket)) {
    let chain = Chain::new(hops);
    for _ in 0..3 {
        let mut subscribers = Vec::new();
        for number in 0..3 {
            subscribers.push(chain.subscriber("T"));
            if verbose || number == 0 {
                chain.learns("\x01T");
            }
        }
        // One that is received of by another way than its own, so that those before it have arrived.
        let marker = chain.subscriber("marker");
        chain.learns("\x01marker");
        chain.publisher.send("T data", Flags::NONE).unwrap();
        for subscriber in &subscribers {
            assert_eq!(subscriber.recv(Flags::NONE).unwrap(), "T data");
        }
        subscribers.into_iter().for_each(leave);
        chain.learns("\0T");
        drop(marker);
        chain.learns("\0marker");
        chain.learns_nothing_else();
    }
    let passed = || chain.proxies[0].statistics().unwrap().front.received.messages;
    let before = passed();
    chain.publisher.send("T without a subscriber", Flags::NONE).unwrap();
    chain.learns_nothing_else();
    assert_eq!(passed(), before);
}

const CLOSE: fn(Socket) = |subscriber| drop(subscriber);

const UNSUBSCRIBE: fn(Socket) = |subscriber| {
    subscriber.unsubscribe("T").unwrap();
    // What it still sends arrives before it is closed.
    subscriber.set_linger(Some(LONG)).unwrap();
};

#[test]
fn last_unsubscription_reaches_the_publisher() {
    deadline(4 * LONG, || {
        for leave in [CLOSE, UNSUBSCRIBE] {
            come_and_go(&[PLAIN], false, leave);
            come_and_go(&[VERBOSE], true, leave);
            come_and_go(&[VERBOSER], true, leave);
            come_and_go(&[NO_LONGER_VERBOSER], true, leave);
            come_and_go(&[NO_LONGER_VERBOSE], false, leave);
        }
    });
}

#[test]
fn last_unsubscription_goes_through_several_proxies() {
    deadline(4 * LONG, || {
        for leave in [CLOSE, UNSUBSCRIBE] {
            come_and_go(&[VERBOSE, VERBOSE], true, leave);
            come_and_go(&[VERBOSE, VERBOSE, VERBOSE], true, leave);
            come_and_go(&[VERBOSE, VERBOSER], true, leave);
            come_and_go(&[VERBOSE, PLAIN], false, leave);
            come_and_go(&[VERBOSER, PLAIN], false, leave);
            come_and_go(&[PLAIN, VERBOSE], false, leave);
        }
    });
}

#[test]
fn count_of_subscriptions_outlives_the_proxy() {
    deadline(LONG, || {
        let mut chain = Chain::new(&[VERBOSE]);
        let mut subscribers = Vec::new();
        for _ in 0..3 {
            subscribers.push(chain.subscriber("T"));
            chain.learns("\x01T");
            subscribers.push(chain.subscriber("T"));
            chain.learns("\x01T");
            let sockets = chain.proxies.remove(0).terminate().unwrap();
            chain
                .proxies
                .push(Proxy::start(sockets.front, sockets.back, sockets.capture).unwrap());
        }
        drop(subscribers);
        chain.learns("\0T");
        chain.learns_nothing_else();
    });
}

/// Neither what the program itself has subscribed to is taken back, nor are messages touched that are none.
#[test]
fn verbose_proxy_passes_the_rest_as_it_is() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (publisher, up) = bound(&context, zmq4::XPUB);
        publisher.set_xpub_verbose(true).unwrap();
        let front = connected(&context, zmq4::XSUB, &up);
        let (back, down) = bound(&context, zmq4::XPUB);
        back.set_xpub_verbose(true).unwrap();
        front.send("\x01ours", Flags::NONE).unwrap();
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\x01ours");
        let proxy = Proxy::start(front, back, None).unwrap();
        let subscribers = [(); 2].map(|()| connected(&context, zmq4::XSUB, &down));
        for subscriber in &subscribers {
            for _ in 0..2 {
                subscriber.send("\x01ours", Flags::NONE).unwrap();
                subscriber.send("\x01", Flags::NONE).unwrap();
                subscriber.send("a message", Flags::NONE).unwrap();
                subscriber.send("", Flags::NONE).unwrap();
                subscriber.send_message(["two", "frames"]).unwrap();
            }
        }
        for _ in 0..4 {
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\x01ours");
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\x01");
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), "a message");
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), "");
            assert_eq!(publisher.recv_message(Flags::NONE).unwrap(), ["two", "frames"]);
        }
        drop(subscribers);
        assert_eq!(publisher.recv(Flags::NONE).unwrap(), "\0");
        publisher.send("ours", Flags::NONE).unwrap();
        eventually(LONG, || {
            (proxy.statistics().unwrap().front.received.messages == 1).then_some(())
        });
        assert!(publisher.recv(DONTWAIT).is_err());
    });
}

/// More than any queue holds by default.
const TOPICS: usize = 5000;

#[test]
fn each_subscription_arrives_and_outlives_publishers() {
    deadline(4 * LONG, || {
        let context = Context::new().unwrap();
        let publisher = || {
            let publisher = open_timed(&context, zmq4::XPUB);
            publisher.set_rcvhwm(0).unwrap();
            publisher
        };
        let arrive = |publisher: &Socket| {
            let mut topics: Vec<Vec<u8>> = (0..TOPICS)
                .map(|_| publisher.recv_bytes(Flags::NONE).unwrap())
                .collect();
            topics.sort();
            topics.dedup();
            assert_eq!(topics.len(), TOPICS);
        };
        let first = publisher();
        let endpoint = bind_tcp(&first);
        let (front, (back, down)) = (open_timed(&context, zmq4::XSUB), bound(&context, zmq4::XPUB));
        front.set_sndhwm(0).unwrap();
        front.connect(&endpoint).unwrap();
        let _proxy = Proxy::start(front, back, None).unwrap();
        let subscriber = open_timed(&context, zmq4::SUB);
        subscriber.set_sndhwm(0).unwrap();
        subscriber.connect(&down).unwrap();
        for number in 0..TOPICS {
            subscriber.subscribe(format!("topic {number:05}")).unwrap();
        }
        arrive(&first);
        drop(first);
        let second = publisher();
        // The first one lets go of the port in the background.
        eventually(LONG, || second.bind(&endpoint).ok());
        arrive(&second);
        for number in [0, 1000, 2500, TOPICS - 1] {
            let topic = format!("topic {number:05}");
            second.send(&topic, Flags::NONE).unwrap();
            assert_eq!(subscriber.recv(Flags::NONE).unwrap(), *topic);
        }
    });
}
