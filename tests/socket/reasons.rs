//! Errors whose number alone leaves a user guessing: each says what is wrong, and what to do.

use std::time::Duration;

use zmq4::{Context, DONTWAIT, Errno, Error, Flags, Message, Multipart, SNDMORE, Socket, SocketType};

use crate::support::{LONG, in_child, inproc_name};

struct Failure {
    what: &'static str,
    fails: fn(&Context) -> Error,
    errno: Errno,
    text: &'static [&'static str],
}

fn socket(context: &Context, ty: SocketType) -> Socket {
    context.socket(ty).unwrap()
}

/// A bound socket, and another one that is connected to it.
fn joined(context: &Context, bound: SocketType, connected: SocketType) -> (Socket, Socket) {
    let (a, b) = (socket(context, bound), socket(context, connected));
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (a, b)
}

fn mandatory(context: &Context) -> Socket {
    let router = socket(context, zmq4::ROUTER);
    router.set_router_mandatory(true).unwrap();
    router.bind(&inproc_name()).unwrap();
    router
}

fn timed(context: &Context, ty: SocketType) -> Socket {
    let socket = socket(context, ty);
    let short = Duration::from_millis(12);
    socket.set_rcvtimeo(short).unwrap();
    socket.set_sndtimeo(short).unwrap();
    socket
}

/// Leaves the process hardly any descriptors.
#[cfg(unix)]
fn socket_beyond_the_limit(context: &Context) -> Error {
    let few = libc::rlimit {
        rlim_cur: 24,
        rlim_max: 24,
    };
    // SAFETY: the limit is live for the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &few) }, 0);
    let mut sockets = Vec::new();
    loop {
        match context.socket(zmq4::PAIR) {
            Ok(socket) => sockets.push(socket),
            Err(error) => return error,
        }
        assert!(sockets.len() < 24);
    }
}

const CANNOT_SEND: &[&str] = &["zmq_msg_send: a SUB socket cannot send"];
const CANNOT_RECEIVE: &[&str] = &["zmq_msg_recv: a PUSH socket cannot receive"];
const NO_REPLY: &[&str] = &["a REQ receives the reply before it sends the next request"];
const NO_REQUEST: &[&str] = &["a REQ sends a request before it receives the reply"];
const NO_PEER: &[&str] = &["zmq_msg_send: no peer has the routing id \"\\x00shop\""];
const NOT_SENT: &[&str] = &["zmq_msg_send(ZMQ_SNDTIMEO): the message could not be queued within 12 ms"];
const NOT_RECEIVED: &[&str] = &["zmq_msg_recv(ZMQ_RCVTIMEO): no message arrived within 12 ms"];
const NOT_BOUND: &[&str] = &["neither bound nor connected to this endpoint"];

