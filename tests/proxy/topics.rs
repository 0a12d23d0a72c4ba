//! Topics of any length through a forwarder, whose thread libzmq may crash with them.

use std::time::Duration;

use zmq4::{Context, DONTWAIT, Flags, Proxy};

use crate::support::{LONG, in_child};
use crate::{bound, connected};

/// Whether the libzmq that is linked can hold them.
fn has_radix_tree() -> bool {
    cfg!(feature = "vendored") || zmq4::has("draft")
}

#[test]
fn a_long_topic_does_not_crash_a_forwarder() {
    in_child("topics::a_long_topic_does_not_crash_a_forwarder", LONG, || {
        let context = Context::new().unwrap();
        let (front, up) = bound(&context, zmq4::XSUB);
        let (back, down) = bound(&context, zmq4::XPUB);
        let publisher = connected(&context, zmq4::XPUB, &up);
        let proxy = Proxy::start(front, back, None).unwrap();
        for topic in [vec![b'x'; 27_000], vec![b'y'; 300_000]] {
            let long: Vec<u8> = [1].into_iter().chain(topic).collect();
            // A SUB or XSUB of ours would refuse such a topic; one of another program does not.
            let subscriber = connected(&context, zmq4::DEALER, &down);
            subscriber.send(&long, Flags::NONE).unwrap();
            // As the second frame of a message whose first one subscribes.
            subscriber.send_message((b"\x01short", &long)).unwrap();
            subscriber.send("\u{1}after", Flags::NONE).unwrap();
            loop {
                let subscription = publisher.recv(Flags::NONE).unwrap();
                if subscription == b"\x01after" {
                    break;
                }
                assert!(has_radix_tree() || subscription.len() < 100, "{subscription:?}");
            }
            subscriber.send([&[0], &long[1..]].concat(), Flags::NONE).unwrap();
            subscriber.send("\u{0}after", Flags::NONE).unwrap();
            while publisher.recv(Flags::NONE).unwrap() != b"\x00after" {}
            subscriber.close().unwrap();
        }
        let statistics = proxy.statistics().unwrap();
        assert_eq!(statistics.dropped > 0, !has_radix_tree());
        let subscriber = connected(&context, zmq4::SUB, &down);
        subscriber.subscribe("news").unwrap();
        while publisher.recv(Flags::NONE).unwrap() != b"\x01news" {}
        publisher.send("news", Flags::NONE).unwrap();
        subscriber.set_rcvtimeo(Some(Duration::from_secs(10))).unwrap();
        assert_eq!(subscriber.recv(Flags::NONE).unwrap(), "news");
        assert!(publisher.recv(DONTWAIT).is_err());
        drop(proxy);
    });
}

#[test]
fn an_xsub_refuses_a_long_topic_in_any_frame() {
    let context = Context::new().unwrap();
    let xsub = crate::open_timed(&context, zmq4::XSUB);
    let long: Vec<u8> = [1].into_iter().chain(vec![b'x'; 27_000]).collect();
    for frames in [[&long[..], b"rest"], [b"\x01short", &long]] {
        match xsub.send_message(frames) {
            Ok(_) => assert!(has_radix_tree()),
            Err(error) => {
                assert_eq!(error, zmq4::Errno::EMSGSIZE);
                assert!(!has_radix_tree());
            }
        }
    }
}

#[test]
fn a_long_topic_in_a_later_frame_is_not_passed_on() {
    let context = Context::new().unwrap();
    let (front, from) = bound(&context, zmq4::PAIR);
    let (back, up) = bound(&context, zmq4::XSUB);
    let publisher = connected(&context, zmq4::XPUB, &up);
    let proxy = Proxy::start(front, back, None).unwrap();
    let source = connected(&context, zmq4::PAIR, &from);
    let long: Vec<u8> = [1].into_iter().chain(vec![b'x'; 27_000]).collect();
    source.send_message((b"\x01first", &long)).unwrap();
    source.send("\u{1}after", Flags::NONE).unwrap();
    loop {
        let subscription = publisher.recv(Flags::NONE).unwrap();
        if subscription == b"\x01after" {
            break;
        }
        assert!(has_radix_tree(), "{subscription:?}");
    }
    assert_eq!(proxy.statistics().unwrap().dropped, u64::from(!has_radix_tree()));
}
