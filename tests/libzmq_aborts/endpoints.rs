//! Endpoints that reach another owner, or abort. What is refused as text is in `tests/endpoints/text.rs`.

use std::time::{Duration, Instant};

use zmq4::{Context, DONTWAIT, Errno, Flags, Multipart, Socket, SocketType};

use crate::support::{LONG, bind_tcp, in_child};
use crate::{STABLE, open_timed};

/// D6: a port beyond 65535 is cut to 16 bits by libzmq, and reaches another owner.
#[test]
fn a_port_beyond_65535_reaches_nobody() {
    let context = Context::new().unwrap();
    let server = open_timed(&context, zmq4::PULL);
    let port: u32 = bind_tcp(&server).rsplit(':').next().unwrap().parse().unwrap();
    let client = open_timed(&context, zmq4::PUSH);
    for wrong in [
        format!("{}", port + 65536),
        format!("{port}abc"),
        format!("-{}", 65536 - port),
    ] {
        let error = client.connect(&format!("tcp://127.0.0.1:{wrong}")).unwrap_err();
        assert_eq!(error, Errno::EINVAL, "{wrong}");
    }
    assert_eq!(client.send("lost", DONTWAIT).unwrap_err(), Errno::EAGAIN);
}

/// D2: whatever norm does not like aborts the process in the background, after `bind` has returned.
#[test]
fn norm_that_cannot_be_used() {
    in_child("endpoints::norm_that_cannot_be_used", LONG, || {
        let taken = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let (context, types) = (Context::new().unwrap(), [zmq4::PUB, zmq4::SUB]);
        for endpoint in [
            "norm://garbage".to_owned(),
            "norm://garbage:5555".to_owned(),
            "norm://[::1]:5555".to_owned(),
            "norm://nosuch;239.1.1.1:5555".to_owned(),
            "norm://192.0.2.1;239.1.1.1:5555".to_owned(),
            format!("norm://127.0.0.1:{port}"),
        ] {
            for ty in types {
                assert!(open_timed(&context, ty).bind(&endpoint).is_err(), "{endpoint}");
                assert!(open_timed(&context, ty).connect(&endpoint).is_err(), "{endpoint}");
            }
        }
        // The thread that would abort has had its turn when another transport has delivered a reply.
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        b.connect(&bind_tcp(&a)).unwrap();
        b.send("alive", Flags::NONE).unwrap();
        assert_eq!(a.recv(Flags::NONE).unwrap(), "alive");
    });
}

/// D2: the second of two sockets on one unicast port aborts; the first is not open yet when the second is tried.
#[test]
fn a_norm_port_is_used_once() {
    in_child("endpoints::a_norm_port_is_used_once", LONG, || {
        if !zmq4::has_norm() {
            println!("skipped: this libzmq was built without norm");
            return;
        }
        let free = std::net::UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap();
        let context = Context::new().unwrap();
        let (subscriber, publisher) = (open_timed(&context, zmq4::SUB), open_timed(&context, zmq4::PUB));
        subscriber.bind(&format!("norm://127.0.0.1:{}", free.port())).unwrap();
        for again in ["127.0.0.1", "239.192.77.2", "7,127.0.0.1;239.192.77.2"] {
            let endpoint = format!("norm://{again}:{}", free.port());
            let error = publisher.connect(&endpoint).unwrap_err();
            assert_eq!(error, Errno::EADDRINUSE, "{error}");
            assert!(error.to_string().contains(&format!("port {}", free.port())), "{error}");
        }
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        b.connect(&bind_tcp(&a)).unwrap();
        b.send("alive", Flags::NONE).unwrap();
        assert_eq!(a.recv(Flags::NONE).unwrap(), "alive");
    });
}

