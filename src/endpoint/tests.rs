//! What passes, and what is refused with which number and for which reason.

use super::*;
use crate::socket_type::SocketType as Ty;
use AttachMode::{Bind, Connect};

/// The text, and the path that it may be.
fn whole(endpoint: &str, mode: AttachMode, ty: Ty) -> Result<(), Refusal> {
    let endpoint = Endpoint::parse(endpoint, mode, ty)?;
    if endpoint.transport == Transport::Pgm {
        endpoint.check_available()?;
    }
    endpoint.reserve_port()?;
    match mode {
        Bind => endpoint.check_unoccupied(),
        Connect => Ok(()),
    }
}

#[track_caller]
fn passes(mode: AttachMode, ty: Ty, endpoints: &[&str]) {
    for endpoint in endpoints {
        if let Err(refusal) = whole(endpoint, mode, ty) {
            panic!("{mode:?} {ty:?} {endpoint}: {refusal:?}");
        }
    }
}

/// Each endpoint stands with a part of the reason.
#[track_caller]
fn refuses(mode: AttachMode, ty: Ty, errno: Errno, endpoints: &[(&str, &str)]) {
    for (endpoint, reason) in endpoints {
        match whole(endpoint, mode, ty) {
            Ok(()) => panic!("{mode:?} {ty:?} {endpoint}: passed"),
            Err(refusal) => {
                assert_eq!(refusal.errno, errno, "{mode:?} {ty:?} {endpoint}: {refusal:?}");
                assert!(
                    refusal.reason.as_ref().is_some_and(|text| text.contains(reason)),
                    "{mode:?} {ty:?} {endpoint}: {refusal:?}"
                );
            }
        }
    }
}

#[test]
fn text_that_is_no_endpoint() {
    let wrong = [
        ("", "transport://address"),
        ("tcp", "transport://address"),
        ("127.0.0.1:5555", "transport://address"),
        ("tcp:/127.0.0.1:5555", "transport://address"),
        ("://127.0.0.1:5555", "transport is missing"),
        ("tcp://", "address is missing"),
        ("inproc://", "address is missing"),
        ("ipc://", "address is missing"),
        ("inproc://a\0b", "NUL"),
        ("tcp://127.0.0.1:5555\0", "NUL"),
    ];
    refuses(Bind, Ty::REP, Errno::EINVAL, &wrong);
    refuses(Connect, Ty::REQ, Errno::EINVAL, &wrong);
}

#[test]
fn transports() {
    let unknown = [
        ("foo://127.0.0.1:5555", "\"foo\""),
        ("TCP://127.0.0.1:5555", "\"TCP\""),
        (" tcp://127.0.0.1:5555", "\" tcp\""),
        ("http://127.0.0.1:5555", "\"http\""),
    ];
    refuses(Bind, Ty::REP, Errno::EPROTONOSUPPORT, &unknown);
    refuses(Connect, Ty::REQ, Errno::EPROTONOSUPPORT, &unknown);
}

#[test]
fn types_that_a_transport_does_not_carry() {
    let tcp_only = [
        ("inproc://a", "inproc"),
        ("ipc:///tmp/a", "ipc"),
        ("ws://127.0.0.1:5555", "ws"),
        ("tipc://{5555,0}", "tipc"),
        ("vmci://1:5555", "vmci"),
    ];
    refuses(Connect, Ty::STREAM, Errno::ENOCOMPATPROTO, &tcp_only);
    let multicast = [
        ("pgm://eth0;239.1.1.1:5555", "pgm"),
        ("epgm://eth0;239.1.1.1:5555", "epgm"),
        ("norm://239.1.1.1:5555", "norm"),
        ("udp://239.1.1.1:5555", "udp"),
    ];
    for ty in [
        Ty::PAIR,
        Ty::REQ,
        Ty::REP,
        Ty::DEALER,
        Ty::ROUTER,
        Ty::PUSH,
        Ty::PULL,
        Ty::STREAM,
    ] {
        refuses(Bind, ty, Errno::ENOCOMPATPROTO, &multicast);
        refuses(Connect, ty, Errno::ENOCOMPATPROTO, &multicast);
    }
    refuses(Bind, Ty::RADIO, Errno::ENOCOMPATPROTO, &[("udp://*:5555", "udp")]);
    refuses(
        Connect,
        Ty::DISH,
        Errno::ENOCOMPATPROTO,
        &[("udp://127.0.0.1:5555", "udp")],
    );
    refuses(Bind, Ty::DGRAM, Errno::ENOCOMPATPROTO, &[("tcp://*:5555", "tcp")]);
}

