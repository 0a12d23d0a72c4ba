//! Transports that this libzmq or this kernel may not have: they work, or they say what is missing.

use zmq4::{Context, Errno, Error, SocketType};

#[cfg(target_os = "linux")]
use crate::support::deadline;
use crate::support::{LONG, in_child};
use crate::transports::open_with;

/// Both calls, with sockets that the transport carries.
fn refusals(binds: &str, connects: &str, types: [SocketType; 2]) -> [Error; 2] {
    let context = Context::new().unwrap();
    [
        open_with(&context, types[0], false).bind(binds).unwrap_err(),
        open_with(&context, types[1], false).connect(connects).unwrap_err(),
    ]
}

#[track_caller]
fn say(errors: [Error; 2], errno: Errno, why: &str) {
    for error in errors {
        assert_eq!(error, errno, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn transport_not_built_in_is_reported() {
    let (major, minor, patch) = zmq4::version();
    let optional = [
        ("ipc", "ipc", "ipc://@a", "ipc://@a"),
        ("tipc", "tipc", "tipc://{5560,0,0}", "tipc://{5560,0}"),
        ("vmci", "vmci", "vmci://*:*", "vmci://@:5555"),
        ("norm", "norm", "norm://239.192.1.1:5555", "norm://239.192.1.1:5555"),
        (
            "epgm",
            "pgm",
            "epgm://127.0.0.1;239.192.1.1:5555",
            "epgm://127.0.0.1;239.192.1.1:5555",
        ),
        ("ws", "WS", "ws://127.0.0.1:*", "ws://127.0.0.1:5555"),
        ("wss", "WSS", "wss://127.0.0.1:*", "wss://127.0.0.1:5555"),
    ];
    for (transport, capability, binds, connects) in optional {
        if !zmq4::has(capability) {
            let why = format!("this libzmq {major}.{minor}.{patch} was built without {transport} (EPROTONOSUPPORT)");
            let errors = refusals(binds, connects, [zmq4::PUB, zmq4::SUB]);
            say(errors, Errno::EPROTONOSUPPORT, &why);
        }
    }
}

/// Without the kernel's part libzmq accepts the connect, and tries indefinitely; its bind says no more than a number.
#[cfg(target_os = "linux")]
#[test]
fn tipc_works_or_says_what_is_missing() {
    if !zmq4::has("tipc") {
        println!("skipped: this libzmq was built without tipc");
        return;
    }
    // SAFETY: takes integers only.
    let fd = unsafe { libc::socket(libc::AF_TIPC, libc::SOCK_STREAM, 0) };
    let (binds, connects) = ("tipc://{5560,0,0}", "tipc://{5560,0}");
    if fd < 0 {
        let errors = refusals(binds, connects, [zmq4::REP, zmq4::REQ]);
        say(errors, Errno::EAFNOSUPPORT, "this kernel has no TIPC");
        return;
    }
    // SAFETY: just made, and used nowhere else.
    unsafe { libc::close(fd) };
    deadline(LONG, move || {
        for (number, pattern) in crate::transports::exchange::PATTERNS.iter().enumerate() {
            // Who closes in the background may still have the last name, and names are shared out among all who have them.
            let instance = std::process::id() as usize * 16 + number;
            let (binds, connects) = (
                format!("tipc://{{5560,{instance},{instance}}}"),
                format!("tipc://{{5560,{instance}}}"),
            );
            let context = Context::new().unwrap();
            let first = open_with(&context, pattern.first, false);
            let second = open_with(&context, pattern.second, false);
            first.bind(&binds).unwrap();
            second.connect(&connects).unwrap();
            (pattern.exchange)(&first, &second);
        }
    });
}

/// One publisher and one subscriber over a group of this machine.
#[test]
fn norm_works_where_it_was_built_in() {
    in_child("transports::lacking::norm_works_where_it_was_built_in", LONG, || {
        if !zmq4::has_norm() {
            println!("skipped: this libzmq was built without norm");
            return;
        }
        let port = std::net::UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let endpoint = format!("norm://127.0.0.1;239.192.77.1:{port}");
        let context = Context::new().unwrap();
        let publisher = open_with(&context, zmq4::PUB, false);
        let subscriber = open_with(&context, zmq4::SUB, false);
        subscriber.subscribe("it").unwrap();
        subscriber.bind(&endpoint).unwrap();
        publisher.connect(&endpoint).unwrap();
        let received = crate::support::eventually(LONG / 2, || {
            publisher.send_message(("it", "is there")).unwrap();
            subscriber.recv_message(zmq4::DONTWAIT).ok()
        });
        assert_eq!(received, ["it", "is there"]);
    });
}

/// Without a Kerberos ticket no peer gets in, and nothing aborts.
#[test]
fn gssapi_without_kerberos_lets_nobody_in() {
    in_child(
        "transports::lacking::gssapi_without_kerberos_lets_nobody_in",
        LONG,
        || {
            let context = Context::new().unwrap();
            let server = open_with(&context, zmq4::PULL, false);
            let client = open_with(&context, zmq4::PUSH, false);
            if !zmq4::has_gssapi() {
                let error = server.set_gssapi_server(true).unwrap_err();
                assert!(error.to_string().contains("built without gssapi"), "{error}");
                return;
            }
            server.set_gssapi_server(true).unwrap();
            server.set_gssapi_principal("zmq4-nobody").unwrap();
            client.set_gssapi_principal("zmq4-noone").unwrap();
            client.set_gssapi_service_principal("zmq4-nobody").unwrap();
            server.bind("tcp://127.0.0.1:*").unwrap();
            client.connect(&server.last_endpoint().unwrap()).unwrap();
            client.send("let me in", zmq4::Flags::NONE).unwrap();
            server
                .set_rcvtimeo(Some(std::time::Duration::from_millis(300)))
                .unwrap();
            assert_eq!(server.recv(zmq4::Flags::NONE).unwrap_err(), Errno::EAGAIN);
        },
    );
}
