//! 27: ROUTER's option on a REP.

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::support::zmq::*;

#[test]
fn request_of_one_that_has_gone_is_received() {
    case(
        "mandatory::request_of_one_that_has_gone_is_received",
        Plain::Prints("rep.cpp:"),
        || {
            let context = context();
            let (rep, dealer) = (socket(context, ZMQ_REP), socket(context, ZMQ_DEALER));
            set(rep, ZMQ_ROUTER_MANDATORY, 1);
            let name = bind(rep, c"inproc://mandatory");
            connect(dealer, &name);
            send(dealer, b"", ZMQ_SNDMORE);
            send(dealer, b"request", 0);
            ready();
            ok!(zmq_disconnect(dealer, name.as_ptr()));
            assert_eq!(recv(rep), b"request");
            send(rep, b"dropped", 0);
            // The next one gets its reply.
            connect(dealer, &name);
            send(dealer, b"", ZMQ_SNDMORE);
            send(dealer, b"another", 0);
            assert_eq!(recv(rep), b"another");
            send(rep, b"reply", 0);
            assert_eq!(recv(dealer), b"");
            assert_eq!(recv(dealer), b"reply");
            close(dealer);
            close(rep);
            term(context);
        },
    );
}
