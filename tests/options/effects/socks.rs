//! A small SOCKS5 server (RFC 1928 and 1929), through which a connection goes.

use std::io::{Read, Write, copy};
use std::net::{TcpListener, TcpStream};
use std::thread;

use zmq4::{Flags, Socket};

use crate::effects::sockets;
use crate::support::{LONG, bind_tcp, deadline};

/// What a server knows of its client: where it wanted to go, and its name and password, where it was asked.
struct Served {
    target: String,
    login: Option<[String; 2]>,
}

/// A text with its length before it.
fn text(client: &mut TcpStream) -> String {
    let mut len = [0];
    client.read_exact(&mut len).unwrap();
    let mut text = vec![0; usize::from(len[0])];
    client.read_exact(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Serves one client by the method that it offers last: 0, nothing, or 2, a name and a password.
fn serve(listener: &TcpListener) -> Served {
    let (mut client, _) = listener.accept().unwrap();
    let mut head = [0; 2];
    client.read_exact(&mut head).unwrap();
    assert_eq!(head[0], 5, "the version");
    let mut methods = vec![0; usize::from(head[1])];
    client.read_exact(&mut methods).unwrap();
    let method = *methods.last().unwrap();
    client.write_all(&[5, method]).unwrap();
    let login = (method == 2).then(|| {
        client.read_exact(&mut [0]).unwrap();
        let login = [text(&mut client), text(&mut client)];
        client.write_all(&[1, 0]).unwrap();
        login
    });
    let mut request = [0; 4];
    client.read_exact(&mut request).unwrap();
    assert_eq!(request[..2], [5, 1], "connect");
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address).unwrap();
            std::net::Ipv4Addr::from(address).to_string()
        }
        3 => text(&mut client),
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
    Served { target, login }
}

/// Sends a message through the proxy by a socket with these options.
fn through(set: impl FnOnce(&Socket)) -> Option<[String; 2]> {
    let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
    let endpoint = bind_tcp(&pull);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    push.set_socks_proxy(listener.local_addr().unwrap().to_string())
        .unwrap();
    set(&push);
    let proxy = thread::spawn(move || serve(&listener));
    push.connect(&endpoint).unwrap();
    push.send("through the proxy", Flags::NONE).unwrap();
    assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "through the proxy");
    let served = proxy.join().unwrap();
    assert_eq!(format!("tcp://{}", served.target), endpoint);
    served.login
}

#[test]
fn connections_go_through_the_proxy() {
    deadline(LONG, || assert_eq!(through(|_| ()), None));
}

#[cfg(feature = "draft")]
#[test]
fn the_proxy_hears_a_name_and_a_password() {
    deadline(LONG, || {
        let login = through(|push| {
            push.set_socks_username("someone").unwrap();
            push.set_socks_password("secret").unwrap();
        });
        assert_eq!(login.unwrap(), ["someone", "secret"]);
    });
}
