//! How publishers treat subscriptions.

use zmq4::{DONTWAIT, Errno, Flags, Socket};

use crate::effects::sockets;
use crate::support::{bind_tcp, inproc_name};

/// What the publisher receives of two subscribers to one topic, who take it back one after the other.
fn heard(set: impl Fn(&Socket)) -> Vec<Vec<u8>> {
    let [publisher, one, two] = sockets([zmq4::XPUB, zmq4::SUB, zmq4::SUB]);
    set(&publisher);
    let name = inproc_name();
    publisher.bind(&name).unwrap();
    for subscriber in [&one, &two] {
        subscriber.connect(&name).unwrap();
        subscriber.subscribe("t").unwrap();
    }
    let mut heard = Vec::new();
    let mut drain = || {
        while let Ok(message) = publisher.recv(DONTWAIT) {
            heard.push(message.to_vec());
        }
    };
    drain();
    one.unsubscribe("t").unwrap();
    drain();
    two.unsubscribe("t").unwrap();
    drain();
    heard
}

#[test]
fn verbose_publishers_hear_what_they_know_already() {
    let (on, off) = (b"\x01t".to_vec(), b"\x00t".to_vec());
    assert_eq!(heard(|_| {}), [&on, &off].map(Clone::clone));
    let verbose = heard(|publisher| publisher.set_xpub_verbose(true).unwrap());
    assert_eq!(verbose, [&on, &on, &off].map(Clone::clone));
    let verboser = heard(|publisher| publisher.set_xpub_verboser(true).unwrap());
    assert_eq!(verboser, [&on, &on, &off, &off].map(Clone::clone));
}

#[test]
fn nodrop_says_that_a_queue_is_full() {
    for nodrop in [false, true] {
        let [publisher, subscriber] = sockets([zmq4::PUB, zmq4::SUB]);
        publisher.set_xpub_nodrop(nodrop).unwrap();
        publisher.set_sndhwm(5).unwrap();
        subscriber.set_rcvhwm(5).unwrap();
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        subscriber.connect(&name).unwrap();
        subscriber.subscribe("").unwrap();
        let sent = (0..100).take_while(|_| publisher.send("x", DONTWAIT).is_ok()).count();
        assert_eq!(sent, if nodrop { 10 } else { 100 });
    }
}

#[test]
fn a_manual_publisher_decides() {
    let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
    publisher.set_xpub_manual(true).unwrap();
    let name = inproc_name();
    publisher.bind(&name).unwrap();
    subscriber.connect(&name).unwrap();
    subscriber.subscribe("A").unwrap();
    subscriber.subscribe("B").unwrap();
    assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01A");
    publisher.subscribe("B").unwrap();
    publisher.send("A: not granted", Flags::NONE).unwrap();
    publisher.send("B: granted", Flags::NONE).unwrap();
    assert_eq!(subscriber.recv_string(Flags::NONE).unwrap(), "B: granted");
}

#[test]
fn a_newcomer_is_welcomed() {
    let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
    publisher.set_xpub_welcome_msg("welcome").unwrap();
    let endpoint = bind_tcp(&publisher);
    subscriber.subscribe("welcome").unwrap();
    subscriber.connect(&endpoint).unwrap();
    // It welcomes when it learns of the newcomer.
    assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01welcome");
    assert_eq!(subscriber.recv_string(Flags::NONE).unwrap(), "welcome");
}

#[test]
fn inverted_matching_sends_the_others() {
    let [publisher, subscriber] = sockets([zmq4::XPUB, zmq4::SUB]);
    publisher.set_invert_matching(true).unwrap();
    subscriber.set_invert_matching(true).unwrap();
    let name = inproc_name();
    publisher.bind(&name).unwrap();
    subscriber.connect(&name).unwrap();
    subscriber.subscribe("t").unwrap();
    publisher.recv(Flags::NONE).unwrap();
    publisher.send("topic", Flags::NONE).unwrap();
    publisher.send("other", Flags::NONE).unwrap();
    assert_eq!(subscriber.recv_string(Flags::NONE).unwrap(), "other");
    assert_eq!(subscriber.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
}
