//! How handshakes end, and what a monitor reports of it.

use std::io::Write;
use std::thread;
use std::time::Duration;

use zmq4::{Context, EVENT_ALL, Event, EventKind, Flags, Monitor, ProtocolError, Socket};

use crate::support::{LONG, bind_tcp, deadline};
use crate::zmtp::{command, dial, greet, property};
use crate::{open, wait_for};

const FAILED: Event = Event::HANDSHAKE_FAILED_NO_DETAIL
    .union(Event::HANDSHAKE_FAILED_PROTOCOL)
    .union(Event::HANDSHAKE_FAILED_AUTH);

/// A server that listens, and its monitor.
fn server(context: &Context) -> (Socket, Monitor, String) {
    let server = open(context, zmq4::PULL);
    let monitor = server.monitor(EVENT_ALL).unwrap();
    let endpoint = bind_tcp(&server);
    (server, monitor, endpoint)
}

#[test]
fn a_peer_that_goes_away() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        drop(greet(&endpoint));
        let failed = wait_for(&monitor, FAILED);
        let EventKind::HandshakeFailedNoDetail { errno } = failed.kind() else {
            panic!("{failed}");
        };
        #[cfg(unix)]
        assert!(
            [zmq4::Errno::new(libc::EPIPE), zmq4::Errno::ECONNRESET].contains(&errno),
            "{failed}"
        );
        #[cfg(not(unix))]
        let _ = errno;
        assert!(failed.endpoint.starts_with("tcp://127.0.0.1:"), "{failed}");
    });
}

#[test]
fn a_peer_that_is_late() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        server.set_handshake_ivl(Some(Duration::from_millis(50))).unwrap();
        let monitor = server.monitor(EVENT_ALL).unwrap();
        let _silent = greet(&bind_tcp(&server));
        let failed = wait_for(&monitor, FAILED);
        // The number is left over from something else.
        assert_eq!(failed.event, Event::HANDSHAKE_FAILED_NO_DETAIL, "{failed}");
    });
}

/// libzmq takes it for ZMTP 1.0, which has no greeting.
#[test]
fn a_peer_that_speaks_something_else() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        let mut peer = dial(&endpoint);
        peer.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        drop(peer);
        let failed = wait_for(&monitor, FAILED);
        assert_eq!(failed.event, Event::HANDSHAKE_FAILED_NO_DETAIL, "{failed}");
    });
}

#[test]
fn a_peer_that_speaks_nonsense_after_the_signature() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        let mut nonsense = [b'?'; 64];
        (nonsense[0], nonsense[9]) = (0xff, 0x7f);
        let mut peer = dial(&endpoint);
        peer.write_all(&nonsense).unwrap();
        let failed = wait_for(&monitor, FAILED);
        let error = ProtocolError::ZMTP_MECHANISM_MISMATCH;
        assert_eq!(failed.kind(), EventKind::HandshakeFailedProtocol { error }, "{failed}");
    });
}

#[test]
fn a_peer_that_says_what_is_no_command() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        let mut peer = greet(&endpoint);
        command(&mut peer, "JUNK", b"");
        let failed = wait_for(&monitor, FAILED);
        let error = ProtocolError::ZMTP_UNEXPECTED_COMMAND;
        assert_eq!(failed.kind(), EventKind::HandshakeFailedProtocol { error }, "{failed}");
    });
}

/// libzmq 4.3 reports of these what it reports of every connection that ends, and nothing of the handshake.
#[test]
fn a_peer_whose_metadata_are_wrong() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let cases = [
            // A name that is longer than the command.
            vec![200, b'x'],
            // A type that no PULL has for a peer.
            property("Socket-Type", "REQ"),
        ];
        for body in cases {
            let (_server, monitor, endpoint) = server(&context);
            let mut peer = greet(&endpoint);
            command(&mut peer, "READY", &body);
            let last = wait_for(&monitor, FAILED | Event::HANDSHAKE_SUCCEEDED | Event::DISCONNECTED);
            assert_ne!(last.event, Event::HANDSHAKE_SUCCEEDED, "{body:?}");
            if let EventKind::HandshakeFailedProtocol { error } = last.kind() {
                assert_eq!(error, ProtocolError::ZMTP_INVALID_METADATA, "{body:?}");
            }
        }
    });
}