#[test]
fn inproc() {
    passes(
        Bind,
        Ty::PAIR,
        &["inproc://a", "inproc:// ", "inproc://*", "inproc://a://b", "inproc://ä"],
    );
    passes(Bind, Ty::REP, &["inproc://zeromq.zap.01"]);
    passes(Bind, Ty::ROUTER, &["inproc://zeromq.zap.01"]);
    passes(Connect, Ty::REQ, &["inproc://zeromq.zap.01"]);
    let zap = [("inproc://zeromq.zap.01", "authentication handler")];
    for ty in [Ty::PAIR, Ty::PULL, Ty::DEALER, Ty::SUB, Ty::XPUB] {
        refuses(Bind, ty, Errno::ENOCOMPATPROTO, &zap);
    }
    let endpoint = Endpoint::parse("inproc://a", Bind, Ty::PAIR).unwrap();
    assert_eq!((endpoint.transport, endpoint.address), (Transport::Inproc, "a"));
}

#[test]
fn tcp_bind() {
    let right = [
        "tcp://*:*",
        "tcp://*:0",
        "tcp://*:5555",
        "tcp://0.0.0.0:65535",
        "tcp://127.0.0.1:1",
        "tcp://127.0.0.1:05555",
        "tcp://localhost:*",
        "tcp://lo:*",
        "tcp://eth0:5555",
        "tcp://eth0.100:5555",
        "tcp://eth0:1:5555",
        "tcp://Local Area Connection:5555",
        "tcp://[::]:*",
        "tcp://[::1]:5555",
        "tcp://[::ffff:127.0.0.1]:5555",
        "tcp://[fe80::1%eth0]:5555",
        "tcp://[fe80::1%2]:5555",
    ];
    passes(Bind, Ty::REP, &right);
    passes(Bind, Ty::STREAM, &right);
    let wrong = [
        ("tcp://127.0.0.1", "port is missing"),
        ("tcp://127.0.0.1:", "port is missing"),
        ("tcp://[::1]", "port is missing"),
        ("tcp://:5555", "host is missing"),
        ("tcp://127.0.0.1:65536", "\"65536\""),
        ("tcp://127.0.0.1:70000", "\"70000\""),
        ("tcp://127.0.0.1:-1", "\"-1\""),
        ("tcp://127.0.0.1:+1", "\"+1\""),
        ("tcp://127.0.0.1:00", "\"00\""),
        ("tcp://127.0.0.1:5555 ", "\"5555 \""),
        ("tcp://127.0.0.1: 5555", "\" 5555\""),
        ("tcp://127.0.0.1:5555\n", "5555"),
        ("tcp://127.0.0.1:40999abc", "\"40999abc\""),
        ("tcp://127.0.0.1:0x10", "\"0x10\""),
        ("tcp://127.0.0.1:5555/path", "\"5555/path\""),
        ("tcp://127.0.0.1:!", "\"!\""),
        ("tcp://127.0.0.1:http", "\"http\""),
        ("tcp://::1", "brackets"),
        ("tcp://fe80::1", "brackets"),
        ("tcp://[::1:5555", "brackets"),
        ("tcp://[lo]:5555", "not an IPv6 address"),
        ("tcp://[127.0.0.1]:5555", "not an IPv6 address"),
        ("tcp://[]:5555", "not an IPv6 address"),
        ("tcp://[::1%]:5555", "zone"),
        ("tcp://[::1%0]:5555", "zone"),
        ("tcp://[::1%1x]:5555", "zone"),
        ("tcp://[::1%a b]:5555", "zone"),
        ("tcp://127.0.0.1%lo:5555", "zone"),
        ("tcp://127.0.0.1:0;127.0.0.1:5555", "connecting"),
    ];
    refuses(Bind, Ty::REP, Errno::EINVAL, &wrong);
}

