//! Frames that come to the reader of a monitor: an event, or an error that gives them back.

use zmq4::{Context, DONTWAIT, Errno, Multipart, Socket};

thread_local! {
    static PAIR: (Socket, Socket) = {
        let context = Context::new().unwrap();
        let (a, b) = (context.socket(zmq4::PAIR).unwrap(), context.socket(zmq4::PAIR).unwrap());
        a.bind("inproc://events").unwrap();
        b.connect("inproc://events").unwrap();
        (a, b)
    };
}

/// The first byte says where the first frame ends, as long as there is one.
pub(crate) fn run(data: &[u8]) {
    let mut frames: Vec<&[u8]> = Vec::new();
    let mut rest = data;
    while let [len, more @ ..] = rest {
        let (frame, left) = more.split_at(usize::from(*len).min(more.len()));
        frames.push(frame);
        rest = left;
    }
    if frames.is_empty() {
        return;
    }
    PAIR.with(|(a, b)| {
        a.send_message(&frames[..]).unwrap();
        match b.recv_event(DONTWAIT) {
            Ok((event, endpoint, value)) => {
                assert_eq!(frames.len(), 2);
                assert_eq!(u16::from_ne_bytes([frames[0][0], frames[0][1]]), event.bits() as u16);
                assert_eq!(frames[0][2..], value.to_ne_bytes());
                assert_eq!(endpoint, String::from_utf8_lossy(frames[1]));
            }
            Err(error) => {
                assert_eq!(error, Errno::EPROTO);
                let back: Multipart = error.into_multipart().unwrap();
                assert!(back.iter().map(|frame| frame.as_bytes()).eq(frames.iter().copied()));
            }
        }
    });
}
