//! Settings with which the first stranger would abort the process.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use zmq4::auth::{Auth, Client, Server, Verdict};
use zmq4::{Context, Errno, Socket};

use crate::auth::connections::greeted;
use crate::auth::{ZAP, null_server, open_timed, plain};
use crate::support::{LONG, eventually, in_child};

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, which stable headers do not have.
#[cfg(not(feature = "draft"))]
fn enforce_domain(server: &Socket) {
    server.set_raw(93, &1_i32.to_ne_bytes()).unwrap();
}

#[cfg(feature = "draft")]
fn enforce_domain(server: &Socket) {
    server.set_zap_enforce_domain(true).unwrap();
}

/// B6: PLAIN with an enforced domain and none set.
#[test]
fn an_enforced_domain_that_is_missing() {
    in_child("auth::guards::an_enforced_domain_that_is_missing", LONG, || {
        for order in 0..2 {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            auth.plain_add("*", "admin", "right").unwrap();
            let server = open_timed(&context, zmq4::PULL);
            let enforce = || enforce_domain(&server);
            let plain_server = || server.set_plain_server(true).unwrap();
            if order == 0 {
                enforce();
                plain_server();
            } else {
                plain_server();
                enforce();
            }
            let error = server.bind("tcp://127.0.0.1:*").unwrap_err();
            assert_eq!(error, Errno::EINVAL);
            server.set_zap_domain("shop").unwrap();
            let endpoint = crate::auth::bind_tcp(&server);
            let server = crate::auth::Server::over(server, endpoint);
            server.admits(plain("admin", "right"));
            server.refuses(plain("admin", "wrong"));
        }
    });
}

/// C9: who returns for the handler has a type that can.
#[test]
fn the_handlers_name_on_another_type() {
    in_child("auth::guards::the_handlers_name_on_another_type", LONG, || {
        let context = Context::new().unwrap();
        let stable = [
            zmq4::PAIR,
            zmq4::PULL,
            zmq4::PUSH,
            zmq4::DEALER,
            zmq4::REQ,
            zmq4::PUB,
            zmq4::SUB,
            zmq4::XPUB,
            zmq4::XSUB,
        ];
        for ty in stable {
            let error = open_timed(&context, ty).bind(ZAP).unwrap_err();
            assert_eq!(error, Errno::ENOCOMPATPROTO, "{ty}");
        }
        let auth = Auth::start(&context).unwrap();
        crate::auth::Server::new(&context, null_server).admits(crate::auth::null);
        assert_eq!(auth.allowed(), 1);
    });
}

/// A server that connects, and connects again, would take the answer about one peer for that about the next, or abort, unless
/// libzmq is repaired.
#[test]
fn a_server_that_connects_again() {
    in_child("auth::guards::a_server_that_connects_again", LONG, || {
        let context = Context::new().unwrap();
        let _auth = Auth::start(&context).unwrap();
        let mut servers = vec![
            Server::null().domain("shop"),
            Server::plain(),
            Server::plain().domain("shop"),
        ];
        let mut clients = vec![Client::null(), Client::plain("admin", "right")];
        if zmq4::has_curve() {
            let (ours, theirs) = (crate::auth::keys(), crate::auth::keys());
            clients.push(Client::curve(ours.public(), theirs));
            servers.push(Server::curve(ours.into_keys().1));
        }
        for role in &servers {
            let server = open_timed(&context, zmq4::PULL);
            server.secure(role).unwrap();
            for reconnect_ivl in [Some(Duration::from_millis(100)), Some(Duration::ZERO)] {
                server.set_reconnect_ivl(reconnect_ivl).unwrap();
                for endpoint in ["tcp://127.0.0.1:9", "ipc://none"] {
                    if zmq4::has("repaired") {
                        server.connect(endpoint).unwrap();
                        server.disconnect(endpoint).unwrap();
                        continue;
                    }
                    let error = server.connect(endpoint).unwrap_err();
                    assert_eq!(error, Errno::EINVAL, "{role:?}");
                    assert!(error.to_string().contains("ZMQ_RECONNECT_IVL"), "{error}");
                }
            }
            // There is no handshake, and nothing to connect again.
            server.connect(&crate::support::inproc_name()).unwrap();
            crate::auth::bind_tcp(&server);
            server.set_reconnect_ivl(None).unwrap();
            server.connect("tcp://127.0.0.1:9").unwrap();
        }
        for role in &clients {
            let client = open_timed(&context, zmq4::PUSH);
            client.secure(role).unwrap();
            client.connect("tcp://127.0.0.1:9").unwrap();
        }
        let client = open_timed(&context, zmq4::PUSH);
        client.set_zap_domain("shop").unwrap();
        client.secure(&Client::plain("admin", "right")).unwrap();
        client.connect("tcp://127.0.0.1:9").unwrap();
        open_timed(&context, zmq4::PULL).connect("tcp://127.0.0.1:9").unwrap();
    });
}

