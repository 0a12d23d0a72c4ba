//! 21: the path of a WebSocket.

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::support::zmq::*;

#[test]
fn path_of_two_parts_is_bound_and_connected() {
    case(
        "ws::path_of_two_parts_is_bound_and_connected",
        Plain::Prints("zmq_bind: "),
        || {
            let context = context();
            let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            ready();
            let endpoint = bind(pull, c"ws://127.0.0.1:*/a/b");
            assert!(endpoint.to_str().unwrap().ends_with("/a/b"), "{endpoint:?}");
            connect(push, &endpoint);
            send(push, b"x", 0);
            assert_eq!(recv(pull), b"x");
            close(pull);
            close(push);
            term(context);
        },
    );
}
