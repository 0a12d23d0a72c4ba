//! Which sockets can be joined, captured to, and obeyed. C13: libzmq joins them all, and then stands still.

use zmq4::{Context, Errno, Error, Proxy, SocketType};

use crate::open_timed;
use crate::support::{LONG, deadline};

const TYPES: [SocketType; 12] = [
    zmq4::PAIR,
    zmq4::PUB,
    zmq4::SUB,
    zmq4::REQ,
    zmq4::REP,
    zmq4::DEALER,
    zmq4::ROUTER,
    zmq4::PULL,
    zmq4::PUSH,
    zmq4::XPUB,
    zmq4::XSUB,
    zmq4::STREAM,
];

/// In either order; everything else is refused.
const JOINED: [(SocketType, SocketType); 16] = [
    (zmq4::ROUTER, zmq4::DEALER),
    (zmq4::DEALER, zmq4::DEALER),
    (zmq4::XSUB, zmq4::XPUB),
    (zmq4::PULL, zmq4::PUSH),
    (zmq4::PULL, zmq4::PUB),
    (zmq4::SUB, zmq4::PUB),
    (zmq4::SUB, zmq4::PUSH),
    (zmq4::XSUB, zmq4::PUB),
    (zmq4::XSUB, zmq4::PUSH),
    (zmq4::PAIR, zmq4::PAIR),
    (zmq4::PAIR, zmq4::DEALER),
    (zmq4::PAIR, zmq4::ROUTER),
    (zmq4::PAIR, zmq4::XPUB),
    (zmq4::PAIR, zmq4::XSUB),
    (zmq4::PAIR, zmq4::PUSH),
    (zmq4::PAIR, zmq4::PUB),
];

fn ended() -> Context {
    Context::new().unwrap()
}

#[track_caller]
fn assert_refused(error: Error, about: SocketType) {
    assert_eq!(error, Errno::EINVAL);
    assert!(error.to_string().contains(&format!("({about})")), "{error}");
    assert!(error.reason().is_some());
}

#[test]
fn each_pair_of_types_is_joined_or_refused() {
    deadline(LONG, || {
        for front in TYPES {
            for back in TYPES {
                let context = ended();
                let (a, b) = (open_timed(&context, front), open_timed(&context, back));
                let right = JOINED.contains(&(front, back)) || JOINED.contains(&(back, front));
                // One that is joined ends at once.
                if right {
                    context.shutdown().unwrap();
                }
                let Err(error) = zmq4::proxy(&a, &b, None);
                if right {
                    assert_eq!(error, Errno::ETERM, "{front} {back}");
                    assert_eq!(error.call(), "zmq_proxy");
                } else {
                    assert_refused(error, back);
                    let error = Proxy::start(a, b, None).unwrap_err();
                    assert_eq!(error, Errno::EINVAL);
                    let sockets = error.into_proxy_sockets().unwrap();
                    assert_eq!((sockets.front.socket_type(), sockets.back.socket_type()), (front, back));
                }
            }
        }
    });
}

#[test]
fn a_refusal_names_what_fits() {
    let context = ended();
    let (sub, xpub) = (open_timed(&context, zmq4::SUB), open_timed(&context, zmq4::XPUB));
    let Err(error) = zmq4::proxy(&sub, &xpub, None);
    let reason = error.reason().unwrap();
    assert!(
        reason.contains("PUB, PUSH") && reason.contains("subscriptions"),
        "{reason}"
    );
}

#[test]
fn a_capture_socket_can_send_and_is_another_one() {
    deadline(LONG, || {
        for ty in TYPES {
            let context = ended();
            let (pull, push) = (open_timed(&context, zmq4::PULL), open_timed(&context, zmq4::PUSH));
            let capture = open_timed(&context, ty);
            let right = [zmq4::PUB, zmq4::PUSH, zmq4::PAIR, zmq4::DEALER].contains(&ty);
            if right {
                context.shutdown().unwrap();
            }
            let Err(error) = zmq4::proxy(&pull, &push, Some(&capture));
            if right {
                assert_eq!(error, Errno::ETERM, "{ty}");
            } else {
                assert_refused(error, ty);
                let sockets = Proxy::start(pull, push, Some(capture))
                    .unwrap_err()
                    .into_proxy_sockets();
                assert_eq!(sockets.unwrap().capture.unwrap().socket_type(), ty);
            }
        }
        let context = ended();
        let (a, b) = (open_timed(&context, zmq4::DEALER), open_timed(&context, zmq4::DEALER));
        for capture in [&a, &b] {
            let Err(error) = zmq4::proxy(&a, &b, Some(capture));
            assert_refused(error, zmq4::DEALER);
        }
    });
}

