//! 20: the end of a context while a name is waited for.

use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::faults::take_all_descriptors;
use crate::support::background;
use crate::support::zmq::*;

#[test]
fn context_with_all_its_sockets_ends() {
    case(
        "term::context_with_all_its_sockets_ends",
        Plain::Prints("ctx.cpp:142"),
        || {
            let context = context();
            ok!(zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 2));
            let sockets = [socket(context, ZMQ_PUSH), socket(context, ZMQ_ROUTER)];
            for socket in sockets {
                connect(socket, c"inproc://x");
            }
            assert!(sys!(zmq_socket(context, ZMQ_PULL)).is_null(), "one socket too many");
            ready();
            sockets.into_iter().for_each(close);
            term(context);
        },
    );
}

#[test]
fn context_without_a_descriptor_says_so() {
    case(
        "term::context_without_a_descriptor_says_so",
        Plain::Prints("ctx.cpp:142"),
        || {
            let context = Handle::new(context());
            let sockets = [socket(context.ptr(), ZMQ_PUSH), socket(context.ptr(), ZMQ_ROUTER)];
            for socket in sockets {
                connect(socket, c"inproc://x");
            }
            let taken = take_all_descriptors();
            ready();
            let ended = background(move || {
                let rc = sys!(zmq_ctx_term(context.ptr()));
                let errno = sys!(zmq_errno());
                (rc, errno)
            });
            pause(100);
            assert_eq!(ended.recv_timeout(Duration::from_secs(5)), Ok((-1, libc::EMFILE)));
            drop(taken);
            sockets.into_iter().for_each(close);
            term(context.ptr());
        },
    );
}
