//! 10: a connect that waits for its bind.

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::support::background;
use crate::support::zmq::*;

#[test]
fn two_routers_wait_when_the_context_ends() {
    case(
        "inproc::two_routers_wait_when_the_context_ends",
        Plain::Prints("pipe.cpp:60"),
        || {
            let context = Handle::new(context());
            let routers = [0, 1].map(|_| socket(context.ptr(), ZMQ_ROUTER));
            for router in routers {
                connect(router, c"inproc://x");
            }
            ready();
            let ended = background(move || sys!(zmq_ctx_term(context.ptr())));
            pause(100);
            routers.into_iter().for_each(close);
            assert_eq!(ended.recv_timeout(Duration::from_secs(10)), Ok(0));
        },
    );
}

#[cfg(feature = "draft")]
#[test]
fn hello_to_one_that_has_left_is_dropped() {
    use crate::case::turns;
    case(
        "inproc::hello_to_one_that_has_left_is_dropped",
        Plain::Prints("pipe.cpp:71"),
        || {
            let context = context();
            let dealer = socket(context, ZMQ_DEALER);
            connect(dealer, c"inproc://x");
            ok!(zmq_disconnect(dealer, c"inproc://x".as_ptr()));
            turns(&[dealer]);
            let router = socket(context, ZMQ_ROUTER);
            set_bytes(router, ZMQ_HELLO_MSG, b"W");
            ready();
            bind(router, c"inproc://x");
            turns(&[router, dealer]);
            close(dealer);
            close(router);
            term(context);
        },
    );
}

/// The newest value is there when the bind comes after it.
fn conflated(test: &str, sender: c_int, receiver: c_int) {
    case(test, Plain::Prints("zmq_recv: "), || {
        let context = context();
        let sender = socket(context, sender);
        set(sender, ZMQ_CONFLATE, 1);
        connect(sender, c"inproc://x");
        send(sender, b"v", 0);
        let receiver = socket(context, receiver);
        set(receiver, ZMQ_CONFLATE, 1);
        set(receiver, ZMQ_RCVTIMEO, 1000);
        ready();
        bind(receiver, c"inproc://x");
        assert_eq!(recv(receiver), b"v");
        close(sender);
        close(receiver);
        term(context);
    });
}

#[test]
fn conflated_value_waits_for_its_pull() {
    conflated("inproc::conflated_value_waits_for_its_pull", ZMQ_PUSH, ZMQ_PULL);
}

#[test]
fn conflated_value_waits_for_its_dealer() {
    conflated("inproc::conflated_value_waits_for_its_dealer", ZMQ_DEALER, ZMQ_DEALER);
}

#[test]
fn connects_and_binds_of_one_name_race() {
    case("inproc::connects_and_binds_of_one_name_race", Plain::MayFail, || {
        let context = Handle::new(context());
        ok!(zmq_ctx_set(context.ptr(), ZMQ_MAX_SOCKETS, 10_000));
        let stop = Arc::new(AtomicBool::new(false));
        let run = |connects: bool| {
            let stop = stop.clone();
            background(move || {
                while !stop.load(Ordering::Relaxed) {
                    let kind = if connects { ZMQ_PUSH } else { ZMQ_PULL };
                    let socket = sys!(zmq_socket(context.ptr(), kind));
                    if socket.is_null() {
                        pause(1);
                        continue;
                    }
                    set(socket, ZMQ_LINGER, 0);
                    if connects {
                        connect(socket, c"inproc://x");
                        sys!(zmq_send(socket, c"hi".as_ptr().cast(), 2, ZMQ_DONTWAIT));
                        set(socket, ZMQ_SNDHWM, 10);
                        ok!(zmq_disconnect(socket, c"inproc://x".as_ptr()));
                    } else {
                        let _ = sys!(zmq_bind(socket, c"inproc://x".as_ptr()));
                        let mut buffer = [0_u8; 8];
                        for _ in 0..3 {
                            sys!(zmq_recv(socket, buffer.as_mut_ptr().cast(), 8, ZMQ_DONTWAIT));
                        }
                    }
                    close(socket);
                }
            })
        };
        ready();
        let threads = [run(true), run(true), run(false)];
        pause(1500);
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.recv_timeout(Duration::from_secs(10)).unwrap();
        }
        let ended = background(move || sys!(zmq_ctx_term(context.ptr())));
        assert_eq!(ended.recv_timeout(Duration::from_secs(10)), Ok(0));
    });
}
