//! Endpoints through the public calls: what is refused, with which number, and what the error says.
//! The grammar itself has its tables in `src/endpoint/tests.rs`.

use crate::support::sockets::socket;
#[cfg(target_os = "linux")]
use crate::support::unique;
use crate::support::{LONG, bind_tcp, deadline, inproc_name};
#[cfg(unix)]
use crate::support::{eventually, ipc_name};
use zmq4::{Errno, Error, Flags, Socket};

pub(crate) type Attach = fn(&Socket, &str) -> zmq4::Result<()>;

/// An error about an endpoint names the call, the endpoint, the number, and why.
#[track_caller]
pub(crate) fn says(error: &Error, call: &str, endpoint: &str, errno: Errno, why: &str) {
    let text = error.to_string();
    assert_eq!(*error, errno, "{text}");
    assert_eq!(error.call(), call);
    assert_eq!(error.endpoint(), Some(endpoint));
    assert!(text.starts_with(&format!("{call}({endpoint:?}): ")), "{text}");
    assert!(text.contains(why), "{text}");
    assert!(text.ends_with(&format!("({errno:?})")), "{text}");
}

#[test]
fn text_that_is_no_endpoint_is_refused_by_both_calls() {
    let calls: [(&str, Attach); 2] = [("zmq_bind", Socket::bind), ("zmq_connect", Socket::connect)];
    let long = format!("ipc:///tmp/{}", "a".repeat(200));
    let refused = [
        ("", Errno::EINVAL, "transport://address"),
        ("127.0.0.1:5555", Errno::EINVAL, "transport://address"),
        ("tcp://", Errno::EINVAL, "address is missing"),
        ("://x", Errno::EINVAL, "transport is missing"),
        ("tcp://127.0.0.1:5555\0", Errno::EINVAL, "NUL"),
        ("inproc://a\0b", Errno::EINVAL, "NUL"),
        ("carrier-pigeon://roof", Errno::EPROTONOSUPPORT, "carrier-pigeon"),
        ("tcp://127.0.0.1", Errno::EINVAL, "port is missing"),
        ("tcp://127.0.0.1:70000", Errno::EINVAL, "\"70000\""),
        ("tcp://127.0.0.1:-1", Errno::EINVAL, "\"-1\""),
        ("tcp://127.0.0.1:40999abc", Errno::EINVAL, "\"40999abc\""),
        ("tcp://::1", Errno::EINVAL, "brackets"),
        (&long, Errno::ENAMETOOLONG, "at most"),
        ("ipc://@", Errno::EINVAL, "abstract"),
        ("epgm://127.0.0.1;239.1.1.1:5555", Errno::ENOCOMPATPROTO, "epgm"),
        ("udp://127.0.0.1:5555", Errno::ENOCOMPATPROTO, "udp"),
        ("tipc://garbage", Errno::EINVAL, "form"),
    ];
    let (_context, socket) = socket(zmq4::DEALER);
    for (name, call) in calls {
        for (endpoint, errno, why) in refused {
            says(&call(&socket, endpoint).unwrap_err(), name, endpoint, errno, why);
        }
    }
    assert_eq!(socket.last_endpoint().unwrap(), "", "nothing was bound or connected");
}

#[test]
fn an_unknown_endpoint_cannot_be_undone() {
    let calls: [(&str, Attach); 2] = [("zmq_unbind", Socket::unbind), ("zmq_disconnect", Socket::disconnect)];
    let (_context, socket) = socket(zmq4::DEALER);
    for (name, call) in calls {
        for endpoint in ["tcp://127.0.0.1:1", "inproc://nobody", "ipc:///tmp/nobody"] {
            let error = call(&socket, endpoint).unwrap_err();
            says(&error, name, endpoint, Errno::ENOENT, "");
        }
        says(
            &call(&socket, "nonsense").unwrap_err(),
            name,
            "nonsense",
            Errno::EINVAL,
            "",
        );
        says(&call(&socket, "a\0b").unwrap_err(), name, "a\0b", Errno::EINVAL, "NUL");
    }
}

