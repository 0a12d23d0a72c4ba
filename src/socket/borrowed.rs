//! [`send`]: a message of borrowed frames, sent without staging.

use std::mem;

use super::frames::sealed::Stage;
use super::multipart_send::Progress;
use crate::ffi::errno::Errno;
use crate::ffi::message::{INLINE, RawMessage};
use crate::ffi::socket::LiveSocket;
use crate::flags::Flags;

/// Why not all frames were sent, and how far the message came.
#[derive(Clone, Copy)]
pub(super) struct Stopped {
    pub(super) errno: Errno,
    pub(super) progress: Progress,
}

/// What is known of the frames before the first one is sent.
#[derive(Clone, Copy, Default)]
struct FrameTotals<'d> {
    count: usize,
    bytes: usize,
    last: &'d [u8],
}

impl<'d> FrameTotals<'d> {
    /// Adds a frame, and returns whether the message may have it: libzmq must need memory for the last one only.
    #[inline(always)]
    fn add(&mut self, frame: &'d [u8]) -> bool {
        let fits = self.last.len() <= INLINE;
        self.count += 1;
        self.bytes += frame.len();
        self.last = frame;
        fits
    }

    /// The last frame, if it is copied before anything is sent: memory must not run out in the middle of a message.
    #[inline(always)]
    fn copied(&self) -> Result<Option<RawMessage>, Errno> {
        let copies = self.count > 1 && self.last.len() > INLINE;
        copies.then(|| RawMessage::copied(self.last)).transpose()
    }
}

/// Sends the frames as one message, and returns the number of their bytes; or `None` if they must be
/// [staged](super::staged::StagedMessage).
///
/// Most messages of several frames are an envelope and a body. This costs what the calls cost.
#[inline(always)]
pub(super) fn send<'d>(
    frames: &impl Stage<'d>,
    socket: LiveSocket<'_>,
    flags: Flags,
) -> Result<Option<usize>, Stopped> {
    let mut survey = FrameTotals::default();
    if !frames.each_borrowed(&mut |frame| survey.add(frame)) || survey.count == 0 {
        return Ok(None);
    }
    let start = Progress::new(survey.count, flags);
    let mut copy = survey.copied().map_err(|errno| Stopped { errno, progress: start })?;
    if let Err(stopped) = send_from(start, frames, &mut copy, socket) {
        send_after_interrupt(stopped, frames, &mut copy, socket)?;
    }
    // It is empty now: closing it would do nothing.
    mem::forget(copy);
    Ok(Some(survey.bytes))
}

/// The first frame, if it is borrowed.
#[inline(always)]
pub(super) fn first<'d>(frames: &impl Stage<'d>) -> Option<&'d [u8]> {
    let mut first = None;
    frames.each_borrowed(&mut |frame| {
        first = Some(frame);
        false
    });
    first
}

/// Sends the frames that `progress` has still to send.
#[inline(always)]
fn send_from<'d>(
    mut progress: Progress,
    frames: &impl Stage<'d>,
    copy: &mut Option<RawMessage>,
    socket: LiveSocket<'_>,
) -> Result<(), Stopped> {
    let start = progress.sent();
    let mut index = 0;
    let mut stopped_by = Errno::EAGAIN;
    let sent = frames.each_borrowed(&mut |frame| {
        index += 1;
        if index <= start {
            return true;
        }
        let sent = progress.step(|_, flags, is_last| match copy {
            Some(copy) if is_last => socket.send_message(copy, flags.bits()),
            _ => socket.send(frame, flags.bits()),
        });
        let Err(errno) = sent else { return true };
        stopped_by = errno;
        false
    });
    if sent {
        Ok(())
    } else {
        Err(Stopped {
            errno: stopped_by,
            progress,
        })
    }
}

