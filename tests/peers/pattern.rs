//! What travels: messages whose bytes follow from their place. peer.py and peer.c make the same.

use zmq4::Multipart;

const STEP: u64 = 0x9E37_79B1;

/// The sizes of the frames of each message.
pub(crate) type Plan = &'static [&'static [usize]];

/// The edges of libzmq: an inline message ends at 33 bytes, a short frame at 255, a batch at 8 KiB, or, with the vendored
/// one, at up to 64 KiB, which copies bodies below 4 KiB, and side by side up to 1 KiB.
pub(crate) const EDGES: Plan = &[
    &[0],
    &[1],
    &[33],
    &[34],
    &[255],
    &[256],
    &[1 << 20],
    &[0, 1, 33, 34],
    &[255, 256, 1 << 20, 0],
    &[8192],
    &[65_536],
    &[1024, 1025, 4095, 4096, 4097, 8183, 8191, 8192, 8193],
    &[65_527, 65_535, 65_536, 65_537, 16_384, 262_145],
];

pub(crate) const HUGE: Plan = &[&[100 << 20]];

/// The way of a message; an echo of the request is no reply.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Request = 1,
    Reply = 2,
}

/// Little-endian 64-bit words, each `STEP` more than the one before.
pub(crate) fn pattern(way: Way, message: usize, frame: usize, size: usize) -> Vec<u8> {
    let mut word = (way as u64 * 7 + message as u64 * 31 + frame as u64 * 101) * STEP;
    let mut bytes = vec![0; size];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        word += STEP;
    }
    bytes
}

pub(crate) fn frames(way: Way, message: usize, sizes: &[usize]) -> Vec<Vec<u8>> {
    let sizes = sizes.iter().enumerate();
    sizes.map(|(frame, size)| pattern(way, message, frame, *size)).collect()
}

/// The frames are there, no more and no fewer, and each byte is at its place.
pub(crate) fn check(received: &Multipart, way: Way, message: usize, sizes: &[usize]) {
    let got: Vec<usize> = received.iter().map(|frame| frame.len()).collect();
    assert_eq!(got, sizes, "{way:?} {message}: the sizes of the frames");
    for (frame, expected) in frames(way, message, sizes).iter().enumerate() {
        let found = received[frame].as_bytes();
        // Equality first: it is one memcmp, and a hundred megabytes do not print well.
        if found != expected {
            let at = found.iter().zip(expected).position(|(a, b)| a != b);
            panic!("{way:?} {message}: frame {frame} differs at byte {at:?}");
        }
    }
}
