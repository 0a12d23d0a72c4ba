//! A WebSocket program of another make at the other end, which speaks ZWS 2.0: the Python package `websockets`, of the virtual
//! environment that `ZMQ4_PYZMQ` names.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use zmq4::{Context, Flags};

use crate::support::peer::Peer;
use crate::support::sockets::open_timed;
use crate::support::{LONG, deadline, skip};

/// The script with the role; `None`, after saying so, where this cannot be tested.
fn peer(role: &str, argument: &str) -> Option<Peer> {
    if !zmq4::has("WS") {
        println!("skipped: this libzmq was built without ws");
        return None;
    }
    let python = std::env::var("ZMQ4_PYZMQ").map_or("python3".to_owned(), |venv| format!("{venv}/bin/python"));
    let import = Command::new(&python)
        .args(["-c", "import websockets.sync.server"])
        .output();
    if !import.is_ok_and(|output| output.status.success()) {
        skip("needs the Python package websockets, in ZMQ4_PYZMQ");
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/endpoints/websockets/peer.py");
    Some(Peer::start(Command::new(python).arg(script).args([role, argument])))
}

#[test]
fn a_websocket_client_is_answered() {
    deadline(3 * LONG, || {
        for path in ["", "/room", "/a/room"] {
            let context = Context::new().unwrap();
            let rep = open_timed(&context, zmq4::REP);
            if !zmq4::has("WS") {
                return;
            }
            if path.len() > 5 && !zmq4::has("repaired") {
                // The path began at the last slash.
                continue;
            }
            rep.bind(&format!("ws://127.0.0.1:*{path}")).unwrap();
            let endpoint = rep.last_endpoint().unwrap();
            assert!(!endpoint.contains('*'), "{endpoint}");
            let server = std::thread::spawn(move || {
                for _ in 0..7 {
                    let request = rep.recv_message(Flags::NONE).unwrap();
                    assert_eq!(request.len(), 2);
                    rep.send_message(request).unwrap();
                }
                rep
            });
            let Some(peer) = peer("client", &endpoint) else { return };
            peer.finish();
            server.join().unwrap();
        }
    });
}

#[test]
fn other_websocket_clients_are_turned_away() {
    deadline(3 * LONG, || {
        if !zmq4::has("WS") {
            return;
        }
        let context = Context::new().unwrap();
        let pull = open_timed(&context, zmq4::PULL);
        // When libzmq gives up one that offers no name of its own.
        pull.set_handshake_ivl(Duration::from_millis(500)).unwrap();
        pull.bind("ws://127.0.0.1:*/room").unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        let Some(stranger) = peer("stranger", &endpoint) else {
            return;
        };
        stranger.finish();
        // The socket is as good as before.
        let push = open_timed(&context, zmq4::PUSH);
        push.connect(&endpoint).unwrap();
        push.send("task", Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "task");
        assert!(pull.recv(zmq4::DONTWAIT).is_err());
    });
}

#[test]
fn shared_bytes_are_not_masked_in_place() {
    deadline(3 * LONG, || {
        const COUNT: usize = 20;
        let bytes: Arc<[u8]> = (0..102_400).map(|n| n as u8).collect();
        let Some(first) = peer("server", &COUNT.to_string()) else {
            return;
        };
        let Some(second) = peer("server", &COUNT.to_string()) else {
            return;
        };
        let context = Context::new().unwrap();
        // Each connection masks with a key of its own what it sends.
        let sockets = [&first, &second].map(|peer| {
            let push = open_timed(&context, zmq4::PUSH);
            push.connect(peer.endpoint()).unwrap();
            push
        });
        for _ in 0..COUNT {
            for socket in &sockets {
                socket.send(Arc::clone(&bytes), Flags::NONE).unwrap();
            }
        }
        first.finish();
        second.finish();
        assert!(bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8));
    });
}

#[test]
fn messages_of_several_peers_are_not_masked_in_place() {
    deadline(3 * LONG, || {
        const COUNT: usize = 20;
        let Some(first) = peer("subscriber", &COUNT.to_string()) else {
            return;
        };
        let Some(second) = peer("subscriber", &COUNT.to_string()) else {
            return;
        };
        let context = Context::new().unwrap();
        let publisher = open_timed(&context, zmq4::XPUB);
        publisher.set_xpub_verbose(true).unwrap();
        publisher.connect(first.endpoint()).unwrap();
        publisher.connect(second.endpoint()).unwrap();
        for _ in 0..2 {
            assert_eq!(publisher.recv(Flags::NONE).unwrap(), b"\x01"[..]);
        }
        let bytes: Vec<u8> = (0..102_400).map(|n| n as u8).collect();
        for _ in 0..COUNT {
            // One buffer, which both connections send.
            publisher.send(bytes.clone(), Flags::NONE).unwrap();
        }
        first.finish();
        second.finish();
    });
}
