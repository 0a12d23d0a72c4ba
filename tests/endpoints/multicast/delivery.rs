//! What is published arrives: all of it, in order, at every subscriber.

use crate::multicast::network::Network;
use crate::multicast::publisher::{self, Publisher, START};
use crate::multicast::settings::Settings;
use crate::multicast::subscriber::{self, Subscriber};

/// What makes the network lose one datagram of twenty.
const LOSSY: &str = "numgen random mod 100 < 5";

fn everything_arrives_in_order(transport: &str, loss: bool) {
    let Some(network) = Network::new() else { return };
    let listening = Settings::new(subscriber::endpoint(transport));
    let mut subscribers = [(); 2].map(|()| Subscriber::start(&network, &listening));
    let mut publisher = Publisher::start(&network, &Settings::new(publisher::endpoint(transport)));
    for subscriber in &mut subscribers {
        subscriber.reached(START);
    }
    network.wait_for_announcement();
    if loss {
        network.count("lost", LOSSY, "drop");
    }
    publisher.send(0..10_000);
    publisher.mark("all");
    for subscriber in &mut subscribers {
        subscriber.reached("all");
    }
    if loss {
        // 10,000 messages are 700 datagrams and more; without a loss this would show no repair.
        assert!(network.counted("lost").0 >= 10, "{:?}", network.counted("lost"));
    }
    publisher.end();
    for received in subscribers.map(Subscriber::finish) {
        assert_eq!(received.numbers, [0..10_000], "{received:?}");
    }
    publisher.finish();
}

#[test]
fn pgm_delivers_everything_in_order() {
    everything_arrives_in_order("pgm", false);
}

#[test]
fn epgm_delivers_everything_in_order() {
    everything_arrives_in_order("epgm", false);
}

#[test]
fn pgm_repairs_what_the_network_loses() {
    everything_arrives_in_order("pgm", true);
}

#[test]
fn epgm_repairs_what_the_network_loses() {
    everything_arrives_in_order("epgm", true);
}

#[test]
fn late_subscriber_receives_all_from_then_on() {
    let Some(network) = Network::new() else { return };
    let listening = Settings::new(subscriber::endpoint("epgm"));
    let mut early = Subscriber::start(&network, &listening);
    let mut publisher = Publisher::start(&network, &Settings::new(publisher::endpoint("epgm")));
    early.reached(START);
    network.wait_for_announcement();
    publisher.send(0..5_000);
    publisher.mark("half");
    early.reached("half");
    let mut late = Subscriber::start(&network, &listening);
    late.reached("half");
    network.wait_for_announcement();
    publisher.send(5_000..10_000);
    publisher.end();
    assert_eq!(early.finish().numbers, [0..10_000]);
    assert_eq!(late.finish().numbers, [5_000..10_000]);
    publisher.finish();
}