/// D3: datagrams that are too large corrupt memory, and those of peers abort the process, unless libzmq is repaired.
#[test]
fn udp_is_for_a_repaired_libzmq() {
    in_child("endpoints::udp_is_for_a_repaired_libzmq", LONG, || {
        const DRAFT: [(i32, bool); 3] = [(14, false), (15, true), (18, true)];
        let context = Context::new().unwrap();
        for (ty, binds) in DRAFT {
            // Without drafts there is no socket to have it.
            let Ok(socket) = context.socket(SocketType::from_raw(ty)) else {
                assert!(!zmq4::has("draft"));
                continue;
            };
            let attach = if binds { Socket::bind } else { Socket::connect };
            if zmq4::has("repaired") {
                attach(&socket, "udp://127.0.0.1:5555").unwrap();
                socket.set_linger(Some(Duration::ZERO)).unwrap();
            } else if zmq4::version() <= (4, 3, 5) {
                let error = attach(&socket, "udp://127.0.0.1:5555").unwrap_err();
                assert_eq!(error, Errno::EPROTONOSUPPORT, "{error}");
                assert!(error.to_string().contains("udp is not safe"), "{error}");
            }
        }
        for ty in STABLE {
            let socket = open_timed(&context, ty);
            for attach in [Socket::bind, Socket::connect] {
                let error = attach(&socket, "udp://127.0.0.1:5555").unwrap_err();
                assert_eq!(error, Errno::ENOCOMPATPROTO, "{error}");
            }
        }
    });
}

/// D7 and D8: what libzmq would answer with an old error number, or accept and take for something else.
#[test]
fn text_that_libzmq_misreads() {
    let context = Context::new().unwrap();
    for (ty, endpoint, why) in [
        (zmq4::REQ, "tipc://garbage", "{type,instance}"),
        (zmq4::REQ, "tipc://{5560,0}@1.2", "{type,instance}"),
        (zmq4::SUB, "epgm://;;;:5555", "the interface is missing"),
        (zmq4::SUB, "epgm://127.0.0.1;;;:5555", "not a multicast address"),
        (zmq4::SUB, "epgm://lo;127.0.0.1:5555", "not a multicast address"),
        (zmq4::REQ, "ws://127.0.0.1:5555/room/seat", "last segment"),
    ] {
        if zmq4::has("repaired") && why == "last segment" {
            open_timed(&context, ty).connect(endpoint).unwrap();
            continue;
        }
        let error = open_timed(&context, ty).connect(endpoint).unwrap_err();
        assert_eq!(error, Errno::EINVAL, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// D9: from where it connects to, a socket is accepted by itself.
#[test]
fn a_socket_is_not_its_own_peer() {
    let context = Context::new().unwrap();
    let port = bind_tcp(&open_timed(&context, zmq4::DEALER))
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let endpoint = format!("tcp://127.0.0.1:{port};127.0.0.1:{port}");
    let error = open_timed(&context, zmq4::DEALER).connect(&endpoint).unwrap_err();
    assert_eq!(error, Errno::EINVAL, "{error}");
    assert!(error.to_string().contains("the peer itself"), "{error}");
}

/// Nothing that is given as text or as a number makes a call panic or wait.
#[test]
fn odd_text_everywhere() {
    in_child("endpoints::odd_text_everywhere", 2 * LONG, || {
        let started = Instant::now();
        let context = Context::new().unwrap();
        let odd = [
            "",
            "\0",
            "://",
            "inproc://",
            "\u{10FFFF}",
            "tcp://\u{202e}:1",
            "a://b://c",
            "%s%n",
            "*",
            "@",
        ];
        for ty in STABLE {
            let socket = open_timed(&context, ty);
            for text in odd {
                for transport in [
                    "", "tcp://", "ws://", "tipc://", "vmci://", "epgm://", "norm://", "udp://", "inproc:/",
                ] {
                    let endpoint = format!("{transport}{text}");
                    assert!(socket.connect(&endpoint).is_err(), "{endpoint}");
                    assert!(socket.bind(&endpoint).is_err(), "{endpoint}");
                    assert!(socket.disconnect(&endpoint).is_err(), "{endpoint}");
                    assert!(socket.unbind(&endpoint).is_err(), "{endpoint}");
                }
            }
        }
        assert!(Multipart::new().pop_envelope().is_none());
        assert!(started.elapsed() < LONG);
    });
}