#[test]
fn tcp_connect() {
    let right = [
        "tcp://127.0.0.1:5555",
        "tcp://localhost:65535",
        "tcp://a-b.example_c.org:80",
        "tcp://3com.example:80",
        "tcp://[::1]:5555",
        "tcp://[fe80::1%eth0]:5555",
        "tcp://::1:5555",
        "tcp://fe80::1%eth0:5555",
        "tcp://::ffff:127.0.0.1:5555",
        "tcp://::1:0;[::1]:1235",
        "tcp://127.0.0.1:0;[::ffff:127.0.0.1]:1235",
        "tcp://127.0.0.1:0;localhost:1234",
        "tcp://127.0.0.1:*;localhost:1234",
        "tcp://lo:5555;localhost:1235",
        "tcp://[::1]:0;[::1]:1235",
    ];
    passes(Connect, Ty::REQ, &right);
    let wrong = [
        ("tcp://localhost", "port is missing"),
        ("tcp://localhost:", "port is missing"),
        ("tcp://localhost:0", "for bind only"),
        ("tcp://localhost:*", "for bind only"),
        ("tcp://*:5555", "for bind only"),
        ("tcp://:5555", "host is missing"),
        ("tcp://localhost:invalid", "\"invalid\""),
        ("tcp://localhost:65537", "\"65537\""),
        ("tcp://localhost:70000", "\"70000\""),
        ("tcp://localhost:40999abc", "\"40999abc\""),
        ("tcp://localhost:-1", "\"-1\""),
        ("tcp://localhost:99999999999999999999", "not a port"),
        ("tcp://in val id:1234", "not a host"),
        ("tcp://host/path:1234", "not a host"),
        ("tcp://user@host:1234", "not a host"),
        ("tcp://-host:1234", "not a host"),
        ("tcp://ä.example:1234", "not a host"),
        ("tcp://127.0.0.1:5555:6666", "brackets"),
        ("tcp://[::1]x:5555", "brackets"),
        ("tcp://[::g]:5555", "not an IPv6 address"),
        ("tcp://host%lo:5555", "zone"),
        ("tcp://127.0.0.1;localhost:1234", "port is missing"),
        ("tcp://;localhost:1234", "port is missing"),
        ("tcp://*:0;localhost:1234", "not a host"),
        ("tcp://127.0.0.1:0;", "port is missing"),
        ("tcp://127.0.0.1:0;localhost:*", "for bind only"),
        ("tcp://127.0.0.1:x;localhost:1234", "\"x\""),
        ("tcp://127.0.0.1:1234;127.0.0.1:1234", "the peer itself"),
        ("tcp://[::1]:1234;::1:1234", "the peer itself"),
        ("tcp://127.0.0.1:0;[::1]:1234", "not of one family"),
        ("tcp://[::1]:0;127.0.0.1:1234", "not of one family"),
        ("tcp://::1", "brackets"),
        ("tcp://1:2:3:4:5:6:7:8", "brackets"),
        ("tcp://::1%:5555", "zone"),
        ("tcp://::12345:5555", "brackets"),
        ("tcp://127.0.0.1:0;127.0.0.1:0;localhost:1234", "more than one"),
    ];
    refuses(Connect, Ty::REQ, Errno::EINVAL, &wrong);
    let long = format!("tcp://{}:80", "a".repeat(254));
    refuses(Connect, Ty::REQ, Errno::ENAMETOOLONG, &[(&long, "at most 253")]);
    refuses(Bind, Ty::REP, Errno::ENAMETOOLONG, &[(&long, "at most 253")]);
}