#[test]
fn a_peer_of_a_type_that_does_not_fit() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        let client = open(&context, zmq4::REQ);
        client.connect(&endpoint).unwrap();
        let last = wait_for(&monitor, FAILED | Event::HANDSHAKE_SUCCEEDED | Event::DISCONNECTED);
        assert_ne!(last.event, Event::HANDSHAKE_SUCCEEDED, "{last}");
    });
}

#[test]
fn a_peer_of_another_mechanism() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, monitor, endpoint) = server(&context);
        let client = open(&context, zmq4::PUSH);
        client.set_plain_username("admin").unwrap();
        client.set_plain_password("secret").unwrap();
        client.connect(&endpoint).unwrap();
        let failed = wait_for(&monitor, FAILED);
        let error = ProtocolError::ZMTP_MECHANISM_MISMATCH;
        assert_eq!(failed.kind(), EventKind::HandshakeFailedProtocol { error }, "{failed}");
    });
}

/// One answer of an authentication (RFC 27) with this version, id if it is not the request's, and status.
fn answer(handler: &Socket, version: &str, id: Option<&str>, status: &str) {
    let request = handler.recv_message(Flags::NONE).unwrap();
    let id = id.map_or(request[1].to_vec(), |id| id.as_bytes().to_vec());
    let head = [version.as_bytes(), &id, status.as_bytes(), b"because", b"", b""];
    handler.send_message(&head[..]).unwrap();
}

#[test]
fn a_peer_that_is_refused() {
    deadline(LONG, || {
        let auth = |status| EventKind::HandshakeFailedAuth { status };
        let protocol = |error| EventKind::HandshakeFailedProtocol { error };
        let cases = [
            ("1.0", None, "300", auth(300)),
            ("1.0", None, "400", auth(400)),
            ("1.0", None, "500", auth(500)),
            ("1.0", None, "600", protocol(ProtocolError::ZAP_INVALID_STATUS_CODE)),
            ("2.0", None, "200", protocol(ProtocolError::ZAP_BAD_VERSION)),
            ("1.0", Some("7"), "200", protocol(ProtocolError::ZAP_BAD_REQUEST_ID)),
        ];
        for (version, id, status, expected) in cases {
            let context = Context::new().unwrap();
            let handler = open(&context, zmq4::REP);
            handler.bind("inproc://zeromq.zap.01").unwrap();
            let server = open(&context, zmq4::PULL);
            server.set_zap_domain("tests").unwrap();
            let monitor = server.monitor(EVENT_ALL).unwrap();
            let endpoint = bind_tcp(&server);
            let client = open(&context, zmq4::PUSH);
            client.connect(&endpoint).unwrap();
            let zap = thread::spawn(move || answer(&handler, version, id, status));
            let failed = wait_for(&monitor, FAILED);
            assert_eq!(failed.kind(), expected, "{version} {id:?} {status}: {failed}");
            zap.join().unwrap();
        }
    });
}

#[test]
fn a_key_that_is_wrong() {
    if !zmq4::has_curve() {
        crate::support::skip("this libzmq has no CURVE");
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        // The keys that zmq_curve(7) shows; what the client takes for the server's is its own.
        let secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
        let (public, own) = (
            "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
            "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs",
        );
        server.set_curve_server(true).unwrap();
        server.set_curve_secretkey(secret).unwrap();
        let monitor = server.monitor(EVENT_ALL).unwrap();
        let endpoint = bind_tcp(&server);
        let client = open(&context, zmq4::PUSH);
        client.set_curve_serverkey(public).unwrap();
        client.set_curve_publickey(public).unwrap();
        client.set_curve_secretkey(own).unwrap();
        client.connect(&endpoint).unwrap();
        let failed = wait_for(&monitor, FAILED);
        let error = ProtocolError::ZMTP_CRYPTOGRAPHIC;
        assert_eq!(failed.kind(), EventKind::HandshakeFailedProtocol { error }, "{failed}");
    });
}
