//! Who gets in over a real connection, and what is known of them then.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use zmq4::auth::{Auth, Policies, Verdict};
use zmq4::{CURVE_ALLOW_ANY, Context, Flags};

use crate::auth::{
    Handshake, Server, curve, curve_server, has_curve, keys, null, null_server, open_timed, plain, plain_server,
};
use crate::support::{LONG, deadline};

#[test]
fn null_by_address() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let server = Server::new(&context, null_server);
        assert_eq!(server.admits(null).property("User-Id"), Some(""), "before any policy");
        auth.allow("other", ["192.0.2.1"]).unwrap();
        server.admits(null);
        auth.allow("shop", ["192.0.2.1"]).unwrap();
        server.refuses(null);
        auth.allow("shop", ["127.0.0.1/8"]).unwrap();
        server.admits(null);
        auth.deny("*", ["127.0.0.1"]).unwrap();
        server.refuses(null);
        auth.remove_deny("*", ["127.0.0.1"]).unwrap();
        server.admits(null);
        assert_eq!((auth.allowed(), auth.denied(), auth.failed()), (4, 2, 0));
    });
}

#[test]
fn plain_by_name_and_password() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let server = Server::new(&context, plain_server);
        server.refuses(plain("admin", "right"));
        auth.plain_add("shop", "admin", "right").unwrap();
        assert_eq!(
            server.admits(plain("admin", "right")).property("User-Id"),
            Some("admin")
        );
        server.refuses(plain("admin", "wrong"));
        server.refuses(plain("nobody", "right"));
        auth.plain_add("shop", "admin", "new").unwrap();
        server.refuses(plain("admin", "right"));
        server.admits(plain("admin", "new"));
        auth.plain_remove("shop", ["admin"]);
        server.refuses(plain("admin", "new"));
        auth.plain_add("*", "admin", "everywhere").unwrap();
        server.admits(plain("admin", "everywhere"));
        auth.allow("shop", ["192.0.2.1"]).unwrap();
        server.refuses(plain("admin", "everywhere"));
    });
}

/// A peer that is no libzmq, after the greetings of ZMTP 3.0 (RFC 23).
pub(crate) fn greeted(mut peer: TcpStream, mechanism: &str) -> TcpStream {
    peer.set_read_timeout(crate::auth::SOON).unwrap();
    let mut greeting = [0; 64];
    greeting[..12].copy_from_slice(b"\xff\0\0\0\0\0\0\0\0\x7f\x03\0");
    greeting[12..12 + mechanism.len()].copy_from_slice(mechanism.as_bytes());
    peer.write_all(&greeting).unwrap();
    peer.read_exact(&mut greeting).unwrap();
    peer
}

fn greet(server: &Server, mechanism: &str) -> TcpStream {
    let address = server.endpoint.strip_prefix("tcp://").unwrap();
    greeted(TcpStream::connect(address).unwrap(), mechanism)
}

/// A peer that is no libzmq may send an empty password; Go lets an unknown user in with it.
#[test]
fn no_password_is_no_way_in() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        auth.plain_add("shop", "admin", "right").unwrap();
        auth.set_plain_handler(|_, _, _| Verdict::Defer);
        let server = Server::new(&context, plain_server);
        for (user, password) in [("admin", ""), ("nobody", ""), ("", "")] {
            let mut peer = greet(&server, "PLAIN");
            let length = |text: &str| u8::try_from(text.len()).unwrap();
            let mut hello = b"\x05HELLO".to_vec();
            for text in [user, password] {
                hello.push(length(text));
                hello.extend(text.as_bytes());
            }
            let frame = [&[4, u8::try_from(hello.len()).unwrap()], &*hello].concat();
            peer.write_all(&frame).unwrap();
            assert_eq!(server.handshake(), Handshake::Refused(400), "{user:?}");
            let mut head = [0; 2];
            peer.read_exact(&mut head).unwrap();
            let mut error = vec![0; head[1].into()];
            peer.read_exact(&mut error).unwrap();
            // The name of the command is misspelt in libzmq 4.3.
            assert!(error.ends_with(b"RROR\x03400"), "{error:?}");
        }
        server.admits(plain("admin", "right"));
    });
}

