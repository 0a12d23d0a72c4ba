//! Addresses that libzmq understands on conditions.

use crate::support::sockets::socket;
use crate::support::{LONG, deadline, skip};
use crate::text::{Attach, says};
use zmq4::{Errno, Flags, Socket};

fn has_ipv6() -> bool {
    let has = std::net::TcpListener::bind("[::1]:0").is_ok();
    if !has {
        skip("this machine has no IPv6");
    }
    has
}

#[test]
fn an_ipv6_address_names_its_option() {
    let (_context, socket) = socket(zmq4::PULL);
    let both = [
        "tcp://[::1]:5555",
        "tcp://::1:5555",
        "tcp://[::ffff:127.0.0.1]:5555",
        "ws://[::1]:5555/a",
    ];
    let calls: [(&str, Attach); 2] = [("zmq_bind", Socket::bind), ("zmq_connect", Socket::connect)];
    for (name, call) in calls {
        for endpoint in both {
            let error = call(&socket, endpoint).unwrap_err();
            says(&error, name, endpoint, Errno::EINVAL, "ZMQ_IPV6");
        }
    }
    let sources = ["tcp://[::1]:0;localhost:5555", "tcp://lo:0;[::1]:5555"];
    for endpoint in sources {
        let error = socket.connect(endpoint).unwrap_err();
        says(&error, "zmq_connect", endpoint, Errno::EINVAL, "ZMQ_IPV6");
    }
    assert_eq!(socket.last_endpoint().unwrap(), "");
}

#[test]
fn an_ipv6_address_may_lack_its_brackets() {
    if !has_ipv6() {
        return;
    }
    let transports = ["tcp", "ws"];
    for transport in transports.into_iter().filter(|name| *name == "tcp" || zmq4::has("WS")) {
        for (bound, connected) in [("::1", "[::1]"), ("[::1]", "::1"), ("::1", "::1")] {
            deadline(LONG, move || {
                let (context, server) = socket(zmq4::PULL);
                server.set_ipv6(true).unwrap();
                server.bind(&format!("{transport}://{bound}:*")).unwrap();
                let endpoint = server.last_endpoint().unwrap();
                let port = endpoint.trim_end_matches('/').rsplit(':').next().unwrap();
                let client = context.socket(zmq4::PUSH).unwrap();
                client.set_ipv6(true).unwrap();
                let endpoint = format!("{transport}://{connected}:{port}");
                client.connect(&endpoint).unwrap();
                client.send("over IPv6", Flags::NONE).unwrap();
                assert_eq!(server.recv(Flags::NONE).unwrap(), "over IPv6", "{endpoint}");
                client.disconnect(&endpoint).unwrap();
            });
        }
    }
}

#[test]
fn a_host_name_is_bound_or_the_error_says_why() {
    let (_context, socket) = socket(zmq4::PULL);
    let resolves = zmq4::version() >= (4, 3, 5);
    match socket.bind("tcp://localhost:*") {
        Ok(()) => assert!(resolves),
        Err(error) => {
            assert!(!resolves, "{error}");
            says(
                &error,
                "zmq_bind",
                "tcp://localhost:*",
                Errno::ENODEV,
                "does not resolve host names",
            );
        }
    }
    if zmq4::has("WS") {
        let error = socket.bind("ws://localhost:*").unwrap_err();
        says(
            &error,
            "zmq_bind",
            "ws://localhost:*",
            Errno::ENODEV,
            "does not resolve host names",
        );
    }
}

/// libzmq does not read the address then.
#[cfg(unix)]
#[test]
fn a_descriptor_of_ipv6_needs_no_option() {
    if !has_ipv6() {
        return;
    }
    let (_context, socket) = socket(zmq4::PULL);
    let listener = std::net::TcpListener::bind("[::1]:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    socket.set_use_fd(Some(listener.into())).unwrap();
    socket.bind(&endpoint).unwrap();
}
