//! 23: messages that a CHANNEL does not take.

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::peer::{MORE, Peer, frame, port};
use crate::support::zmq::*;

/// What the process has in memory, in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn messages_of_several_frames_are_freed() {
    case(
        "channel::messages_of_several_frames_are_freed",
        Plain::Prints("KiB more"),
        || {
            let context = context();
            let channel = socket(context, ZMQ_CHANNEL);
            let mut peer = Peer::greeted(port(&bind(channel, c"tcp://127.0.0.1:*")), "CHANNEL", b"");
            let part = vec![b'x'; 1 << 20];
            let round = |peer: &mut Peer| {
                peer.write(&[frame(&part, MORE), frame(&part, MORE), frame(&part, 0)].concat());
                peer.write(&frame(b"taken", 0));
                assert_eq!(recv(channel), b"taken");
            };
            round(&mut peer);
            let before = resident();
            ready();
            for _ in 0..50 {
                round(&mut peer);
            }
            let more = resident().saturating_sub(before);
            // Of 150 MiB.
            assert!(more < 50_000, "{more} KiB more");
            close(channel);
            term(context);
        },
    );
}
