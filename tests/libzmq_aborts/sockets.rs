//! Sockets of the wrong type in the wrong place.

use zmq4::{Context, DONTWAIT, Errno, Flags, SocketType};

use crate::support::{LONG, eventually, in_child, inproc_name};
use crate::{STABLE, open_timed, pair};

/// C8: STREAM over inproc aborts with a PAIR, REQ, DEALER, PUSH or XSUB.
#[test]
fn stream_is_for_tcp() {
    in_child("sockets::stream_is_for_tcp", LONG, || {
        let context = Context::new().unwrap();
        let stream = open_timed(&context, zmq4::STREAM);
        let name = inproc_name();
        for error in [stream.bind(&name).unwrap_err(), stream.connect(&name).unwrap_err()] {
            assert_eq!(error, Errno::ENOCOMPATPROTO);
            assert!(error.to_string().contains("STREAM"), "{error}");
        }
        #[cfg(unix)]
        assert_eq!(stream.bind("ipc://*").unwrap_err(), Errno::ENOCOMPATPROTO);
        stream.bind("tcp://127.0.0.1:*").unwrap();
    });
}

/// C8: libzmq pairs any two types over inproc. They do not understand each other, and that is all.
#[test]
fn wrong_peers_over_inproc_do_no_harm() {
    in_child("sockets::wrong_peers_over_inproc_do_no_harm", 2 * LONG, || {
        let context = Context::new().unwrap();
        for binder in STABLE {
            for connecter in STABLE {
                let (a, b) = (open_timed(&context, binder), open_timed(&context, connecter));
                let name = inproc_name();
                let bound = a.bind(&name);
                assert_eq!(bound.is_ok(), binder != zmq4::STREAM);
                let connected = b.connect(&name);
                assert_eq!(connected.is_ok(), connecter != zmq4::STREAM);
                for socket in [&a, &b] {
                    // Types that only receive, or are out of turn, say so; nothing else can be known of the returns.
                    let _ = socket.send_message_dontwait(["one", "two"]);
                    let _ = socket.recv_message(DONTWAIT);
                    let _ = socket.send("x", DONTWAIT);
                    let _ = socket.recv(DONTWAIT);
                }
            }
        }
        context.term().unwrap();
    });
}

/// C9: a handler of another type aborts the process when the first peer comes.
#[test]
fn the_address_of_the_authentication_handler() {
    in_child("sockets::the_address_of_the_authentication_handler", LONG, || {
        const ZAP: &str = "inproc://zeromq.zap.01";
        let context = Context::new().unwrap();
        for ty in STABLE {
            let socket = open_timed(&context, ty);
            if ty == zmq4::REP || ty == zmq4::ROUTER {
                eventually(LONG, || socket.bind(ZAP).ok());
                socket.unbind(ZAP).unwrap();
            } else {
                let error = socket.bind(ZAP).unwrap_err();
                assert_eq!(error, Errno::ENOCOMPATPROTO, "{ty}");
            }
        }
    });
}

/// C10: a libzmq without drafts makes these sockets, and aborts when the first peer comes.
#[test]
fn types_that_do_not_exist() {
    in_child("sockets::types_that_do_not_exist", LONG, || {
        let context = Context::new().unwrap();
        let wrong = [-1, i32::MIN, 21, 99, i32::MAX];
        let draft = if zmq4::has("draft") { 0..0 } else { 12..21 };
        for raw in draft.chain(wrong) {
            let error = context.socket(SocketType::from_raw(raw)).unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{raw}");
            assert!(error.to_string().starts_with("zmq_socket("), "{error}");
        }
    });
}

/// C19: libzmq leaves an error number behind after calls that succeed.
#[test]
fn success_is_not_taken_for_failure() {
    let (_context, a, b) = pair();
    for _ in 0..10 {
        b.recv(DONTWAIT).unwrap_err();
        a.linger().unwrap();
        a.set_maxmsgsize(Some(100)).unwrap();
        a.send("fine", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "fine");
    }
}