#[test]
fn a_port_that_is_taken() {
    let (context, first) = socket(zmq4::REP);
    let endpoint = bind_tcp(&first);
    let second = context.socket(zmq4::REP).unwrap();
    let error = second.bind(&endpoint).unwrap_err();
    says(&error, "zmq_bind", &endpoint, Errno::EADDRINUSE, "");
}

#[test]
fn an_inproc_name_that_is_taken() {
    let (context, first) = socket(zmq4::REP);
    let name = inproc_name();
    first.bind(&name).unwrap();
    let second = context.socket(zmq4::REP).unwrap();
    says(
        &second.bind(&name).unwrap_err(),
        "zmq_bind",
        &name,
        Errno::EADDRINUSE,
        "",
    );
    first.unbind(&name).unwrap();
    second.bind(&name).unwrap();
}

#[test]
fn addresses_and_interfaces_of_other_machines() {
    let (_context, socket) = socket(zmq4::REP);
    // 192.0.2.0/24 is for documentation and is on no machine.
    let foreign = "tcp://192.0.2.1:*";
    says(
        &socket.bind(foreign).unwrap_err(),
        "zmq_bind",
        foreign,
        Errno::EADDRNOTAVAIL,
        "",
    );
}

/// A label of 64 letters is refused by the resolver itself, and nothing is asked over the network.
#[test]
fn a_host_that_does_not_resolve() {
    deadline(LONG, || {
        let (_context, socket) = socket(zmq4::DEALER);
        let endpoint = format!("tcp://{}.example:5555", "a".repeat(64));
        says(
            &socket.bind(&endpoint).unwrap_err(),
            "zmq_bind",
            &endpoint,
            Errno::ENODEV,
            "",
        );
        // Names are looked up in the background, again and again: they may come to exist.
        socket.connect(&endpoint).unwrap();
        socket.disconnect(&endpoint).unwrap();
    });
}

#[test]
fn wildcards_are_told_by_the_last_endpoint() {
    deadline(LONG, || {
        let (context, server) = socket(zmq4::REP);
        for wildcard in ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0"] {
            server.bind(wildcard).unwrap();
            let endpoint = server.last_endpoint().unwrap();
            let port = endpoint.rsplit(':').next().unwrap();
            assert!(port.parse::<u16>().unwrap() > 0, "{endpoint}");
            let client = context.socket(zmq4::REQ).unwrap();
            client.connect(&format!("tcp://127.0.0.1:{port}")).unwrap();
            client.send(wildcard, Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), wildcard);
            server.send("", Flags::NONE).unwrap();
            server.unbind(&endpoint).unwrap();
        }
    });
}

#[test]
fn a_source_address_is_for_connecting() {
    deadline(LONG, || {
        let (context, server) = socket(zmq4::PULL);
        let port = bind_tcp(&server).rsplit(':').next().unwrap().to_owned();
        let client = context.socket(zmq4::PUSH).unwrap();
        client.connect(&format!("tcp://127.0.0.1:0;127.0.0.1:{port}")).unwrap();
        client.send("from a certain address", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "from a certain address");
        let bound = "tcp://127.0.0.1:0;127.0.0.1:0";
        says(
            &server.bind(bound).unwrap_err(),
            "zmq_bind",
            bound,
            Errno::EINVAL,
            "connecting",
        );
    });
}

#[test]
fn a_transport_that_this_libzmq_lacks() {
    let (_context, socket) = socket(zmq4::SUB);
    let lacking = [
        ("tipc", "tipc://{5555,0}"),
        ("norm", "norm://239.1.1.1:5555"),
        ("vmci", "vmci://2:5555"),
        ("WS", "ws://127.0.0.1:5555"),
        ("WSS", "wss://127.0.0.1:5555"),
        ("pgm", "epgm://127.0.0.1;239.1.1.1:5555"),
    ];
    for (capability, endpoint) in lacking {
        if !zmq4::has(capability) {
            let error = socket.connect(endpoint).unwrap_err();
            says(&error, "zmq_connect", endpoint, Errno::EPROTONOSUPPORT, "");
        }
    }
}

