//! Subscriptions of any length, which a peer chooses.

use std::thread;

use zmq_sys::*;

use crate::must_be_complete;
use crate::support::DEADLINE;
use crate::support::child::try_in_child;
use crate::support::zmq::*;

const LENGTH: usize = 2_000_000;

/// Without the radix tree libzmq forgets a subscription by recursion, one call
/// for each of its bytes: a peer that leaves takes the forwarder with it.
#[test]
fn long_one_is_forgotten_without_a_crash() {
    let name = "topics::long_one_is_forgotten_without_a_crash";
    let Some(ending) = try_in_child(name, DEADLINE, forward) else {
        return;
    };
    let survived = ending.status.is_some_and(|status| status.success());
    if must_be_complete() {
        assert!(survived, "{:?}\n{}", ending.status, ending.output);
    } else {
        // Distributions build without it, and may do so.
        println!(
            "skipped: for information, this libzmq survived: {survived} ({:?})",
            ending.status
        );
    }
}

fn forward() {
    let context = context();
    let publisher = socket(context, ZMQ_XPUB);
    let (front, back) = (socket(context, ZMQ_XSUB), socket(context, ZMQ_XPUB));
    connect(front, &bind(publisher, c"tcp://127.0.0.1:*"));
    let endpoint = bind(back, c"tcp://127.0.0.1:*");
    // 2 MiB of stack, as every thread of Rust has.
    let (front, back) = (Handle::new(front), Handle::new(back));
    let forwarder = thread::spawn(move || {
        sys!(zmq_proxy(front.ptr(), back.ptr(), std::ptr::null_mut()));
        close(front.ptr());
        close(back.ptr());
    });

    let subscriber = socket(context, ZMQ_SUB);
    set_bytes(subscriber, ZMQ_SUBSCRIBE, &vec![b'x'; LENGTH]);
    connect(subscriber, &endpoint);
    assert_eq!(recv_subscription(publisher), (1, LENGTH));
    close(subscriber);
    assert_eq!(recv_subscription(publisher), (0, LENGTH));

    ok!(zmq_ctx_shutdown(context));
    forwarder.join().unwrap();
    close(publisher);
    term(context);
}

/// Whether it came (1) or went (0), and how long the topic is.
fn recv_subscription(publisher: *mut std::ffi::c_void) -> (u8, usize) {
    let mut first = 0xFF_u8;
    let len = ok!(zmq_recv(publisher, (&raw mut first).cast(), 1, 0));
    (first, len as usize - 1)
}
