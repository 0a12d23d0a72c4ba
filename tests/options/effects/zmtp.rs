//! A peer that speaks ZMTP 3.1 (RFC 37) by hand, as far as the handshake.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A TCP connection to an endpoint.
pub(crate) fn dial(endpoint: &str) -> TcpStream {
    let stream = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Connects as a socket of this type with the mechanism NULL, and ends the handshake.
pub(crate) fn shake_hands(endpoint: &str, ty: &str) -> TcpStream {
    greet(dial(endpoint), ty)
}

#[cfg(any(feature = "draft", target_os = "linux"))]
/// Accepts a connection as [`shake_hands`] makes one.
pub(crate) fn accept(listener: &std::net::TcpListener, ty: &str) -> TcpStream {
    greet(listener.accept().unwrap().0, ty)
}

fn greet(mut stream: TcpStream, ty: &str) -> TcpStream {
    let mut greeting = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1];
    greeting.extend(b"NULL");
    greeting.resize(64, 0);
    stream.write_all(&greeting).unwrap();
    let mut body = b"\x05READY\x0bSocket-Type".to_vec();
    body.extend(u32::try_from(ty.len()).unwrap().to_be_bytes());
    body.extend(ty.as_bytes());
    stream.write_all(&[4, u8::try_from(body.len()).unwrap()]).unwrap();
    stream.write_all(&body).unwrap();
    stream.read_exact(&mut [0; 64]).unwrap();
    let ready = command(&mut stream).expect("the peer is ready");
    assert!(ready.starts_with(b"\x05READY"), "{ready:?}");
    stream
}

/// The next short command, or `None` at the end of the connection.
pub(crate) fn command(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    assert_eq!(head[0], 4, "a short command");
    let mut body = vec![0; usize::from(head[1])];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}
