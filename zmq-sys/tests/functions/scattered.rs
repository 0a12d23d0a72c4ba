//! Frames of a message from and into scattered memory.

use std::ffi::c_void;
use std::slice;

use zmq_sys::*;

use crate::support::zmq::*;

#[test]
fn each_piece_becomes_a_frame() {
    let context = context();
    let (one, two) = (socket(context, ZMQ_PAIR), socket(context, ZMQ_PAIR));
    bind(one, c"inproc://scattered");
    connect(two, c"inproc://scattered");

    let frames: [&[u8]; 3] = [b"one", b"and two", b"and three"];
    let mut pieces = frames.map(|frame| iovec {
        iov_base: frame.as_ptr().cast_mut().cast::<c_void>(),
        iov_len: frame.len(),
    });
    let sent = ok!(zmq_sendiov(one, pieces.as_mut_ptr(), pieces.len(), ZMQ_SNDMORE));
    assert_eq!(sent as usize, frames[2].len());

    // libzmq allocates what it receives, and leaves it to the caller.
    let mut room = [const {
        iovec {
            iov_base: std::ptr::null_mut(),
            iov_len: 0,
        }
    }; 5];
    let mut count = room.len();
    assert_eq!(ok!(zmq_recviov(two, room.as_mut_ptr(), &mut count, 0)), 3);
    assert_eq!(count, 3);
    for (piece, frame) in room.iter().zip(frames) {
        // SAFETY: libzmq filled this piece, as the count says.
        let received = unsafe { slice::from_raw_parts(piece.iov_base.cast::<u8>(), piece.iov_len) };
        assert_eq!(received, frame);
        // SAFETY: libzmq allocated it with malloc, and it is freed nowhere else.
        unsafe { libc::free(piece.iov_base) };
    }
    close(one);
    close(two);
    term(context);
}
