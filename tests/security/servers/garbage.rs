//! Plain TCP connections that say what no ZeroMQ peer would.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use zmq4::EventKind;

use crate::servers::shop::{Asks, Shop};
use crate::servers::{LIMIT, PATIENCE};
use crate::support::deadline;

/// xorshift64*, which is random enough for garbage.
struct Random(u64);

impl Random {
    fn new() -> Random {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let seed = now.as_nanos() as u64 | 1;
        println!("seed {seed}");
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| (self.next() >> 56) as u8).collect()
    }
}

pub(crate) fn dial(endpoint: &str) -> TcpStream {
    let stream = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A greeting of ZMTP 3.1 (RFC 23).
pub(crate) fn greeting(mechanism: &str) -> Vec<u8> {
    let mut greeting = vec![0; 64];
    greeting[..12].copy_from_slice(b"\xff\0\0\0\0\0\0\0\0\x7f\x03\x01");
    greeting[12..12 + mechanism.len()].copy_from_slice(mechanism.as_bytes());
    greeting
}

/// Says all of it, hangs up, and waits until the server has noticed; it may have hung up before.
fn say_and_leave(shop: &Shop, bytes: &[u8]) {
    let mut stream = dial(&shop.endpoint);
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    // The server's greeting, and its end.
    let _ = stream.read_to_end(&mut Vec::new());
    let event = shop.next();
    let refused = matches!(
        event,
        EventKind::HandshakeFailedNoDetail { .. }
            | EventKind::HandshakeFailedProtocol { .. }
            | EventKind::Disconnected { .. }
    );
    assert!(refused, "{event:?} after {}", bytes.escape_ascii());
}

/// Some of it is refused with two events; what is left over is no success.
fn forget_events(shop: &Shop) {
    while let Ok(event) = shop.monitor.recv(zmq4::DONTWAIT) {
        assert_ne!(event.kind(), EventKind::HandshakeSucceeded);
    }
}

fn servers() -> &'static [Asks] {
    if zmq4::has_curve() {
        &[Asks::Nothing, Asks::Password, Asks::Key]
    } else {
        &[Asks::Nothing, Asks::Password]
    }
}

#[test]
fn random_bytes() {
    for &asks in servers() {
        deadline(LIMIT, move || {
            let shop = Shop::open(asks);
            let mut random = Random::new();
            for round in 0..60 {
                let len = (random.next() % 2000) as usize;
                say_and_leave(&shop, &random.bytes(len));
                forget_events(&shop);
                if round % 10 == 0 {
                    shop.serves();
                }
            }
            shop.serves();
        });
    }
}

/// The beginning is right, so the bytes get further.
#[test]
fn random_bytes_after_a_greeting() {
    for &asks in servers() {
        deadline(LIMIT, move || {
            let shop = Shop::open(asks);
            let mut random = Random::new();
            let mechanism = match asks {
                Asks::Nothing => "NULL",
                Asks::Password => "PLAIN",
                Asks::Key => "CURVE",
            };
            for round in 0..60 {
                let len = (random.next() % 500) as usize;
                let bytes = [greeting(mechanism), random.bytes(len)].concat();
                say_and_leave(&shop, &bytes);
                forget_events(&shop);
                if round % 10 == 0 {
                    shop.serves();
                }
            }
            shop.serves();
        });
    }
}

/// Protocols from before there was security, ZMTP 1.0 and 2.0 (RFC 13 and 15): no one asks the handler there, so a server that
/// has one does not speak them (CVE-2014-9721).
#[test]
fn old_protocols_are_no_way_around() {
    let anonymous = b"\x01\0".as_slice();
    let push_of_2_0 = b"\xff\0\0\0\0\0\0\0\x01\x7f\x01\x08\0\0".as_slice();
    let push_of_1_0 = b"\xff\0\0\0\0\0\0\0\x01\x7f\0\x08\x01\0".as_slice();
    for &asks in servers() {
        deadline(LIMIT, move || {
            let shop = Shop::open(asks);
            for (begin, message) in [
                (anonymous, b"\x05\0evil".as_slice()),
                (push_of_1_0, b"\x05\0evil"),
                (push_of_2_0, b"\0\x04evil"),
            ] {
                say_and_leave(&shop, &[begin, message].concat());
                forget_events(&shop);
                shop.serves();
            }
        });
    }
}

/// The same bytes to a server that asks no one are a message: the test above says something.
#[test]
fn old_protocols_are_spoken_where_nobody_asks() {
    deadline(LIMIT, || {
        let context = zmq4::Context::new().unwrap();
        let server = context.socket(zmq4::PULL).unwrap();
        server.set_rcvtimeo(Some(PATIENCE)).unwrap();
        let endpoint = crate::support::bind_tcp(&server);
        for bytes in [
            b"\x01\0\x05\0evil".as_slice(),
            b"\xff\0\0\0\0\0\0\0\x01\x7f\x01\x08\0\0\0\x04evil",
        ] {
            let mut stream = dial(&endpoint);
            stream.write_all(bytes).unwrap();
            assert_eq!(
                server.recv(zmq4::Flags::NONE).unwrap(),
                "evil",
                "{}",
                bytes.escape_ascii()
            );
        }
    });
}

/// A HELLO without a password, which libzmq's own client refuses to send.
#[test]
fn an_empty_password() {
    deadline(LIMIT, || {
        let shop = Shop::open(Asks::Password);
        for hello in [
            &b"\x05HELLO\x05admin\x00"[..],
            b"\x05HELLO\x06nobody\x00",
            b"\x05HELLO\x00\x00",
        ] {
            let mut stream = dial(&shop.endpoint);
            stream.write_all(&greeting("PLAIN")).unwrap();
            stream.write_all(&[4, u8::try_from(hello.len()).unwrap()]).unwrap();
            stream.write_all(hello).unwrap();
            let event = shop.next();
            assert_eq!(
                event,
                EventKind::HandshakeFailedAuth { status: 400 },
                "{}",
                hello.escape_ascii()
            );
            // A message all the same.
            let _ = stream.write_all(b"\x00\x04evil");
            shop.serves();
            drop(stream);
            forget_events(&shop);
        }
        shop.serves();
    });
}
