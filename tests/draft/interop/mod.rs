//! Sockets of pyzmq at the other end. `ZMQ4_PYZMQ_DRAFT` names a virtual environment with a pyzmq that was built with the DRAFT API, as
//! `ci/lanes/pyzmq-draft.sh` makes one; without it these tests say that they were skipped.

mod c;

use std::path::Path;
use std::process::Command;

use zmq4::{CHANNEL, CLIENT, DISH, DONTWAIT, GATHER, PEER, RADIO, SCATTER, SERVER, Socket};

use crate::support::peer::Peer;
use crate::support::{LONG, deadline, eventually};
use crate::udp::free_port;
use crate::{Transports, context, grouped, open, recv, routed, send};

const COUNT: u32 = 100;

fn python() -> Option<String> {
    let Ok(environment) = std::env::var("ZMQ4_PYZMQ_DRAFT") else {
        println!("skipped: ZMQ4_PYZMQ_DRAFT names no pyzmq with the DRAFT API");
        return None;
    };
    Some(format!("{environment}/bin/python"))
}

fn peer(python: &str, ty: &str, attach: &str, endpoint: &str) -> Peer {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/draft/interop/peer.py");
    Peer::start(Command::new(python).arg(script).args([ty, attach, endpoint]))
}

/// Runs `exchange` with a peer of pyzmq, over each transport that both have, and with each end binding.
fn each_way(ty: zmq4::SocketType, theirs: &str, exchange: impl Fn(&Socket)) {
    let Some(python) = python() else { return };
    let (context, transports) = (context(), Transports::new());
    for endpoint in &transports.endpoints()[1..] {
        let ours = open(&context, ty);
        ours.bind(endpoint).unwrap();
        let other = peer(&python, theirs, "connect", &ours.last_endpoint().unwrap());
        exchange(&ours);
        other.finish();
        drop(ours);
        let other = peer(&python, theirs, "bind", endpoint);
        let ours = open(&context, ty);
        ours.connect(other.endpoint()).unwrap();
        exchange(&ours);
        other.finish();
    }
}

#[test]
fn pyzmq_client_is_served() {
    deadline(4 * LONG, || {
        each_way(SERVER, "CLIENT", |server| {
            for n in 0..COUNT {
                let request = recv(server);
                assert_eq!(request, format!("question {n}").as_str());
                let reply = request.as_str().unwrap().to_uppercase();
                send(server, routed(request.routing_id().unwrap(), reply));
            }
        });
    });
}

#[test]
fn pyzmq_server_replies() {
    deadline(4 * LONG, || {
        each_way(CLIENT, "SERVER", |client| {
            for n in 0..COUNT {
                send(client, format!("question {n}").into());
                assert_eq!(recv(client), format!("QUESTION {n}").as_str());
            }
        });
    });
}

#[test]
fn pyzmq_scatters_and_gathers() {
    deadline(4 * LONG, || {
        each_way(GATHER, "SCATTER", |gather| {
            for n in 0..COUNT {
                assert_eq!(recv(gather), format!("task {n}").as_str());
            }
        });
        each_way(SCATTER, "GATHER", |scatter| {
            for n in 0..COUNT {
                send(scatter, format!("task {n}").into());
            }
        });
    });
}

#[test]
fn pyzmq_channel_carries_both_ways() {
    deadline(4 * LONG, || {
        each_way(CHANNEL, "CHANNEL", |channel| {
            for n in 0..COUNT {
                let question = recv(channel);
                assert_eq!(question, format!("question {n}").as_str());
                send(channel, question.as_str().unwrap().to_uppercase().into());
            }
        });
    });
}

#[test]
fn pyzmq_peer_is_named_by_the_connect() {
    deadline(4 * LONG, || {
        let Some(python) = python() else { return };
        let (context, transports) = (context(), Transports::new());
        for endpoint in &transports.endpoints()[1..] {
            let other = peer(&python, "PEER", "bind", endpoint);
            let ours = open(&context, PEER);
            let id = ours.connect_peer(other.endpoint()).unwrap();
            for n in 0..COUNT {
                send(&ours, routed(id, format!("question {n}")));
                let reply = recv(&ours);
                assert_eq!(
                    (&*reply, reply.routing_id()),
                    (format!("QUESTION {n}").as_bytes(), Some(id))
                );
            }
            other.finish();
        }
    });
}

/// Until the dish at the other end has it.
fn publish(radio: &Socket, other: Peer) {
    eventually(LONG, || {
        let _ = radio.send(grouped("traffic", "jam"), DONTWAIT);
        let _ = radio.send(grouped("weather", "sunny"), DONTWAIT);
        other.line(std::time::Duration::from_millis(1))
    });
    drop(other);
}

fn receive(dish: &Socket) {
    let message = recv(dish);
    assert_eq!((&*message.group(), &*message), ("weather", &b"sunny"[..]));
}

#[test]
fn pyzmq_radio_and_dish_are_understood() {
    deadline(4 * LONG, || {
        let Some(python) = python() else { return };
        let (context, transports) = (context(), Transports::new());
        for endpoint in &transports.endpoints()[1..] {
            let dish = open(&context, DISH);
            dish.join("weather").unwrap();
            dish.bind(endpoint).unwrap();
            let _radio = peer(&python, "RADIO", "connect", &dish.last_endpoint().unwrap());
            receive(&dish);
            let radio = open(&context, RADIO);
            radio.bind("tcp://127.0.0.1:*").unwrap();
            publish(
                &radio,
                peer(&python, "DISH", "connect", &radio.last_endpoint().unwrap()),
            );
        }
        if !zmq4::has("repaired") {
            return;
        }
        let endpoint = format!("udp://127.0.0.1:{}", free_port());
        let dish = open(&context, DISH);
        dish.join("weather").unwrap();
        dish.bind(&endpoint).unwrap();
        let _radio = peer(&python, "RADIO", "connect", &endpoint);
        receive(&dish);
        let endpoint = format!("udp://127.0.0.1:{}", free_port());
        let other = peer(&python, "DISH", "bind", &endpoint);
        let radio = open(&context, RADIO);
        radio.connect(&endpoint).unwrap();
        publish(&radio, other);
    });
}
