//! RADIO and DISH over udp.

use std::net::UdpSocket;

use zmq4::{DISH, DONTWAIT, Errno, RADIO};

use crate::support::{LONG, deadline, eventually};
use crate::{context, grouped, open, send};

/// A port that no socket has at the moment.
pub(crate) fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn exchange(binds: &str, connects: &str) {
    let context = context();
    let (radio, dish) = (open(&context, RADIO), open(&context, DISH));
    dish.bind(binds).unwrap();
    dish.join("weather").unwrap();
    radio.connect(connects).unwrap();
    for body in [String::new(), "sunny".to_owned(), "x".repeat(8000)] {
        // Datagrams may be lost.
        let message = eventually(LONG, || {
            send(&radio, grouped("traffic", "jam"));
            send(&radio, grouped("weather", &body));
            dish.recv(DONTWAIT).ok().filter(|message| *message == body.as_str())
        });
        assert_eq!(message.group(), "weather");
    }
}

#[test]
fn datagrams_reach_a_dish() {
    deadline(2 * LONG, || {
        let port = free_port();
        if !zmq4::has("repaired") {
            let context = context();
            let error = open(&context, DISH)
                .bind(&format!("udp://127.0.0.1:{port}"))
                .unwrap_err();
            assert_eq!(error, Errno::EPROTONOSUPPORT);
            return;
        }
        exchange(&format!("udp://127.0.0.1:{port}"), &format!("udp://127.0.0.1:{port}"));
        // Multicast over the loopback interface.
        let port = free_port();
        exchange(
            &format!("udp://127.0.0.1;239.192.7.7:{port}"),
            &format!("udp://127.0.0.1;239.192.7.7:{port}"),
        );
    });
}

#[test]
fn wrong_ends_are_rejected() {
    let context = context();
    let endpoint = format!("udp://127.0.0.1:{}", free_port());
    let (radio, dish) = (open(&context, RADIO), open(&context, DISH));
    assert_eq!(radio.bind(&endpoint).unwrap_err(), Errno::ENOCOMPATPROTO);
    assert_eq!(dish.connect(&endpoint).unwrap_err(), Errno::ENOCOMPATPROTO);
    assert_eq!(
        open(&context, zmq4::SERVER).bind(&endpoint).unwrap_err(),
        Errno::ENOCOMPATPROTO
    );
}

#[test]
fn fastpath_changes_nothing_outside_of_windows() {
    deadline(LONG, || {
        let context = context();
        let (server, client) = (open(&context, zmq4::SERVER), open(&context, zmq4::CLIENT));
        for socket in [&server, &client] {
            socket.set_loopback_fastpath(true).unwrap();
            assert!(socket.loopback_fastpath().unwrap());
        }
        client.connect(&crate::support::bind_tcp(&server)).unwrap();
        send(&client, "hello".into());
        assert_eq!(crate::recv(&server), "hello");
    });
}
