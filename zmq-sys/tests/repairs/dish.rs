//! 28: the group of a message whose body does not come.

use zmq_sys::*;

use crate::case::{Plain, case, ready, turn, until};
use crate::peer::{MORE, Peer, frame, port};
use crate::support::zmq::*;

/// How many bytes the process has from `malloc`.
fn allocated() -> usize {
    // SAFETY: it only counts.
    unsafe { libc::mallinfo2() }.uordblks
}

#[test]
fn group_without_a_body_is_freed() {
    case(
        "dish::group_without_a_body_is_freed",
        Plain::Prints("in vain: the groups are freed"),
        || {
            const PEERS: usize = 200;
            let context = context();
            let dish = socket(context, ZMQ_DISH);
            let port = port(&bind(dish, c"tcp://127.0.0.1:*"));
            let group = [b'g'; 255];
            let come_and_go = || {
                let mut peer = Peer::greeted(port, "RADIO", b"");
                peer.write(&frame(&group, MORE));
                drop(peer);
                turn(dish);
            };
            (0..20).for_each(|_| come_and_go());
            let before = allocated();
            (0..PEERS).for_each(|_| come_and_go());
            ready();
            until("the groups are freed", || {
                turn(dish);
                allocated() < before + PEERS * group.len() / 2
            });
            close(dish);
            term(context);
        },
    );
}
