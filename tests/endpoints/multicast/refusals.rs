//! What PGM cannot do is an error: nothing of it may abort.

use std::time::Duration;

use zmq4::{Context, SocketType};

use crate::multicast::network::{GROUP, INTERFACE, Network, PORT, PUBLISHER, SUBSCRIBER};
use crate::multicast::part::{Part, orders, say};
use crate::multicast::publisher;
use crate::multicast::settings::Settings;
use crate::support::is_child;

const TEST: &str = "multicast::refusals::tries";

/// What comes of making a socket of this type, and binding and connecting it: `ok`, or the error.
#[track_caller]
fn tried(part: &mut Part, ty: SocketType, settings: &Settings) -> String {
    part.order(&format!("{} {settings}", ty.raw()));
    part.hear("tried ")
}

#[test]
#[ignore = "a process that the other tests start"]
fn tries() {
    if is_child(TEST) {
        for order in orders() {
            let (ty, settings) = order.split_once(' ').unwrap();
            let settings = Settings::parse(settings);
            let ty = SocketType::from_raw(ty.parse().unwrap());
            // libzmq opens the PGM socket after the call, on its own thread, and a context that ends waits for that.
            let context = Context::new().unwrap();
            let socket = context.socket(ty).unwrap();
            settings.apply(&socket);
            let bound = socket.bind(&settings.endpoint);
            let connected = socket.connect(&settings.endpoint);
            drop(socket);
            context.term().unwrap();
            match (bound, connected) {
                (Ok(()), Ok(())) => say("tried ok"),
                (Err(bound), Err(connected)) if bound.errno() == connected.errno() => say(&format!("tried {bound}")),
                other => say(&format!("tried {other:?}")),
            }
        }
    }
}

/// One that is not there, one of the other namespace, names of nothing, and addresses that are no interface's.
#[test]
fn an_interface_that_is_not_here_is_an_error() {
    let Some(network) = Network::new() else { return };
    for transport in ["pgm", "epgm"] {
        let first = Settings::new(publisher::endpoint(transport));
        let mut part = Part::start(&network.publishing, TEST, &first);
        for interface in [
            SUBSCRIBER,
            "10.1.2.3",
            "0.0.0.0",
            "255.255.255.255",
            "nosuch0",
            "lo",
            "[fd00::1]",
        ] {
            let endpoint = format!("{transport}://{interface};{GROUP}:{PORT}");
            let settings = Settings::new(&endpoint);
            for ty in [zmq4::PUB, zmq4::SUB] {
                let said = tried(&mut part, ty, &settings);
                assert!(said.contains(&endpoint) && said.contains("EINVAL"), "{said}");
            }
        }
        // The process is still there, and can do what is right.
        assert_eq!(tried(&mut part, zmq4::PUB, &first), "ok");
        part.finish();
    }
}

/// Our own check comes before libzmq's.
#[test]
fn address_outside_multicast_is_an_error() {
    let Some(network) = Network::new() else { return };
    let first = Settings::new(publisher::endpoint("epgm"));
    let mut part = Part::start(&network.publishing, TEST, &first);
    for transport in ["pgm", "epgm"] {
        for group in [
            "10.77.0.2",
            "255.255.255.255",
            "0.0.0.0",
            "nosuch",
            "[fd00::1]",
            "ff02::1",
            "",
        ] {
            let settings = Settings::new(format!("{transport}://{PUBLISHER};{group}:{PORT}"));
            for ty in [zmq4::PUB, zmq4::SUB] {
                let said = tried(&mut part, ty, &settings);
                assert!(
                    said.contains("is not a multicast address") && said.contains("EINVAL"),
                    "{said}"
                );
            }
        }
    }
    part.finish();
}

