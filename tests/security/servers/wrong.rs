//! Everything that a libzmq client can do wrong: each is refused with its reason, and none of its bytes arrive.

use zmq4::auth::{Client, Server};
use zmq4::{CurveKeypair, EventKind, ProtocolError, Socket};

use crate::servers::LIMIT;
use crate::servers::shop::{Asks, Keys, Shop, client};
use crate::support::deadline;
use crate::support::sockets::send_unless_refused;

type Wrong = fn(&Socket, &Keys);

/// How the client is wrong, what the server asks for, what the client does, and what the server's monitor says.
const WRONG: &[(&str, Asks, Wrong, Refusal)] = &[
    (
        "the key of another server",
        Asks::Key,
        another_server,
        Refusal::Protocol(ProtocolError::ZMTP_CRYPTOGRAPHIC),
    ),
    (
        "another server's public key",
        Asks::Key,
        borrowed_key,
        Refusal::Protocol(ProtocolError::ZMTP_CRYPTOGRAPHIC),
    ),
    ("an unknown client", Asks::Key, stranger, Refusal::Handler),
    (
        "PLAIN to a CURVE server",
        Asks::Key,
        plain,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
    (
        "NULL to a CURVE server",
        Asks::Key,
        null,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
    ("a wrong password", Asks::Password, wrong_password, Refusal::Handler),
    ("an unknown user", Asks::Password, unknown_user, Refusal::Handler),
    (
        "CURVE to a PLAIN server",
        Asks::Password,
        curve,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
    (
        "NULL to a PLAIN server",
        Asks::Password,
        null,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
    (
        "PLAIN to a NULL server",
        Asks::Nothing,
        plain,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
    (
        "CURVE to a NULL server",
        Asks::Nothing,
        curve,
        Refusal::Protocol(ProtocolError::ZMTP_MECHANISM_MISMATCH),
    ),
];

#[derive(Clone, Copy, Debug)]
enum Refusal {
    /// By libzmq itself.
    Protocol(ProtocolError),
    /// By the authentication handler.
    Handler,
}

impl Refusal {
    fn is(self, event: &EventKind) -> bool {
        match (self, event) {
            (Refusal::Protocol(expected), EventKind::HandshakeFailedProtocol { error }) => *error == expected,
            (Refusal::Handler, EventKind::HandshakeFailedAuth { status }) => *status == 400,
            _ => false,
        }
    }
}

fn another_server(socket: &Socket, keys: &Keys) {
    let another = CurveKeypair::new().unwrap().public();
    socket.secure(&Client::curve(another, keys.client.clone())).unwrap();
}

/// Set by itself: a [`CurveKeypair`] whose halves do not belong together cannot be made.
fn borrowed_key(socket: &Socket, keys: &Keys) {
    let own = CurveKeypair::new().unwrap();
    socket.set_curve_publickey(keys.client.public()).unwrap();
    socket.set_curve_secretkey(own.secret()).unwrap();
    socket.set_curve_serverkey(keys.server.public()).unwrap();
}

fn stranger(socket: &Socket, keys: &Keys) {
    let unknown = CurveKeypair::new().unwrap();
    socket.secure(&Client::curve(keys.server.public(), unknown)).unwrap();
}

fn curve(socket: &Socket, keys: &Keys) {
    socket
        .secure(&Client::curve(keys.server.public(), keys.client.clone()))
        .unwrap();
}

fn plain(socket: &Socket, _: &Keys) {
    socket.secure(&Client::plain("admin", "right")).unwrap();
}

fn wrong_password(socket: &Socket, _: &Keys) {
    socket.secure(&Client::plain("admin", "wrong")).unwrap();
}

fn unknown_user(socket: &Socket, _: &Keys) {
    socket.secure(&Client::plain("nobody", "right")).unwrap();
}

fn null(_: &Socket, _: &Keys) {}

/// Connects a client of the kind, has it send, and waits for its refusal, which must be the first thing that happens.
fn attack(asks: Asks, wrong: Wrong, refusal: Refusal) {
    let shop = Shop::open(asks);
    let bad = client(&shop.context);
    wrong(&bad, &shop.keys);
    bad.connect(&shop.endpoint).unwrap();
    send_unless_refused(&bad, "evil");
    let event = shop.next();
    assert!(refusal.is(&event), "{event:?} and not {refusal:?}");
    shop.serves();
    // Where it tries again it is refused again, and never let in.
    drop(bad);
    while let Ok(event) = shop.monitor.recv(zmq4::DONTWAIT) {
        assert_ne!(event.kind(), EventKind::HandshakeSucceeded);
    }
    shop.serves();
}

#[test]
fn each_is_refused_with_its_reason() {
    if !zmq4::has_curve() {
        return crate::support::skip("this libzmq was built without CURVE");
    }
    for (what, asks, wrong, refusal) in WRONG {
        println!("{what}");
        let (asks, wrong, refusal) = (*asks, *wrong, *refusal);
        deadline(LIMIT, move || attack(asks, wrong, refusal));
    }
}

/// Each waits for the other to begin, until the time for handshakes is over.
#[test]
fn two_servers_do_not_talk() {
    if !zmq4::has_curve() {
        return crate::support::skip("this libzmq was built without CURVE");
    }
    for asks in [Asks::Password, Asks::Key] {
        deadline(LIMIT, move || {
            let shop = Shop::open(asks);
            let bad = client(&shop.context);
            bad.set_handshake_ivl(Some(std::time::Duration::from_millis(200)))
                .unwrap();
            let role = match asks {
                Asks::Password => Server::plain(),
                _ => Server::curve(CurveKeypair::new().unwrap().secret().clone()),
            };
            bad.secure(&role).unwrap();
            bad.set_reconnect_ivl(None).unwrap();
            bad.connect(&shop.endpoint).unwrap();
            send_unless_refused(&bad, "evil");
            let event = shop.next();
            let given_up = matches!(
                event,
                EventKind::HandshakeFailedNoDetail { .. } | EventKind::Disconnected { .. }
            );
            assert!(given_up, "{asks:?}: {event:?}");
            shop.serves();
        });
    }
}
