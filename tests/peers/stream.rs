//! STREAM against a plain TCP socket of the standard library, as server and as client.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, EAGAIN, Flags, STREAM, Socket};

use crate::pattern::{Way, pattern};
use crate::support::{bind_tcp, deadline, eventually};
use crate::{LIMIT, PATIENCE};

/// Without 0: an empty frame closes a connection.
const SIZES: &[usize] = &[1, 33, 34, 255, 256, 1 << 20, 100 << 20];

fn stream() -> Socket {
    let socket = Context::new().unwrap().socket(STREAM).unwrap();
    socket.set_rcvtimeo(Some(PATIENCE)).unwrap();
    socket.set_sndtimeo(Some(PATIENCE)).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

fn patient(tcp: TcpStream) -> TcpStream {
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    tcp.set_write_timeout(Some(PATIENCE)).unwrap();
    tcp
}

fn connect_to(endpoint: &str) -> TcpStream {
    patient(TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap())
}

/// The identity of a connection, and what came from it.
fn part(socket: &Socket) -> (Vec<u8>, Vec<u8>) {
    let received = socket.recv_message(Flags::NONE).unwrap();
    assert_eq!(received.len(), 2);
    (received[0].to_vec(), received[1].to_vec())
}

/// The identity in the empty message that reports of a connection, and of its end.
fn notice(socket: &Socket) -> Vec<u8> {
    let (identity, data) = part(socket);
    assert!(data.is_empty() && !identity.is_empty());
    identity
}

/// TCP keeps no frames: so many bytes of one connection, in parts of any size.
fn gather(socket: &Socket, identity: &[u8], size: usize) -> Vec<u8> {
    let mut gathered = Vec::with_capacity(size);
    while gathered.len() < size {
        let (from, data) = part(socket);
        assert_eq!(from, identity);
        assert!(!data.is_empty(), "closed after {} bytes", gathered.len());
        gathered.extend(data);
    }
    gathered
}

/// Every size there and back.
fn exchange(socket: &Socket, identity: &[u8], mut tcp: &TcpStream) {
    for (message, size) in SIZES.iter().enumerate() {
        let request = pattern(Way::Request, message, 0, *size);
        let gathered = thread::scope(|scope| {
            scope.spawn(|| tcp.write_all(&request).unwrap());
            gather(socket, identity, *size)
        });
        assert!(gathered == request, "request {message} differs");

        let reply = pattern(Way::Reply, message, 0, *size);
        socket.send_message((identity, &reply)).unwrap();
        let mut read = vec![0; *size];
        tcp.read_exact(&mut read).unwrap();
        assert!(read == reply, "reply {message} differs");
    }
}

#[test]
fn stream_serves_a_tcp_client() {
    deadline(LIMIT, || {
        let server = stream();
        let client = connect_to(&bind_tcp(&server));
        let identity = notice(&server);
        exchange(&server, &identity, &client);
        drop(client);
        assert_eq!(notice(&server), identity);
    });
}

#[test]
fn stream_is_client_of_a_tcp_server() {
    deadline(LIMIT, || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = stream();
        let address = listener.local_addr().unwrap();
        client.connect(&format!("tcp://{address}")).unwrap();
        let server = patient(listener.accept().unwrap().0);
        let identity = notice(&client);
        exchange(&client, &identity, &server);
        drop(client);
        assert_eq!((&server).read(&mut [0]).unwrap(), 0);
    });
}

#[test]
fn stream_closes_a_connection_by_an_empty_frame() {
    deadline(LIMIT, || {
        let server = stream();
        let mut client = connect_to(&bind_tcp(&server));
        let identity = notice(&server);
        server.send_message((identity, "")).unwrap();
        client.set_nonblocking(true).unwrap();
        let read = eventually(PATIENCE, || {
            // libzmq goes on with the closing when the socket is used again.
            assert_eq!(server.recv(DONTWAIT).unwrap_err(), EAGAIN);
            let read = client.read(&mut [0]);
            let waits = read.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
            (!waits).then(|| read.unwrap())
        });
        assert_eq!(read, 0);
    });
}

#[test]
fn stream_tells_two_connections_apart() {
    deadline(LIMIT, || {
        let server = stream();
        let endpoint = bind_tcp(&server);
        let mut first = connect_to(&endpoint);
        let first_identity = notice(&server);
        let mut second = connect_to(&endpoint);
        let second_identity = notice(&server);
        assert_ne!(first_identity, second_identity);

        second.write_all(b"2").unwrap();
        assert_eq!(part(&server), (second_identity.clone(), b"2".to_vec()));
        server.send_message((first_identity, "one")).unwrap();
        server.send_message((second_identity, "two")).unwrap();
        let mut reply = [0; 3];
        first.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"one");
        second.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"two");
    });
}
