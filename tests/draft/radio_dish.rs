use zmq4::{CLIENT, DISH, DONTWAIT, Errno, Flags, Message, RADIO, SharedSocket};

use crate::support::{LONG, deadline, eventually, inproc_name};
use crate::{Transports, context, grouped, open, pair, recv, send};

/// Publishes until the dish has it: joins travel as messages do.
fn publish_until_received(radio: &zmq4::Socket, dish: &zmq4::Socket, group: &str) {
    eventually(LONG, || {
        send(radio, grouped(group, "joined?"));
        dish.recv(DONTWAIT).ok()
    });
    while dish.recv(DONTWAIT).is_ok() {}
}

#[test]
fn dish_receives_the_groups_it_joined() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (radio, dish) = pair(&context, &endpoint, RADIO, DISH);
            dish.join("movies").unwrap();
            dish.join("").unwrap();
            publish_until_received(&radio, &dish, "movies");
            publish_until_received(&radio, &dish, "");
            // Joining "" is no wildcard.
            for (group, body) in [
                ("tv", "Friends"),
                ("movies", "Godfather"),
                ("", "no group"),
                ("movie", "no prefix"),
            ] {
                send(&radio, grouped(group, body));
            }
            send(&radio, Message::from("without a group"));
            send(&radio, grouped("movies", "the end"));
            let received: Vec<_> = std::iter::repeat_with(|| recv(&dish))
                .map(|message| (message.group().into_owned(), message.to_string()))
                .skip_while(|(_, body)| body == "joined?")
                .take(4)
                .collect();
            let expected = [
                ("movies", "Godfather"),
                ("", "no group"),
                ("", "without a group"),
                ("movies", "the end"),
            ];
            assert_eq!(
                received,
                expected.map(|(a, b)| (a.to_owned(), b.to_owned())),
                "{endpoint}"
            );

            dish.leave("movies").unwrap();
            dish.join("tv").unwrap();
            publish_until_received(&radio, &dish, "tv");
            send(&radio, grouped("movies", "left"));
            send(&radio, grouped("tv", "joined"));
            let next = std::iter::repeat_with(|| recv(&dish)).find(|message| *message != "joined?");
            assert_eq!(next.unwrap(), "joined", "{endpoint}");
        }
    });
}

#[test]
fn groups_are_joined_and_left_once() {
    let context = context();
    let dish = open(&context, DISH);
    dish.join("a").unwrap();
    let error = dish.join("a").unwrap_err();
    assert_eq!(error, Errno::EINVAL);
    assert!(
        error.to_string().contains("has joined the group \"a\" already"),
        "{error}"
    );
    let error = dish.leave("b").unwrap_err();
    assert_eq!(error, Errno::EINVAL);
    assert!(error.to_string().contains("has not joined the group \"b\""), "{error}");
    dish.leave("a").unwrap();
    assert_eq!(dish.leave("a").unwrap_err(), Errno::EINVAL);
    dish.join("a").unwrap();
    for ty in [RADIO, CLIENT, zmq4::SUB] {
        let other = open(&context, ty);
        assert_eq!(other.join("a").unwrap_err(), Errno::ENOTSUP, "{ty}");
        assert_eq!(other.leave("a").unwrap_err(), Errno::ENOTSUP, "{ty}");
    }
}

#[test]
fn long_groups_reach_every_dish_or_are_rejected() {
    deadline(LONG, || {
        let context = context();
        let dish = open(&context, DISH);
        for (group, reason) in [("x".repeat(256), "256 bytes"), ("a\0b".to_owned(), "byte 0")] {
            for error in [
                dish.join(&group).unwrap_err(),
                dish.leave(&group).unwrap_err(),
                Message::new().set_group(&group).unwrap_err(),
            ] {
                assert_eq!(error, Errno::EINVAL);
                assert!(error.to_string().contains(reason), "{error}");
            }
        }
        let most = if zmq4::has("repaired") { 255 } else { 14 };
        assert_eq!(
            Message::new().set_group(&"x".repeat(most + 1)).unwrap_err(),
            Errno::EINVAL
        );
        let group = "x".repeat(most);
        let radio = open(&context, RADIO);
        let endpoint = inproc_name();
        radio.bind(&endpoint).unwrap();
        let dishes = [open(&context, DISH), open(&context, DISH), open(&context, DISH)];
        for dish in &dishes {
            dish.connect(&endpoint).unwrap();
            dish.join(&group).unwrap();
        }
        for round in 0..100 {
            send(&radio, grouped(&group, &round.to_string()));
            for dish in &dishes {
                let message = recv(dish);
                assert_eq!(message, round.to_string().as_str());
                assert_eq!(message.group(), group);
            }
        }
    });
}

#[test]
fn radio_only_sends_and_dish_only_receives() {
    let context = context();
    let (radio, dish) = (open(&context, RADIO), open(&context, DISH));
    let failed = |error: zmq4::Error, errno: Errno, reason: &str| {
        assert_eq!(error, errno);
        assert_eq!(error.reason(), Some(reason));
    };
    let sent = dish.send(grouped("a", "b"), Flags::NONE);
    failed(sent.unwrap_err(), Errno::ENOTSUP, "a DISH socket cannot send");
    let received = radio.recv(Flags::NONE);
    failed(received.unwrap_err(), Errno::ENOTSUP, "a RADIO socket cannot receive");
    let sent = radio.send(grouped("a", "b"), zmq4::SNDMORE);
    let reason = "a message of a RADIO socket has one frame";
    failed(sent.unwrap_err(), Errno::EINVAL, reason);
    let [radio, dish] = [radio, dish].map(|socket| SharedSocket::new(socket).unwrap());
    let sent = dish.try_send(grouped("a", "b"));
    failed(sent.unwrap_err(), Errno::ENOTSUP, "a DISH socket cannot send");
    let received = radio.try_recv();
    failed(received.unwrap_err(), Errno::ENOTSUP, "a RADIO socket cannot receive");
}