const FAILURES: &[Failure] = &[
    Failure {
        what: "send on a SUB",
        fails: |context| socket(context, zmq4::SUB).send("x", Flags::NONE).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: CANNOT_SEND,
    },
    Failure {
        what: "send of a Message on a SUB",
        fails: |context| {
            let sub = socket(context, zmq4::SUB);
            sub.send(Message::from("x"), DONTWAIT).unwrap_err()
        },
        errno: Errno::ENOTSUP,
        text: CANNOT_SEND,
    },
    Failure {
        what: "send of frames on a SUB",
        fails: |context| socket(context, zmq4::SUB).send_message(("x", "y")).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: CANNOT_SEND,
    },
    Failure {
        what: "send of a Multipart on a SUB",
        fails: |context| {
            let sub = timed(context, zmq4::SUB);
            sub.send_message(Multipart::from(["x", "y"])).unwrap_err()
        },
        errno: Errno::ENOTSUP,
        text: CANNOT_SEND,
    },
    Failure {
        what: "receive on a PUSH",
        fails: |context| socket(context, zmq4::PUSH).recv(Flags::NONE).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: CANNOT_RECEIVE,
    },
    Failure {
        what: "receive into a buffer on a PUSH",
        fails: |context| socket(context, zmq4::PUSH).recv_into(&mut [0], DONTWAIT).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: CANNOT_RECEIVE,
    },
    Failure {
        what: "receive of frames on a PUSH",
        fails: |context| socket(context, zmq4::PUSH).recv_message(Flags::NONE).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: CANNOT_RECEIVE,
    },
    Failure {
        what: "receive into a Multipart on a PUSH with a timeout",
        fails: |context| {
            let push = timed(context, zmq4::PUSH);
            push.recv_message_into(&mut Multipart::new(), Flags::NONE).unwrap_err()
        },
        errno: Errno::ENOTSUP,
        text: CANNOT_RECEIVE,
    },
    Failure {
        what: "receive on a PUB",
        fails: |context| socket(context, zmq4::PUB).recv(Flags::NONE).unwrap_err(),
        errno: Errno::ENOTSUP,
        text: &["a PUB socket cannot receive"],
    },
    Failure {
        what: "two requests",
        fails: |context| {
            let (_rep, req) = joined(context, zmq4::REP, zmq4::REQ);
            req.send("one", Flags::NONE).unwrap();
            req.send("two", Flags::NONE).unwrap_err()
        },
        errno: Errno::EFSM,
        text: NO_REPLY,
    },
    Failure {
        what: "a REQ that receives first",
        fails: |context| socket(context, zmq4::REQ).recv(Flags::NONE).unwrap_err(),
        errno: Errno::EFSM,
        text: NO_REQUEST,
    },
    Failure {
        what: "a REP that sends first",
        fails: |context| socket(context, zmq4::REP).send("x", Flags::NONE).unwrap_err(),
        errno: Errno::EFSM,
        text: &["a REP receives a request before it sends the reply"],
    },
    Failure {
        what: "a REP that receives twice",
        fails: |context| {
            let (rep, req) = joined(context, zmq4::REP, zmq4::REQ);
            req.send("one", Flags::NONE).unwrap();
            rep.recv(Flags::NONE).unwrap();
            rep.recv(Flags::NONE).unwrap_err()
        },
        errno: Errno::EFSM,
        text: &["a REP sends the reply before it receives the next request"],
    },
    Failure {
        what: "subscribe on a PUB",
        fails: |context| socket(context, zmq4::PUB).subscribe("x").unwrap_err(),
        errno: Errno::EINVAL,
        text: &["zmq_setsockopt(ZMQ_SUBSCRIBE): a PUB socket cannot subscribe: a SUB does"],
    },
    Failure {
        what: "subscribe on an XSUB",
        fails: |context| socket(context, zmq4::XSUB).subscribe("x").unwrap_err(),
        errno: Errno::EINVAL,
        text: &["an XSUB subscribes by sending the byte 1 and the topic"],
    },
    Failure {
        what: "subscribe on an XPUB that is not manual",
        fails: |context| socket(context, zmq4::XPUB).subscribe("x").unwrap_err(),
        errno: Errno::EINVAL,
        text: &["an XPUB subscribes a peer only with ZMQ_XPUB_MANUAL"],
    },
    Failure {
        what: "unbind of what is not bound",
        fails: |context| socket(context, zmq4::PULL).unbind("tcp://127.0.0.1:5999").unwrap_err(),
        errno: Errno::ENOENT,
        text: &["zmq_unbind(\"tcp://127.0.0.1:5999\"): the socket is neither bound nor connected to this endpoint"],
    },
    Failure {
        what: "unbind of an inproc name that is not bound",
        fails: |context| socket(context, zmq4::PULL).unbind(&inproc_name()).unwrap_err(),
        errno: Errno::ENOENT,
        text: NOT_BOUND,
    },
    Failure {
        what: "unbind of a wildcard",
        fails: |context| {
            let pull = socket(context, zmq4::PULL);
            pull.bind("tcp://127.0.0.1:*").unwrap();
            pull.unbind("tcp://127.0.0.1:*").unwrap_err()
        },
        errno: Errno::ENOENT,
        text: &["`last_endpoint` returns what a wildcard was bound to"],
    },
    Failure {
        what: "disconnect of what is not connected",
        fails: |context| {
            let pull = socket(context, zmq4::PULL);
            pull.disconnect("tcp://127.0.0.1:5999").unwrap_err()
        },
        errno: Errno::ENOENT,
        text: NOT_BOUND,
    },
    Failure {
        what: "a ROUTER without the peer",
        fails: |context| mandatory(context).send_message((b"\0shop", "x")).unwrap_err(),
        errno: Errno::EHOSTUNREACH,
        text: NO_PEER,
    },
    Failure {
        what: "a ROUTER without the peer, by frames",
        fails: |context| mandatory(context).send(b"\0shop", SNDMORE).unwrap_err(),
        errno: Errno::EHOSTUNREACH,
        text: NO_PEER,
    },
    Failure {
        what: "a ROUTER without the peer, by a Message",
        fails: |context| {
            let error = mandatory(context).send(Message::from(b"\0shop"), SNDMORE);
            error.unwrap_err()
        },
        errno: Errno::EHOSTUNREACH,
        text: NO_PEER,
    },
    Failure {
        what: "a ROUTER without the peer, by a Multipart",
        fails: |context| {
            let message = Multipart::from([&b"\0shop"[..], b"x"]);
            mandatory(context).send_message(message).unwrap_err()
        },
        errno: Errno::EHOSTUNREACH,
        text: NO_PEER,
    },
    Failure {
        what: "a receive that timed out",
        fails: |context| timed(context, zmq4::PULL).recv(Flags::NONE).unwrap_err(),
        errno: Errno::EAGAIN,
        text: NOT_RECEIVED,
    },
    Failure {
        what: "a receive into a buffer that timed out",
        fails: |context| timed(context, zmq4::PULL).recv_into(&mut [0], 0).unwrap_err(),
        errno: Errno::EAGAIN,
        text: NOT_RECEIVED,
    },
    Failure {
        what: "a receive of frames that timed out",
        fails: |context| timed(context, zmq4::PULL).recv_message(Flags::NONE).unwrap_err(),
        errno: Errno::EAGAIN,
        text: NOT_RECEIVED,
    },
    Failure {
        what: "a send that timed out",
        fails: |context| timed(context, zmq4::PUSH).send("x", Flags::NONE).unwrap_err(),
        errno: Errno::EAGAIN,
        text: NOT_SENT,
    },
    Failure {
        what: "a send of frames that timed out",
        fails: |context| timed(context, zmq4::PUSH).send_message(("x", "y")).unwrap_err(),
        errno: Errno::EAGAIN,
        text: NOT_SENT,
    },
    Failure {
        what: "more sockets than the context may have",
        fails: |_| {
            let context = Context::new().unwrap();
            context.set_max_sockets(1).unwrap();
            let _first = socket(&context, zmq4::PULL);
            context.socket(zmq4::PULL).unwrap_err()
        },
        errno: Errno::EMFILE,
        text: &["the context has its maximum of 1 sockets", "set_max_sockets"],
    },
    // The last one: nothing can be opened after it.
    #[cfg(unix)]
    Failure {
        what: "no descriptors",
        fails: socket_beyond_the_limit,
        errno: Errno::EMFILE,
        text: &[
            "zmq_socket(PAIR): the process has too few file descriptors left",
            "its limit (RLIMIT_NOFILE, `ulimit -n`) is 24",
            "raise it",
        ],
    },
];