#[test]
fn curve_by_key() {
    if !has_curve() {
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let (ours, theirs, others) = (keys(), keys(), keys());
        let server = Server::new(&context, curve_server(&ours));
        server.refuses(curve(&ours, &theirs));
        auth.curve_add("shop", [theirs.public()]).unwrap();
        let message = server.admits(curve(&ours, &theirs));
        assert_eq!(message.property("User-Id"), Some(&*theirs.public().to_z85()));
        server.refuses(curve(&ours, &others));
        auth.curve_add("*", [CURVE_ALLOW_ANY]).unwrap();
        server.admits(curve(&ours, &others));
        auth.deny("shop", ["127.0.0.0/8"]).unwrap();
        server.refuses(curve(&ours, &theirs));
        auth.clear_deny("shop");
        auth.curve_remove_all("*");
        server.refuses(curve(&ours, &others));
        auth.curve_remove("shop", [theirs.public()]).unwrap();
        server.refuses(curve(&ours, &theirs));
        assert_eq!((auth.allowed(), auth.denied()), (2, 5));
    });
}

#[test]
fn properties_come_with_each_message() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let peers = Arc::new(AtomicU64::new(0));
        auth.set_metadata_handler(move |request| {
            let number = peers.fetch_add(1, Ordering::Relaxed);
            [
                ("User-Id", format!("peer {number}")),
                ("X-Came-From", request.address().to_owned()),
                ("X-Domain", request.domain().to_owned()),
                ("X-Server", String::from_utf8_lossy(request.identity()).into_owned()),
                ("", "left out".to_owned()),
                ("X-Text", "grün".to_owned()),
            ]
        });
        let server = Server::new(&context, |server| {
            server.set_routing_id("till 5").unwrap();
            null_server(server);
        });
        for peer in ["peer 0", "peer 1"] {
            let message = server.admits(null);
            assert_eq!(message.property("User-Id"), Some(peer), "the second peer too");
            assert_eq!(message.property("X-Came-From"), Some("127.0.0.1"));
            assert_eq!(message.property("X-Domain"), Some("shop"));
            assert_eq!(message.property("X-Server"), Some("till 5"));
            assert_eq!(message.property("X-Text"), Some("grün"));
        }
    });
}

/// What a peer says of itself in its handshake does not take the place of what the handler says of it; other names are the
/// peer's to use.
#[test]
fn a_peer_brings_properties_of_its_own() {
    let claims = [
        ("Socket-Type", "PUSH"),
        ("User-Id", "admin"),
        ("Role", "chief"),
        ("Team", "red"),
        ("Peer-Address", "192.0.2.1"),
    ];
    let mut ready = b"\x05READY".to_vec();
    for (name, value) in claims {
        ready.extend(zmq4::auth::meta_blob(name, value).unwrap());
    }
    let length = u8::try_from(ready.len()).unwrap();
    let ready = [&[4, length], &ready[..]].concat();
    let names = ["User-Id", "Role", "Team", "Peer-Address"];
    deadline(LONG, move || {
        for (handled, expected) in [
            (true, ["", "guest", "red", "127.0.0.1"]),
            (false, ["admin", "chief", "red", "127.0.0.1"]),
        ] {
            let context = Context::new().unwrap();
            let auth = handled.then(|| Auth::start(&context).unwrap());
            if let Some(auth) = &auth {
                auth.set_metadata_handler(|_| [("Role", "guest")]);
            }
            let server = Server::new(&context, null_server);
            let mut peer = greet(&server, "NULL");
            peer.write_all(&ready).unwrap();
            let mut head = [0; 2];
            peer.read_exact(&mut head).unwrap();
            peer.read_exact(&mut vec![0; head[1].into()]).unwrap();
            peer.write_all(b"\0\x04word").unwrap();
            let message = server.socket.recv(Flags::NONE).unwrap();
            assert_eq!(message, "word");
            let properties = names.map(|name| message.property(name));
            assert_eq!(properties, expected.map(Some), "with a handler: {handled}");
        }
    });
}

#[cfg(unix)]
#[test]
fn over_ipc_there_is_no_address() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let name = crate::support::ipc_name();
        let socket = open_timed(&context, zmq4::PULL);
        socket.set_zap_domain("shop").unwrap();
        socket.bind(&name).unwrap();
        let server = Server::over(socket, name.to_string());
        auth.deny("shop", ["0.0.0.0/0", "::/0"]).unwrap();
        auth.set_metadata_handler(|request| [("X-Ip", format!("{:?}", request.ip()))]);
        assert_eq!(server.admits(null).property("X-Ip"), Some("None"));
        auth.allow("shop", ["0.0.0.0/0", "::/0"]).unwrap();
        server.refuses(null);
    });
}

