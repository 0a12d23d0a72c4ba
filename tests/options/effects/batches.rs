//! How much is read and written at once.

use std::io::Read;
use std::net::TcpListener;
use std::os::fd::AsRawFd;

use zmq4::{DONTWAIT, Errno, Flags};

use super::descriptors::segments_in;
use super::{sockets, zmtp};
use crate::support::{LONG, bind_tcp, deadline};

/// Whether this libzmq has the options: by its DRAFT API, or as `vendored` has them. If not, the error says what is missing.
fn has_batch_sizes() -> bool {
    let [socket] = sockets([zmq4::DEALER]);
    if cfg!(zmq_from = "vendored") && zmq4::has("repaired") && option_env!("LIBZMQ_SKIP_EDITS").is_none() {
        assert!(zmq4::has("batch-sizes"));
    }
    if zmq4::has("draft") || zmq4::has("batch-sizes") {
        let sizes = [socket.in_batch_size(), socket.out_batch_size()].map(Result::unwrap);
        assert_eq!(sizes, [8192, 8192]);
        return true;
    }
    for error in [
        socket.set_in_batch_size(64).unwrap_err(),
        socket.set_out_batch_size(64).unwrap_err(),
        socket.in_batch_size().unwrap_err(),
        socket.out_batch_size().unwrap_err(),
    ] {
        assert_eq!(error, Errno::EINVAL);
        let reason = error.reason().unwrap();
        assert!(reason.ends_with("without draft and without batch-sizes"), "{reason}");
    }
    false
}

/// How many segments 300 messages come in that have waited for the connection.
fn segments(batch: u32) -> u32 {
    const LEN: usize = 100;
    const COUNT: usize = 300;
    let [push] = sockets([zmq4::PUSH]);
    push.set_out_batch_size(batch).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    push.connect(&format!("tcp://{}", listener.local_addr().unwrap()))
        .unwrap();
    for _ in 0..COUNT {
        push.send(vec![7; LEN], DONTWAIT).unwrap();
    }
    let mut peer = zmtp::accept(&listener, "PULL");
    peer.read_exact(&mut vec![0; COUNT * (LEN + 2)]).unwrap();
    segments_in(peer.as_raw_fd())
}

#[test]
fn batches_are_written_together() {
    if !has_batch_sizes() {
        return;
    }
    deadline(LONG, || {
        let (alone, together) = (segments(1), segments(1 << 16));
        assert!(together <= 20, "{together}");
        assert!(alone > 2 * together, "{alone}, {together}");
    });
}

#[test]
fn batches_are_read_whatever_their_size() {
    for batch in [0, 1, 63, 65, 8191] {
        let [pull] = sockets([zmq4::PULL]);
        assert_eq!(pull.set_in_batch_size(batch).unwrap_err(), Errno::EINVAL, "{batch}");
    }
    if !has_batch_sizes() {
        return;
    }
    deadline(LONG, || {
        for batch in [64, 1 << 16] {
            let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
            pull.set_in_batch_size(batch).unwrap();
            assert_eq!(pull.in_batch_size().unwrap(), batch);
            push.connect(&bind_tcp(&pull)).unwrap();
            for len in [0, 63, 64, 65, 10_000, 100_000] {
                push.send(vec![7; len], Flags::NONE).unwrap();
                assert_eq!(pull.recv(Flags::NONE).unwrap(), vec![7; len]);
            }
        }
    });
}
