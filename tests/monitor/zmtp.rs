//! A peer that speaks ZMTP 3.0 (RFC 23) byte by byte, to say what no libzmq would.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::LONG;

pub(crate) fn dial(endpoint: &str) -> TcpStream {
    let stream = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Both greetings, with the mechanism NULL.
pub(crate) fn greet(endpoint: &str) -> TcpStream {
    let mut stream = dial(endpoint);
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12..16].copy_from_slice(b"NULL");
    stream.write_all(&greeting).unwrap();
    let mut theirs = [0; 64];
    stream.read_exact(&mut theirs).unwrap();
    stream
}

/// A command: its name, and what comes after.
pub(crate) fn command(stream: &mut TcpStream, name: &str, body: &[u8]) {
    let mut bytes = vec![4, u8::try_from(1 + name.len() + body.len()).unwrap()];
    bytes.push(u8::try_from(name.len()).unwrap());
    bytes.extend(name.as_bytes());
    bytes.extend(body);
    // The other end may have closed by now.
    let _ = stream.write_all(&bytes);
}

/// A property of a READY command.
pub(crate) fn property(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(name.len()).unwrap()];
    bytes.extend(name.as_bytes());
    bytes.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
    bytes.extend(value.as_bytes());
    bytes
}