/// Without a handler there is no answer to mistake; and then there must be none later.
#[test]
fn a_server_that_connects_without_a_handler() {
    in_child("auth::guards::a_server_that_connects_without_a_handler", LONG, || {
        let context = Context::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
        let servers: Vec<_> = (0..2)
            .map(|_| {
                let server = open_timed(&context, zmq4::PULL);
                server.secure(&Server::null().domain("shop")).unwrap();
                server.set_reconnect_ivl(Some(Duration::from_millis(1))).unwrap();
                server.connect(&endpoint).unwrap();
                server
            })
            .collect();
        for _ in 0..5 {
            drop(listener.accept().unwrap());
        }
        if zmq4::has("repaired") {
            let auth = Auth::start(&context).unwrap();
            servers[0].connect(&endpoint).unwrap();
            assert!(auth.is_running());
            return;
        }
        let no_handler = || {
            let error = Auth::start(&context).unwrap_err();
            assert_eq!(error, Errno::EINVAL);
            assert!(error.to_string().contains("ZMQ_RECONNECT_IVL"), "{error}");
            assert_eq!(open_timed(&context, zmq4::REP).bind(ZAP).unwrap_err(), Errno::EINVAL);
        };
        no_handler();
        servers[0].connect(&endpoint).unwrap();
        servers[0].disconnect(&endpoint).unwrap();
        no_handler();
        drop(servers);
        let auth = Auth::start(&context).unwrap();
        let late = open_timed(&context, zmq4::PULL);
        crate::auth::null_server(&late);
        assert_eq!(late.connect(&endpoint).unwrap_err(), Errno::EINVAL);
        drop(auth);
        late.connect(&endpoint).unwrap();
        late.disconnect(&endpoint).unwrap();
        assert!(Auth::start(&context).unwrap().is_running());
    });
}

/// What C code has bound in a context of its own cannot be known.
#[test]
fn a_server_that_connects_in_a_foreign_context() {
    in_child(
        "auth::guards::a_server_that_connects_in_a_foreign_context",
        LONG,
        || {
            let context = Context::new().unwrap();
            let ptr = std::ptr::NonNull::new(context.as_ptr()).unwrap();
            // SAFETY: the context outlives this view of it.
            let foreign = unsafe { zmq4::ContextRef::from_raw(ptr) };
            let server = foreign.socket(zmq4::PULL).unwrap();
            crate::auth::null_server(&server);
            let connected = server.connect("tcp://127.0.0.1:9");
            if zmq4::has("repaired") {
                connected.unwrap();
            } else {
                assert_eq!(connected.unwrap_err(), Errno::EINVAL);
            }
        },
    );
}

/// One that is connected anew by its program asks anew: a peer that leaves while it is being judged, early or late, opens the
/// door to no peer.
#[test]
fn a_server_that_is_connected_anew() {
    in_child("auth::guards::a_server_that_is_connected_anew", LONG, || {
        for slow in [false, true] {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            auth.plain_add("shop", "admin", "right").unwrap();
            auth.set_plain_handler(move |_, _, _| {
                if slow {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Verdict::Defer
            });
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
            let server = open_timed(&context, zmq4::PULL);
            crate::auth::plain_server(&server);
            server.set_reconnect_ivl(None).unwrap();
            for round in 1..=5 {
                let peer = |password: &[u8; 5]| {
                    server.connect(&endpoint).unwrap();
                    let (peer, _) = listener.accept().unwrap();
                    let mut peer = greeted(peer, "PLAIN");
                    peer.write_all(&[b"\x04\x12\x05HELLO\x05admin\x05", &password[..]].concat())
                        .unwrap();
                    peer
                };
                drop(peer(b"right"));
                let mut answer = [0; 11];
                peer(b"wrong").read_exact(&mut answer).unwrap();
                assert!(answer.ends_with(b"400"), "{}", answer.escape_ascii());
                // Each was asked about.
                eventually(LONG, || {
                    ((auth.allowed(), auth.denied()) == (round, round)).then_some(())
                });
            }
        }
    });
}
