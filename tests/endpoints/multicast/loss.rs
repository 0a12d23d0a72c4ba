//! What is lost for good: the numbers say so, and the rest still comes in order.

use std::ops::Range;
use std::time::Duration;

use crate::multicast::network::Network;
use crate::multicast::publisher::{self, Publisher, SIZE, START};
use crate::multicast::settings::Settings;
use crate::multicast::subscriber::{self, Received, Subscriber};
use crate::support::{LONG, eventually};

/// A publisher that keeps what it sent for `recovery` only, which at this rate is less than what gets lost.
fn forgetful(rate: u32, recovery: Duration) -> Settings {
    Settings {
        rate,
        recovery,
        ..Settings::new(publisher::endpoint("epgm"))
    }
}

/// Waits until the bytes of these numbers have come by.
#[track_caller]
fn wait_for(network: &Network, name: &str, numbers: &Range<u32>) {
    let bytes = u64::from(numbers.end - numbers.start) * SIZE as u64;
    eventually(LONG, || (network.counted(name).1 >= bytes).then_some(()));
}

/// `count` numbers, of which some between `from` and `to` are missing, and none comes twice or out of order.
#[track_caller]
fn assert_hole(received: &Received, hole: Range<u32>, count: u32) {
    let rows = &received.numbers;
    assert!(rows.is_sorted_by(|row, next| row.end < next.start), "{received:?}");
    assert_eq!(rows.first().unwrap().start, 0, "{received:?}");
    assert_eq!(rows.last().unwrap().end, count, "{received:?}");
    assert!(rows.len() > 1, "nothing was lost: {received:?}");
    for holes in rows.windows(2) {
        let lost = holes[0].end..holes[1].start;
        assert!(lost.start >= hole.start && lost.end <= hole.end, "{received:?}");
    }
}

/// The network is down for longer than the publisher remembers.
#[test]
fn messages_outside_the_window_are_lost() {
    let Some(network) = Network::new() else { return };
    // 125,000 bytes, against the 300,000 that get lost.
    let settings = forgetful(10_000, Duration::from_millis(100));
    let listening = Settings {
        endpoint: subscriber::endpoint("epgm"),
        ..settings.clone()
    };
    let mut subscribers = [(); 2].map(|()| Subscriber::start(&network, &listening));
    let mut publisher = Publisher::start(&network, &settings);
    for subscriber in &mut subscribers {
        subscriber.reached(START);
    }
    network.wait_for_announcement();
    publisher.send(0..1_000);
    publisher.mark("before");
    for subscriber in &mut subscribers {
        subscriber.reached("before");
    }
    network.count("lost", "", "drop");
    publisher.send(1_000..4_000);
    wait_for(&network, "lost", &(1_000..4_000));
    network.count_no_more();
    publisher.mark("after");
    for subscriber in &mut subscribers {
        subscriber.reached("after");
    }
    publisher.send(4_000..5_000);
    publisher.end();
    for received in subscribers.map(Subscriber::finish) {
        assert_hole(&received, 1_000..4_000, 5_000);
        // No more than it kept can have been repaired.
        let lost = received.numbers[1].start - received.numbers[0].end;
        assert!(lost > 1_500, "{received:?}");
    }
    publisher.finish();
}

/// A subscriber that does not receive for longer than the publisher remembers.
#[test]
fn slow_subscriber_loses_what_left_the_window() {
    let Some(network) = Network::new() else { return };
    // 625,000 bytes, against 10 million, which no receive buffer holds either.
    let settings = forgetful(100_000, Duration::from_millis(50));
    let listening = Settings {
        endpoint: subscriber::endpoint("epgm"),
        rcvhwm: 10,
        ..settings.clone()
    };
    let mut slow = Subscriber::start(&network, &listening);
    let mut publisher = Publisher::start(&network, &settings);
    slow.reached(START);
    network.wait_for_announcement();
    publisher.send(0..1_000);
    publisher.mark("before");
    slow.reached("before");
    slow.pause();
    network.count("passed", "", "");
    publisher.send(1_000..100_000);
    wait_for(&network, "passed", &(1_000..100_000));
    slow.resume();
    publisher.mark("after");
    slow.reached("after");
    publisher.send(100_000..101_000);
    publisher.end();
    assert_hole(&slow.finish(), 1_000..100_000, 101_000);
    publisher.finish();
}