#[test]
fn a_control_socket_can_receive_and_is_another_one() {
    deadline(LONG, || {
        for ty in TYPES {
            let context = ended();
            let (pull, push) = (open_timed(&context, zmq4::PULL), open_timed(&context, zmq4::PUSH));
            let control = open_timed(&context, ty);
            let right = [zmq4::PAIR, zmq4::PULL, zmq4::SUB, zmq4::REP, zmq4::DEALER, zmq4::ROUTER].contains(&ty);
            if right {
                context.shutdown().unwrap();
            }
            let error = zmq4::proxy_steerable(&pull, &push, None, &control).unwrap_err();
            if right {
                assert_eq!(error, Errno::ETERM, "{ty}");
                assert_eq!(error.call(), "zmq_proxy_steerable");
            } else {
                assert_refused(error, ty);
            }
        }
        let context = ended();
        let [a, b, c] = [(); 3].map(|()| open_timed(&context, zmq4::DEALER));
        for control in [&a, &b, &c] {
            assert_refused(
                zmq4::proxy_steerable(&a, &b, Some(&c), control).unwrap_err(),
                zmq4::DEALER,
            );
        }
    });
}

#[test]
fn same_socket_as_both_ends_echoes_or_is_rejected() {
    deadline(LONG, || {
        for ty in TYPES {
            let context = ended();
            let socket = open_timed(&context, ty);
            let peer = match ty {
                zmq4::REP | zmq4::ROUTER => zmq4::REQ,
                zmq4::DEALER => zmq4::DEALER,
                zmq4::PAIR => zmq4::PAIR,
                _ => {
                    let Err(error) = zmq4::proxy(&socket, &socket, None);
                    assert_refused(error, ty);
                    continue;
                }
            };
            let name = crate::inproc_name();
            socket.bind(&name).unwrap();
            let capture = open_timed(&context, zmq4::PAIR);
            let copies = open_timed(&context, zmq4::PAIR);
            let copies_at = crate::inproc_name();
            capture.bind(&copies_at).unwrap();
            copies.connect(&copies_at).unwrap();
            let peer = crate::connected(&context, peer, &name);
            let echo = std::thread::spawn(move || {
                let Err(error) = zmq4::proxy(&socket, &socket, Some(&capture));
                error
            });
            for round in 0..50 {
                let sent = [format!("{round}"), "second frame".to_owned()];
                peer.send_message(&sent).unwrap();
                let returned = peer.recv_message(zmq4::Flags::NONE).unwrap();
                assert_eq!(returned, sent, "{ty}");
                let copy = copies.recv_message(zmq4::Flags::NONE).unwrap();
                assert_eq!(copy[copy.len() - 1], "second frame", "{ty}");
            }
            context.shutdown().unwrap();
            assert_eq!(echo.join().unwrap(), Errno::ETERM, "{ty}");
        }
    });
}

#[test]
fn steered_proxy_of_one_socket_counts_one_way() {
    deadline(LONG, || {
        let context = ended();
        let (rep, name) = crate::bound(&context, zmq4::REP);
        let (control, orders) = crate::bound(&context, zmq4::REP);
        let proxy = std::thread::spawn(move || zmq4::proxy_steerable(&rep, &rep, None, &control));
        let req = crate::connected(&context, zmq4::REQ, &name);
        let commands = crate::connected(&context, zmq4::REQ, &orders);
        for _ in 0..3 {
            req.send("four", zmq4::Flags::NONE).unwrap();
            assert_eq!(req.recv(zmq4::Flags::NONE).unwrap(), "four");
        }
        commands.send("STATISTICS", zmq4::Flags::NONE).unwrap();
        let counts = commands.recv_message(zmq4::Flags::NONE).unwrap();
        let counts: Vec<u64> = (0..8)
            .map(|at| u64::from_ne_bytes(counts[at].as_ref().try_into().unwrap()))
            .collect();
        assert_eq!(counts, [3, 12, 0, 0, 0, 0, 3, 12]);
        commands.send("TERMINATE", zmq4::Flags::NONE).unwrap();
        assert!(proxy.join().unwrap().unwrap().is_empty());
    });
}