/// The guard comes before libzmq, so it holds whether or not this one was built with pgm.
#[cfg(unix)]
#[test]
fn pgm_without_the_right_to_raw_sockets_is_an_error() {
    crate::support::in_child("text::pgm_without_the_right_to_raw_sockets_is_an_error", LONG, || {
        const NOBODY: libc::uid_t = 65534;
        // SAFETY: changes this process alone, which was started for it; without the right to, nothing changes.
        unsafe { libc::setuid(NOBODY) };
        let (_context, socket) = socket(zmq4::PUB);
        let endpoint = "pgm://127.0.0.1;239.192.1.1:5555";
        says(
            &socket.bind(endpoint).unwrap_err(),
            "zmq_bind",
            endpoint,
            Errno::EPERM,
            "raw sockets",
        );
        says(
            &socket.connect(endpoint).unwrap_err(),
            "zmq_connect",
            endpoint,
            Errno::EPERM,
            "raw sockets",
        );
    });
}

#[cfg(unix)]
mod ipc {
    use super::*;
    use std::os::unix::fs::FileTypeExt;

    #[test]
    fn paths_that_cannot_be_bound() {
        let (_context, socket) = socket(zmq4::REP);
        let name = ipc_name();
        let missing = format!("ipc://{}/no/such/dir", name.dir().display());
        let through_file = "ipc:///etc/passwd/x";
        says(
            &socket.bind(&missing).unwrap_err(),
            "zmq_bind",
            &missing,
            Errno::ENOENT,
            "",
        );
        says(
            &socket.bind(through_file).unwrap_err(),
            "zmq_bind",
            through_file,
            Errno::ENOTDIR,
            "",
        );
    }

    #[test]
    fn a_file_that_is_not_a_socket_survives() {
        let (_context, socket) = socket(zmq4::REP);
        let name = ipc_name();
        std::fs::write(name.path(), "precious").unwrap();
        says(
            &socket.bind(&name).unwrap_err(),
            "zmq_bind",
            &name,
            Errno::EADDRINUSE,
            "not a socket",
        );
        assert_eq!(std::fs::read_to_string(name.path()).unwrap(), "precious");
    }

    #[test]
    fn a_path_is_not_taken_from_who_listens_there() {
        deadline(LONG, || {
            let (context, first) = socket(zmq4::REP);
            let name = ipc_name();
            first.bind(&name).unwrap();
            let second = context.socket(zmq4::REP).unwrap();
            says(
                &second.bind(&name).unwrap_err(),
                "zmq_bind",
                &name,
                Errno::EADDRINUSE,
                "another socket listens on this path",
            );

            let client = context.socket(zmq4::REQ).unwrap();
            client.connect(&name).unwrap();
            client.send("still there?", Flags::NONE).unwrap();
            assert_eq!(first.recv(Flags::NONE).unwrap(), "still there?");

            drop(first);
            eventually(LONG, || second.bind(&name).ok());
        });
    }

    #[test]
    fn a_socket_left_behind_is_in_nobodys_way() {
        let (_context, socket) = socket(zmq4::REP);
        let name = ipc_name();
        drop(std::os::unix::net::UnixListener::bind(name.path()).unwrap());
        assert!(name.path().symlink_metadata().unwrap().file_type().is_socket());
        socket.bind(&name).unwrap();
    }

    #[test]
    fn a_wildcard_path_can_be_connected_to() {
        deadline(LONG, || {
            let (context, server) = socket(zmq4::PULL);
            server.bind("ipc://*").unwrap();
            let client = context.socket(zmq4::PUSH).unwrap();
            client.connect(&server.last_endpoint().unwrap()).unwrap();
            client.send("found", Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), "found");
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_abstract_name_is_no_file() {
        deadline(LONG, || {
            let (context, server) = socket(zmq4::PULL);
            let name = format!("ipc://@{}", unique("zmq4"));
            server.bind(&name).unwrap();
            assert_eq!(server.last_endpoint().unwrap(), name);
            let second = context.socket(zmq4::PULL).unwrap();
            says(
                &second.bind(&name).unwrap_err(),
                "zmq_bind",
                &name,
                Errno::EADDRINUSE,
                "",
            );
            let client = context.socket(zmq4::PUSH).unwrap();
            client.connect(&name).unwrap();
            client.send("found", Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), "found");
        });
    }
}