/// Sends the rest if only a signal was in the way: it must not separate the later frames from the first one.
#[cold]
#[inline(never)]
fn send_after_interrupt<'d>(
    mut stopped: Stopped,
    frames: &impl Stage<'d>,
    copy: &mut Option<RawMessage>,
    socket: LiveSocket<'_>,
) -> Result<(), Stopped> {
    while stopped.progress.sent() > 0 && stopped.errno == Errno::EINTR {
        match send_from(stopped.progress, frames, copy, socket) {
            Ok(()) => return Ok(()),
            Err(again) => stopped = again,
        }
    }
    Err(stopped)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use super::super::Socket;
    use super::super::staged::tests::{await_loss, new_peer};
    use super::*;
    use crate::context::Context;
    use crate::ffi::socket::Direction;
    use crate::socket_type::SocketType;

    const LAST: &[u8] = &[7; 100];

    /// Three frames, one of which is visited when the peer has just disconnected.
    struct Losing<'t> {
        sender: &'t Socket,
        lost_before: usize,
        peer: &'t RefCell<Option<Socket>>,
        looked_at: Cell<usize>,
    }

    impl Stage<'static> for Losing<'_> {
        fn stage(self, message: &mut super::super::staged::StagedMessage<'static>) {
            (b"1", b"2", LAST).stage(message);
        }

        fn each_borrowed(&self, each: &mut impl FnMut(&'static [u8]) -> bool) -> bool {
            [b"1".as_slice(), b"2", LAST].into_iter().all(|frame| {
                // All of them are visited before the first one is sent.
                if self.looked_at.replace(self.looked_at.get() + 1) == 3 + self.lost_before {
                    drop(self.peer.take());
                    await_loss(self.sender);
                }
                each(frame)
            })
        }
    }

    #[test]
    fn borrowed_frames_of_a_lost_peer_are_not_sent() {
        for (ours, theirs) in [
            (SocketType::PAIR, SocketType::PAIR),
            (SocketType::PUSH, SocketType::PULL),
            (SocketType::DEALER, SocketType::DEALER),
        ] {
            for lost_before in 1..=2 {
                let context = Context::new().unwrap();
                let sender = context.socket(ours).unwrap();
                sender.bind("inproc://loss").unwrap();
                let peer = || new_peer(&context, theirs, &sender, "inproc://loss");
                let first = RefCell::new(Some(peer()));
                let losing = Losing {
                    sender: &sender,
                    lost_before,
                    peer: &first,
                    looked_at: Cell::new(0),
                };
                // There is no other peer, so the message that starts again cannot be sent.
                let error = sender.send_message_dontwait(losing).map(|len| {
                    // Or the loss was not noticed in time, and the message went with the peer.
                    assert_eq!(len, 2 + LAST.len());
                });
                assert!(
                    error.is_ok() || error.is_err_and(|error| error == Errno::EAGAIN),
                    "{ours}"
                );
                assert!(first.take().is_none(), "{ours}: the peer was never lost");
                let second = peer();
                let received = (0..100).find_map(|_| {
                    sender.send_message(("next", "whole")).unwrap();
                    second.recv_message(Flags::NONE).ok()
                });
                assert_eq!(
                    received.expect("the new peer gets nothing"),
                    ["next", "whole"],
                    "{ours}"
                );
            }
        }
    }

    #[test]
    fn frames_that_need_staging_are_left_to_it() {
        let context = Context::new().unwrap();
        let (a, b) = (
            context.socket(SocketType::PAIR).unwrap(),
            context.socket(SocketType::PAIR).unwrap(),
        );
        a.bind("inproc://short").unwrap();
        b.connect("inproc://short").unwrap();
        b.set_rcvtimeo(Some(Duration::from_secs(10))).unwrap();
        let here = a.raw().fast_path(Direction::Send).unwrap();
        let sent = |answer: Result<Option<usize>, Stopped>| answer.map_err(|stopped| stopped.errno);
        assert_eq!(
            sent(send(&(LAST, "x"), here, Flags::NONE)),
            Ok(None),
            "a long one first"
        );
        assert_eq!(
            sent(send(&("x", String::from("y")), here, Flags::NONE)),
            Ok(None),
            "an owned one"
        );
        assert_eq!(
            sent(send(&<[&str; 0]>::default(), here, Flags::NONE)),
            Ok(None),
            "none at all"
        );
        assert_eq!(
            sent(send(&("x", ["y", ""], LAST), here, Flags::NONE)),
            Ok(Some(2 + LAST.len()))
        );
        assert_eq!(b.recv_message(Flags::NONE).unwrap(), [b"x".as_slice(), b"y", b"", LAST]);
    }
}