#[test]
fn pgm_carries_publishers_and_subscribers_only() {
    let Some(network) = Network::new() else { return };
    let first = Settings::new(publisher::endpoint("epgm"));
    let mut part = Part::start(&network.publishing, TEST, &first);
    for transport in ["pgm", "epgm"] {
        let settings = Settings::new(publisher::endpoint(transport));
        for ty in [zmq4::PUB, zmq4::SUB, zmq4::XPUB, zmq4::XSUB] {
            assert_eq!(tried(&mut part, ty, &settings), "ok", "{ty}");
        }
        let others = [
            zmq4::PAIR,
            zmq4::REQ,
            zmq4::REP,
            zmq4::DEALER,
            zmq4::ROUTER,
            zmq4::PULL,
            zmq4::PUSH,
            zmq4::STREAM,
        ];
        for ty in others {
            let said = tried(&mut part, ty, &settings);
            assert!(said.contains("ENOCOMPATPROTO"), "{ty}: {said}");
        }
    }
    part.finish();
}

/// OpenPGM aborts on what it does not like.
#[test]
fn options_far_from_their_defaults_open_a_socket() {
    let Some(network) = Network::new() else { return };
    let first = Settings::new(publisher::endpoint("epgm"));
    let mut part = Part::start(&network.publishing, TEST, &first);
    for transport in ["pgm", "epgm"] {
        let settings = Settings::new(publisher::endpoint(transport));
        for (hops, packet, recovery) in [(1, 128, 0), (255, 65_535, 60_000)] {
            let settings = Settings {
                hops,
                packet,
                recovery: Duration::from_millis(recovery),
                ..settings.clone()
            };
            for ty in [zmq4::PUB, zmq4::SUB] {
                assert_eq!(tried(&mut part, ty, &settings), "ok", "{ty}, {settings}");
            }
        }
    }
    part.finish();
}

/// OpenPGM takes each of these, and aborts, or divides by zero, when a socket is opened with it.
#[test]
fn input_that_aborts_openpgm_is_refused() {
    let Some(network) = Network::new() else { return };
    let first = Settings::new(publisher::endpoint("epgm"));
    let mut part = Part::start(&network.publishing, TEST, &first);
    let slow = |rate, packet| Settings {
        rate,
        packet,
        ..first.clone()
    };
    for (rate, packet) in [(1, 1_500), (11, 1_500), (100, 65_535)] {
        for ty in [zmq4::PUB, zmq4::XPUB] {
            let said = tried(&mut part, ty, &slow(rate, packet));
            assert!(said.contains("the minimum for ZMQ_MULTICAST_MAXTPDU"), "{said}");
        }
        assert_eq!(tried(&mut part, zmq4::SUB, &slow(rate, packet)), "ok");
    }
    for (rate, packet) in [(12, 1_500), (2, 128), (2_147_483, 65_535)] {
        assert_eq!(
            tried(&mut part, zmq4::PUB, &slow(rate, packet)),
            "ok",
            "{rate} {packet}"
        );
    }
    for place in [
        "239.1.1.1;239.192.77.1",
        "10.77.0.1;[ff02::1]",
        ";239.192.77.1",
        "239.192.77.1",
    ] {
        let settings = Settings::new(format!("epgm://{place}:{PORT}"));
        let said = tried(&mut part, zmq4::PUB, &settings);
        assert!(said.contains("EINVAL"), "{said}");
    }
    part.finish();
}

/// OpenPGM takes the address of the interface, and that of its network. A name it takes only where the interface has no
/// second address, and where a resolver returns that it is no host: an error otherwise.
#[test]
fn an_interface_is_named_best_by_its_address() {
    let Some(network) = Network::new() else { return };
    let first = Settings::new(publisher::endpoint("epgm"));
    let mut part = Part::start(&network.publishing, TEST, &first);
    let by_name = Settings::new(format!("epgm://{INTERFACE};{GROUP}:{PORT}"));
    let by_network = Settings::new(format!("epgm://10.77.0.0;{GROUP}:{PORT}"));
    network.set_second_address(true);
    let said = tried(&mut part, zmq4::PUB, &by_name);
    assert!(said.contains("EINVAL"), "{said}");
    for settings in [&first, &by_network] {
        assert_eq!(tried(&mut part, zmq4::PUB, settings), "ok", "{settings}");
    }
    network.set_second_address(false);
    for settings in [&first, &by_network] {
        assert_eq!(tried(&mut part, zmq4::PUB, settings), "ok", "{settings}");
    }
    let said = tried(&mut part, zmq4::PUB, &by_name);
    assert!(said == "ok" || said.contains("EINVAL"), "{said}");
    part.finish();
}
