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
fn a_socket_is_not_joined_with_itself() {
    let context = ended();
    let socket = open_timed(&context, zmq4::DEALER);
    let Err(error) = zmq4::proxy(&socket, &socket, None);
    assert_refused(error, zmq4::DEALER);
}
