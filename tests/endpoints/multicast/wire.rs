//! What the options do to the datagrams, as the other end of the wire sees them.

use std::time::Duration;

use crate::multicast::network::{Network, PUBLISHER};
use crate::multicast::publisher::{self, Publisher, START};
use crate::multicast::settings::Settings;
use crate::multicast::subscriber::{self, Received, Subscriber};

/// Publishes so many numbers to one subscriber, which gets them all. The publisher's settings are the subscriber's.
fn publish(network: &Network, settings: &Settings, count: u32) -> Received {
    let listening = Settings {
        endpoint: settings
            .endpoint
            .replace(PUBLISHER, crate::multicast::network::SUBSCRIBER),
        ..settings.clone()
    };
    let mut subscriber = Subscriber::start(network, &listening);
    let mut publisher = Publisher::start(network, settings);
    subscriber.reached(START);
    network.wait_for_announcement();
    publisher.send(0..count);
    publisher.end();
    let received = subscriber.finish();
    assert_eq!(received.numbers, [0..count], "{settings}: {received:?}");
    publisher.finish();
    received
}

#[test]
fn rate_is_how_fast_it_is_sent() {
    let Some(network) = Network::new() else { return };
    let settings = |rate| Settings {
        rate,
        ..Settings::new(publisher::endpoint("epgm"))
    };
    // 3,000 messages are 2.4 million bits, so four seconds at this rate. OpenPGM lets a second's worth go at once after
    // a rest (which a receive buffer must hold, so it is small here), and keeps to the rate from then on.
    let slow = publish(&network, &settings(600), 3_000).took;
    assert!(slow >= Duration::from_millis(2_500), "{slow:?}");
    assert!(slow < Duration::from_secs(15), "{slow:?}");
    // A busy machine may be slower than this rate, but a slow rate is never faster than it is.
    let fast = (0..10).map(|_| publish(&network, &settings(20_000), 3_000).took);
    let times: Vec<_> = fast.take_while(|fast| *fast >= slow / 2).collect();
    assert!(times.len() < 10, "{times:?} against {slow:?}");
}

#[test]
fn hops_are_the_time_to_live() {
    let Some(network) = Network::new() else { return };
    for (transport, hops) in [("epgm", 1), ("epgm", 7), ("pgm", 255)] {
        let (right, wrong) = (format!("right{hops}"), format!("wrong{hops}"));
        network.count(&right, &format!("ip ttl {hops}"), "");
        network.count(&wrong, &format!("ip ttl != {hops}"), "");
        let settings = Settings {
            hops,
            ..Settings::new(publisher::endpoint(transport))
        };
        publish(&network, &settings, 1_000);
        network.count_no_more();
        assert!(network.counted(&right).0 > 0, "{transport}, {hops} hops");
        assert_eq!(network.counted(&wrong).0, 0, "{transport}, {hops} hops");
    }
}

/// The IP header counts too.
#[test]
fn maxtpdu_is_the_size_of_the_largest_packet() {
    let Some(network) = Network::new() else { return };
    for (transport, most) in [("epgm", 1_500), ("epgm", 400), ("pgm", 700)] {
        let (near, over) = (format!("near{most}"), format!("over{most}"));
        network.count(&near, &format!("meta length {}-{most}", most - 50), "");
        network.count(&over, &format!("meta length > {most}"), "");
        let settings = Settings {
            packet: most,
            ..Settings::new(publisher::endpoint(transport))
        };
        publish(&network, &settings, 1_000);
        network.count_no_more();
        assert!(network.counted(&near).0 > 0, "{transport}, {most} bytes");
        assert_eq!(network.counted(&over).0, 0, "{transport}, {most} bytes");
    }
}

/// libzmq turns the loop off for PGM, whatever `ZMQ_MULTICAST_LOOP` says; its default is on.
#[test]
fn nobody_on_the_publishers_own_machine_hears_it() {
    let Some(network) = Network::new() else { return };
    let settings = Settings::new(publisher::endpoint("epgm"));
    let near = Subscriber::start_in(&network.publishing, &settings);
    let mut far = Subscriber::start(&network, &Settings::new(subscriber::endpoint("epgm")));
    let mut publisher = Publisher::start(&network, &settings);
    far.reached(START);
    network.wait_for_announcement();
    publisher.send(0..1_000);
    publisher.end();
    assert_eq!(far.finish().numbers, [0..1_000]);
    assert_eq!(near.heard(), ["connected"]);
    publisher.finish();
}
