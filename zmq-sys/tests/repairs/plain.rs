//! 16: a domain that is enforced, and not there.

use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::peer::{Peer, command, greeting, port};
use crate::support::zmq::*;

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, which is in the header with the DRAFT API only.
const ENFORCE_DOMAIN: std::ffi::c_int = 93;

#[test]
fn server_without_its_domain_refuses() {
    case(
        "plain::server_without_its_domain_refuses",
        Plain::Prints("plain_server.cpp:27"),
        || {
            let context = context();
            let pull = socket(context, ZMQ_PULL);
            set(pull, ZMQ_PLAIN_SERVER, 1);
            set(pull, ENFORCE_DOMAIN, 1);
            let endpoint = bind(pull, c"tcp://127.0.0.1:*");
            ready();
            let mut peer = Peer::connect(port(&endpoint));
            peer.write(&greeting("PLAIN"));
            peer.read(64);
            peer.write(&command("HELLO", b"\x01u\x01p"));
            assert!(peer.ends_within(Duration::from_secs(5)));
            close(pull);
            term(context);
        },
    );
}