#[test]
fn ws() {
    passes(
        Bind,
        Ty::REP,
        &[
            "ws://*:*",
            "ws://*:*/roundtrip",
            "ws://127.0.0.1:0/",
            "wss://[::1]:443/a-b",
        ],
    );
    passes(
        Connect,
        Ty::REQ,
        &[
            "ws://localhost:80",
            "wss://example.org:443/chat?room=1",
            "ws://::1:80/a",
        ],
    );
    let wrong = [
        ("ws://localhost", "port is missing"),
        ("ws://localhost/a", "port is missing"),
        ("ws://localhost:/a", "port is missing"),
        ("ws://localhost:80x/a", "\"80x\""),
        ("ws://localhost:0/a", "for bind only"),
        ("ws://localhost:80/a b", "not a path"),
        ("ws://localhost:80/a:b", "not a path"),
        ("ws://localhost:80/a\r\nHost: x", "not a path"),
        ("ws://localhost:80/ä", "not a path"),
        ("ws://::1", "brackets"),
    ];
    refuses(Connect, Ty::REQ, Errno::EINVAL, &wrong);
    let segments = ["ws://localhost:80/a/b"];
    if crate::version::repaired() {
        passes(Connect, Ty::REQ, &segments);
    } else {
        refuses(Connect, Ty::REQ, Errno::EINVAL, &[(segments[0], "last segment")]);
    }
    let long = format!("ws://localhost:80/{}", "a".repeat(1025));
    refuses(Connect, Ty::REQ, Errno::ENAMETOOLONG, &[(&long, "at most 1024")]);
}

#[test]
fn ipv6_addresses() {
    let with = [
        "tcp://[::1]:5555",
        "tcp://::1:*",
        "tcp://[fe80::1%eth0]:5555",
        "tcp://lo:0;[::1]:5555",
        "tcp://[::1]:0;localhost:5555",
        "ws://[::1]:80/a",
        "wss://::1:80/a",
        "udp://[ff02::1]:5555",
        "udp://::1;[ff02::1]:5555",
    ];
    for endpoint in with {
        assert!(Endpoint::split(endpoint).unwrap().has_ipv6(), "{endpoint}");
    }
    let without = [
        "tcp://127.0.0.1:5555",
        "tcp://*:*",
        "tcp://localhost:5555",
        "tcp://127.0.0.1:0;localhost:5555",
        "ws://localhost:80/::1",
        "udp://eth0;239.1.1.1:5555",
        "ipc:///tmp/::1",
        "inproc://::1",
        // OpenPGM has its own resolver.
        "epgm://[::1];[ff02::1]:5555",
    ];
    for endpoint in without {
        assert!(!Endpoint::split(endpoint).unwrap().has_ipv6(), "{endpoint}");
    }
}

#[test]
fn ipc_text() {
    passes(
        Bind,
        Ty::REP,
        &[
            "ipc://*",
            "ipc://@name",
            "ipc:///nowhere/at/all",
            "ipc://nothing/here",
            "ipc:///etc/passwd/x",
        ],
    );
    passes(
        Connect,
        Ty::REQ,
        &["ipc://@name", "ipc:///etc/passwd", "ipc://a b", "ipc://ä"],
    );
    refuses(
        Bind,
        Ty::REP,
        Errno::EINVAL,
        &[("ipc://@", "abstract"), ("ipc://*name", "wildcard")],
    );
    refuses(
        Connect,
        Ty::REQ,
        Errno::EINVAL,
        &[("ipc://@", "abstract"), ("ipc://*", "wildcard")],
    );
}

#[test]
#[cfg(unix)]
fn ipc_length() {
    let room = size_of::<libc::sockaddr_un>() - std::mem::offset_of!(libc::sockaddr_un, sun_path);
    let fits = format!("ipc://{}", "a".repeat(room - 1));
    let long = format!("ipc://{}", "a".repeat(room));
    for mode in [Bind, Connect] {
        passes(mode, Ty::PAIR, &[&fits]);
        refuses(mode, Ty::PAIR, Errno::ENAMETOOLONG, &[(&long, "bytes here")]);
    }
}

