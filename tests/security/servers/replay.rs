//! A conversation with CURVE that was recorded on its way, and is played to the server again.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use zmq4::{EventKind, Flags, ProtocolError};

use crate::servers::LIMIT;
use crate::servers::garbage::dial;
use crate::servers::shop::{Asks, Shop, client};
use crate::support::deadline;

/// How many bytes each has, with what frames it (RFC 23 and 26); an INITIATE has that many at least.
const GREETING: usize = 64;
const HELLO: usize = 2 + 200;
const WELCOME: usize = 2 + 168;
const INITIATE: usize = 9 + 257;

/// Passes one connection on, and gives what the client said until it went away.
fn eavesdrop(server: &str) -> (String, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let (heard, conversation) = mpsc::channel();
    let server = server.to_owned();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut server = dial(&server);
        let (mut answers, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut answers, &mut to_client));
        let said = pass_on(&mut client, &mut server);
        heard.send(said)
    });
    (endpoint, conversation)
}

fn pass_on(from: &mut TcpStream, to: &mut TcpStream) -> Vec<u8> {
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        said.extend(&buffer[..len]);
        if to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
    said
}

/// Why the next handshake failed; the end of a connection before it does not count.
fn refusal(shop: &Shop) -> ProtocolError {
    loop {
        match shop.next() {
            EventKind::HandshakeFailedProtocol { error } => return error,
            EventKind::Disconnected { .. } | EventKind::HandshakeFailedNoDetail { .. } => {}
            other => panic!("{other:?} after a replay"),
        }
    }
}

#[test]
fn replayed_handshake_is_refused() {
    if !zmq4::has_curve() {
        return crate::support::skip("this libzmq was built without CURVE");
    }
    deadline(LIMIT, || {
        let shop = Shop::open(Asks::Key);
        let (relay, conversation) = eavesdrop(&shop.endpoint);
        let victim = client(&shop.context);
        victim.secure(&Asks::Key.good(&shop.keys)).unwrap();
        victim.connect(&relay).unwrap();
        victim.send("secret order", Flags::NONE).unwrap();
        assert_eq!(shop.server.recv(Flags::NONE).unwrap(), "secret order");
        assert_eq!(shop.next(), EventKind::HandshakeSucceeded);
        drop(victim);
        let said = conversation.recv_timeout(crate::servers::PATIENCE).unwrap();
        assert!(matches!(shop.next(), EventKind::Disconnected { .. }));
        // With the message at the end, which no one on the way could read.
        assert!(said.len() > GREETING + HELLO + INITIATE, "{} bytes", said.len());
        assert!(!said.windows(6).any(|bytes| bytes == b"secret"));

        for in_step in [true, false] {
            let mut stream = dial(&shop.endpoint);
            let (begin, rest) = said.split_at(GREETING + HELLO);
            stream.write_all(begin).unwrap();
            if in_step {
                stream.read_exact(&mut [0; GREETING + WELCOME]).unwrap();
            }
            let _ = stream.write_all(rest);
            let error = refusal(&shop);
            // The cookie in the INITIATE is that of another connection; all at once it may come too early to be read.
            let early = !in_step && error == ProtocolError::ZMTP_UNSPECIFIED;
            assert!(early || error == ProtocolError::ZMTP_CRYPTOGRAPHIC, "{error}");
            shop.serves();
        }
    });
}
