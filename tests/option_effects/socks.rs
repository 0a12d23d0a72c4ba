//! A small SOCKS5 server (RFC 1928), through which a connection goes.

use std::io::{Read, Write, copy};
use std::net::{TcpListener, TcpStream};
use std::thread;

use zmq4::Flags;

use crate::sockets;
use crate::support::{LONG, bind_tcp, deadline};

/// Serves one client without authentication, and answers where it wanted to go.
fn serve(listener: &TcpListener) -> String {
    let (mut client, _) = listener.accept().unwrap();
    let mut head = [0; 2];
    client.read_exact(&mut head).unwrap();
    assert_eq!(head[0], 5, "the version");
    client.read_exact(&mut vec![0; usize::from(head[1])]).unwrap();
    client.write_all(&[5, 0]).unwrap();
    let mut request = [0; 4];
    client.read_exact(&mut request).unwrap();
    assert_eq!(request[..2], [5, 1], "connect");
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address).unwrap();
            std::net::Ipv4Addr::from(address).to_string()
        }
        3 => {
            let mut len = [0];
            client.read_exact(&mut len).unwrap();
            let mut name = vec![0; usize::from(len[0])];
            client.read_exact(&mut name).unwrap();
            String::from_utf8(name).unwrap()
        }
        other => panic!("address type {other}"),
    };
    let mut port = [0; 2];
    client.read_exact(&mut port).unwrap();
    let target = format!("{host}:{}", u16::from_be_bytes(port));
    let mut server = TcpStream::connect(&target).unwrap();
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
    let (mut to_server, mut from_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || copy(&mut from_client, &mut to_server));
    thread::spawn(move || copy(&mut server, &mut client));
    target
}

#[test]
fn connections_go_through_the_proxy() {
    deadline(LONG, || {
        let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
        let endpoint = bind_tcp(&pull);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        push.set_socks_proxy(listener.local_addr().unwrap().to_string())
            .unwrap();
        let proxy = thread::spawn(move || serve(&listener));
        push.connect(&endpoint).unwrap();
        push.send("through the proxy", Flags::NONE).unwrap();
        assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "through the proxy");
        assert_eq!(format!("tcp://{}", proxy.join().unwrap()), endpoint);
    });
}