#[test]
#[cfg(unix)]
fn ipc_files() {
    use std::os::unix::net::{UnixDatagram, UnixListener};

    let dir = std::env::temp_dir().join(format!("zmq4-endpoint-{}", std::process::id()));
    std::fs::create_dir(&dir).unwrap();
    let at = |name: &str| format!("ipc://{}", dir.join(name).display());

    std::fs::write(dir.join("file"), "precious").unwrap();
    std::fs::create_dir(dir.join("dir")).unwrap();
    std::os::unix::fs::symlink(dir.join("file"), dir.join("link")).unwrap();
    for name in ["file", "dir", "link"] {
        refuses(Bind, Ty::REP, Errno::EADDRINUSE, &[(&at(name), "not a socket")]);
        passes(Connect, Ty::REQ, &[&at(name)]);
    }

    let stream = UnixListener::bind(dir.join("stream")).unwrap();
    let datagram = UnixDatagram::bind(dir.join("datagram")).unwrap();
    for name in ["stream", "datagram"] {
        refuses(
            Bind,
            Ty::REP,
            Errno::EADDRINUSE,
            &[(&at(name), "another socket listens")],
        );
    }
    stream.set_nonblocking(true).unwrap();
    assert!(stream.accept().is_err(), "the check disturbs the listener");
    drop((stream, datagram));
    passes(Bind, Ty::REP, &[&at("stream"), &at("datagram"), &at("nothing")]);

    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn pgm() {
    let right = [
        "epgm://eth0;239.192.1.1:5555",
        "epgm://192.168.1.1;239.192.1.1:5555",
        "epgm://[::1];[ff02::1]:5555",
    ];
    for mode in [Bind, Connect] {
        passes(mode, Ty::PUB, &right);
        passes(mode, Ty::XSUB, &right);
    }
    let wrong = [
        ("epgm://;;;:5555", "interface is missing"),
        ("epgm://:5555", "interface is missing"),
        ("epgm://239.192.1.1:5555", "interface is missing"),
        ("epgm://;239.192.1.1:5555", "interface is missing"),
        ("epgm://eth0;127.0.0.1:5555", "not a multicast address"),
        ("epgm://eth0;example.org:5555", "not a multicast address"),
        ("epgm://eth0;ff02::1:5555", "not a multicast address"),
        ("epgm://eth0;[239.192.1.1]:5555", "not a multicast address"),
        ("epgm://eth 0;239.192.1.1:5555", "not an interface"),
        ("epgm://239.1.1.1;239.192.1.1:5555", "no interface's address"),
        ("epgm://[ff02::2%eth0];[ff02::1]:5555", "no interface's address"),
        ("epgm://[fe80::1];239.192.1.1:5555", "not of one family"),
        ("epgm://192.168.1.1;[ff02::1]:5555", "not of one family"),
        ("epgm://eth0;239.192.1.1", "port is missing"),
        ("epgm://eth0;239.192.1.1:0", "port 0"),
        ("epgm://eth0;239.192.1.1:*", "port *"),
        ("epgm://eth0;239.192.1.1:70000", "\"70000\""),
        ("pgm://garbage", "port is missing"),
    ];
    refuses(Connect, Ty::SUB, Errno::EINVAL, &wrong);
    let long = format!("epgm://{};239.192.1.1:5555", "e".repeat(250));
    refuses(Connect, Ty::SUB, Errno::ENAMETOOLONG, &[(&long, "at most 254")]);
}

#[test]
fn norm() {
    let free = || std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.local_addr());
    for form in [
        "127.0.0.1",
        "7,127.0.0.1",
        "*,127.0.0.1;127.0.0.1",
        "127.0.0.1;239.1.1.1",
    ] {
        // Another process may take a free port before it is tried, but not three in a row.
        let endpoint = || format!("norm://{form}:{}", free().map_or(0, |address| address.port()));
        assert!((0..3).any(|_| whole(&endpoint(), Connect, Ty::PUB).is_ok()), "{form}");
    }
    let wrong = [
        ("norm://garbage", "port is missing"),
        ("norm://garbage:5555", "not an IPv4 address"),
        ("norm://*:5555", "not an IPv4 address"),
        ("norm://[::1]:5555", "not an IPv4 address"),
        ("norm://eth0;239.1.1.1:5555", "not an IPv4 address"),
        ("norm://x,239.1.1.1:5555", "not a node id"),
        ("norm://99999999999,239.1.1.1:5555", "not a node id"),
        ("norm://239.1.1.1:x", "\"x\""),
        ("norm://239.1.1.1:0", "port 0"),
    ];
    refuses(Bind, Ty::SUB, Errno::EINVAL, &wrong);
}