#[test]
fn errors_give_the_reason() {
    in_child("reasons::errors_give_the_reason", LONG, || {
        let context = Context::new().unwrap();
        context.set_blocky(false).unwrap();
        for failure in FAILURES {
            let error = (failure.fails)(&context);
            assert_eq!(error, failure.errno, "{}: {error}", failure.what);
            for part in failure.text {
                assert!(error.to_string().contains(part), "{}: {error}", failure.what);
            }
            assert!(error.reason().is_some(), "{}: {error}", failure.what);
        }
    });
}

/// Since libzmq 4.3.5 a host name is resolved.
#[test]
fn bind_to_a_host_name_says_what_it_takes() {
    in_child("reasons::bind_to_a_host_name_says_what_it_takes", LONG, || {
        let context = Context::new().unwrap();
        let bound = socket(&context, zmq4::PULL).bind("tcp://localhost:*");
        if zmq4::version() < (4, 3, 5) {
            let error = bound.unwrap_err();
            assert_eq!(error, Errno::ENODEV);
            let text = "bind takes an address or the name of an interface of this machine";
            assert!(error.to_string().contains(text), "{error}");
        } else {
            bound.unwrap();
        }
        let error = socket(&context, zmq4::PULL)
            .bind("tcp://no.such.host.invalid:*")
            .unwrap_err();
        assert_eq!(error, Errno::ENODEV);
        assert!(error.reason().unwrap().contains("interface"), "{error}");
    });
}

#[test]
fn timeout_is_told_from_a_call_that_does_not_wait() {
    in_child("reasons::timeout_is_told_from_a_call_that_does_not_wait", LONG, || {
        let context = Context::new().unwrap();
        let pull = timed(&context, zmq4::PULL);
        assert_eq!(pull.recv(Flags::NONE).unwrap_err().option(), Some("ZMQ_RCVTIMEO"));
        let error = pull.recv(DONTWAIT).unwrap_err();
        assert_eq!(
            (error.errno(), error.option(), error.reason()),
            (Errno::EAGAIN, None, None)
        );
    });
}