#[test]
fn ipv6_and_what_is_mapped_into_it() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let socket = open_timed(&context, zmq4::PULL);
        socket.set_ipv6(true).unwrap();
        socket.set_zap_domain("shop").unwrap();
        if socket.bind("tcp://[::1]:*").is_err() {
            crate::support::skip("there is no IPv6 loopback");
            return;
        }
        let endpoint = socket.last_endpoint().unwrap();
        let server = Server::over(socket, endpoint);
        let six = |client: &zmq4::Socket| client.set_ipv6(true).unwrap();
        auth.allow("shop", ["0:0:0:0:0:0:0:1"]).unwrap();
        server.admits(six);
        auth.remove_allow("shop", ["::1"]).unwrap();
        server.refuses(six);

        // A socket for both has its IPv4 peers at addresses within IPv6.
        let socket = open_timed(&context, zmq4::PULL);
        socket.set_ipv6(true).unwrap();
        socket.set_zap_domain("both").unwrap();
        socket.bind("tcp://[::]:*").unwrap();
        let port = socket.last_endpoint().unwrap();
        let port = port.rsplit(':').next().unwrap();
        let server = Server::over(socket, format!("tcp://127.0.0.1:{port}"));
        auth.allow("both", ["127.0.0.1"]).unwrap();
        server.admits(null);
        auth.deny("both", ["127.0.0.0/8"]).unwrap();
        server.refuses(null);
    });
}

#[test]
fn a_closure_decides() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let policies = Policies::new();
        policies.plain_add("shop", "listed", "right").unwrap();
        policies.set_plain_handler(|request, user, password| match (user, password) {
            _ if request.domain() != "shop" => Verdict::Deny,
            ("listed", _) => Verdict::Defer,
            ("panic", _) => panic!("in a closure"),
            (_, "open") => Verdict::Allow,
            _ => Verdict::Deny,
        });
        let _auth = Auth::with(&context, &policies).unwrap();
        let server = Server::new(&context, plain_server);
        server.admits(plain("anybody", "open"));
        server.refuses(plain("anybody", "shut"));
        server.admits(plain("listed", "right"));
        server.refuses(plain("listed", "open"));
        let client = server.client(plain("panic", "x"));
        assert_eq!(server.handshake(), Handshake::Refused(500));
        drop(client);
        server.admits(plain("listed", "right"));
    });
}

/// The status 300: libzmq's client comes again by itself.
#[test]
fn client_told_to_retry_retries() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let tries = AtomicU64::new(0);
        auth.set_plain_handler(move |_, _, _| match tries.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Verdict::Retry,
            _ => Verdict::Allow,
        });
        let server = Server::new(&context, |server| server.set_plain_server(true).unwrap());
        let _client = server.client(|client| {
            plain("admin", "right")(client);
            // libzmq reports the client nothing: it comes again when its handshake is not done in time.
            client.set_handshake_ivl(Some(Duration::from_secs(1))).unwrap();
        });
        for _ in 0..2 {
            assert_eq!(server.handshake(), Handshake::Refused(300));
        }
        assert_eq!(server.handshake(), Handshake::Succeeded);
        assert_eq!(server.socket.recv(Flags::NONE).unwrap(), "let me in");
        assert_eq!((auth.allowed(), auth.failed()), (1, 2));
    });
}

/// What was changed holds for the next peer, however many change it at once.
#[test]
fn a_change_is_in_force_when_the_call_returns() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let server = Server::new(&context, plain_server);
        std::thread::scope(|scope| {
            let policies = auth.policies();
            let noise = scope.spawn(move || {
                for round in 0..2000 {
                    let user = format!("user {}", round % 10);
                    policies.plain_add("shop", &user, "noise").unwrap();
                    policies.allow("noise", [format!("10.0.0.{}", round % 200)]).unwrap();
                    policies.plain_remove("shop", [&user]);
                }
            });
            for _ in 0..20 {
                policies.plain_add("shop", "admin", "right").unwrap();
                server.admits(plain("admin", "right"));
                policies.plain_remove("shop", ["admin"]);
                server.refuses(plain("admin", "right"));
            }
            noise.join().unwrap();
        });
    });
}