#[test]
fn norm_addresses_that_cannot_be_used() {
    let taken = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let held = format!("norm://127.0.0.1:{port}");
    refuses(Bind, Ty::SUB, Errno::EADDRINUSE, &[(&held, "could not use")]);
    // 192.0.2.0/24 is for documentation and is on no machine.
    let foreign = "norm://192.0.2.1;239.1.1.1:5555";
    assert!(whole(foreign, Bind, Ty::SUB).is_err());
}

#[test]
fn tipc() {
    let bound = [
        "tipc://{5560,0,0}",
        "tipc://{5560, 0, 100}",
        "tipc://{64,0,0}",
        "tipc://{5560,0}",
        "tipc://<*>",
    ];
    passes(Bind, Ty::REP, &bound);
    let connected = [
        "tipc://{5560,0}",
        "tipc://{5560, 0}",
        "tipc://{5560,0}@0.0.0",
        "tipc://<1.1.1:4711>",
    ];
    passes(Connect, Ty::REQ, &connected);
    let wrong_to_bind = [
        ("tipc://garbage", "{type,lower,upper}"),
        ("tipc://{5560,0,0", "{type,lower,upper}"),
        ("tipc://{5560,0,0}x", "{type,lower,upper}"),
        ("tipc://{5560,1,0}", "{type,lower,upper}"),
        ("tipc://{63,0,0}", "{type,lower,upper}"),
        ("tipc://{-1,0,0}", "{type,lower,upper}"),
        ("tipc://{4294967296,0,0}", "{type,lower,upper}"),
        ("tipc://<*>x", "{type,lower,upper}"),
        ("tipc://<1.1.1:4711>", "{type,lower,upper}"),
    ];
    refuses(Bind, Ty::REP, Errno::EINVAL, &wrong_to_bind);
    let wrong_to_connect = [
        ("tipc://{5560}", "{type,instance}"),
        ("tipc://{5560,0,0}", "{type,instance}"),
        ("tipc://{5560,0}@1.2", "{type,instance}"),
        ("tipc://{5560,0}@1.2.3.4", "{type,instance}"),
        ("tipc://<*>", "{type,instance}"),
        ("tipc://<1.1:4711>", "{type,instance}"),
    ];
    refuses(Connect, Ty::REQ, Errno::EINVAL, &wrong_to_connect);
}

#[test]
fn vmci() {
    passes(
        Bind,
        Ty::REP,
        &["vmci://*:*", "vmci://@:5555", "vmci://2:*", "vmci://4294967295:1"],
    );
    passes(Connect, Ty::REQ, &["vmci://2:5555", "vmci://@:5555"]);
    let wrong = [
        ("vmci://2", "port is missing"),
        ("vmci://:5555", "not a context id"),
        ("vmci://x:5555", "not a context id"),
        ("vmci://*:5555", "not a context id"),
        ("vmci://2:*", "not a port"),
        ("vmci://2:x", "not a port"),
        ("vmci://2:4294967296", "not a port"),
    ];
    refuses(Connect, Ty::REQ, Errno::EINVAL, &wrong);
}

#[test]
fn udp() {
    passes(
        Bind,
        Ty::DISH,
        &[
            "udp://*:5555",
            "udp://eth0;239.1.1.1:5555",
            "udp://eth0;[ff02::1]:5555",
            "udp://127.0.0.1:*",
        ],
    );
    passes(
        Connect,
        Ty::RADIO,
        &[
            "udp://239.1.1.1:5555",
            "udp://eth0;239.1.1.1:5555",
            "udp://localhost:5555",
        ],
    );
    passes(Bind, Ty::DGRAM, &["udp://127.0.0.1:5555"]);
    refuses(Bind, Ty::DGRAM, Errno::EINVAL, &[("udp://[::1]:5555", "IPv6")]);
    refuses(
        Connect,
        Ty::RADIO,
        Errno::EINVAL,
        &[("udp://localhost:70000", "\"70000\""), ("udp://localhost", "port")],
    );
}
