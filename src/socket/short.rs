//! [`send`]: a message of borrowed frames, sent from where they are.

use std::mem;

use super::frames::sealed::Parts;
use crate::ffi::errno::Errno;
use crate::ffi::message::{INLINE, RawMessage};
use crate::ffi::socket::LiveSocket;
use crate::flags::Flags;

/// Why not all frames were sent.
#[derive(Clone, Copy)]
pub(super) struct Unsent {
    /// How many were, and how many there are.
    pub(super) sent: usize,
    pub(super) frames: usize,
    pub(super) errno: Errno,
}

/// What is to be known of the frames before the first is sent.
#[derive(Clone, Copy, Default)]
struct Survey<'d> {
    frames: usize,
    bytes: usize,
    last: &'d [u8],
}

impl<'d> Survey<'d> {
    /// Whether the message can have this frame too: only the last may be so long that sending it takes memory.
    #[inline(always)]
    fn takes(&mut self, frame: &'d [u8]) -> bool {
        let fits = self.last.len() <= INLINE;
        self.frames += 1;
        self.bytes += frame.len();
        self.last = frame;
        fits
    }

    /// The last frame, where it is copied before anything is sent: memory must not run out in the middle of a message.
    #[inline(always)]
    fn copied(&self) -> Result<Option<RawMessage>, Errno> {
        let copies = self.frames > 1 && self.last.len() > INLINE;
        copies.then(|| RawMessage::copied(self.last)).transpose()
    }

    fn unsent(&self, sent: usize, errno: Errno) -> Unsent {
        Unsent {
            sent,
            frames: self.frames,
            errno,
        }
    }
}

/// Sends the frames as one message, and answers how many bytes they have; or nothing, where they must be kept or copied
/// to be sent, which [`Outgoing`](super::outgoing::Outgoing) does.
///
/// An envelope and a body, mostly. It costs what the calls cost.
#[inline(always)]
pub(super) fn send<'d>(frames: &impl Parts<'d>, socket: LiveSocket<'_>, flags: Flags) -> Result<Option<usize>, Unsent> {
    let mut survey = Survey::default();
    if !frames.each_borrowed(&mut |frame| survey.takes(frame)) || survey.frames == 0 {
        return Ok(None);
    }
    let mut copy = survey.copied().map_err(|errno| survey.unsent(0, errno))?;
    if let Err(unsent) = send_from(0, frames, survey, &mut copy, socket, flags) {
        go_on(unsent, frames, survey, &mut copy, socket)?;
    }
    // It is empty now: closing it would do nothing.
    mem::forget(copy);
    Ok(Some(survey.bytes))
}

/// Sends the frames from number `start` on. Only the first may have to wait: see `Outgoing::transmit`.
#[inline(always)]
fn send_from<'d>(
    start: usize,
    frames: &impl Parts<'d>,
    survey: Survey<'d>,
    copy: &mut Option<RawMessage>,
    socket: LiveSocket<'_>,
    flags: Flags,
) -> Result<(), Unsent> {
    let mut left = survey.frames;
    let mut waiting = flags;
    let mut failed = Errno::EAGAIN;
    let sent = frames.each_borrowed(&mut |frame| {
        left -= 1;
        if survey.frames - left <= start {
            return true;
        }
        let more = if left > 0 { Flags::SNDMORE } else { Flags::NONE };
        let flags = mem::replace(&mut waiting, Flags::DONTWAIT) | more;
        let sent = match copy {
            Some(copy) if left == 0 => socket.send_message(copy, flags.bits()),
            _ => socket.send(frame, flags.bits()),
        };
        let Err(errno) = sent else { return true };
        failed = errno;
        false
    });
    if sent {
        Ok(())
    } else {
        Err(survey.unsent(survey.frames - left - 1, failed))
    }
}

/// Sends what is left if only a signal was in the way: it may not part the later frames from the first.
#[cold]
#[inline(never)]
fn go_on<'d>(
    mut unsent: Unsent,
    frames: &impl Parts<'d>,
    survey: Survey<'d>,
    copy: &mut Option<RawMessage>,
    socket: LiveSocket<'_>,
) -> Result<(), Unsent> {
    while unsent.sent > 0 && unsent.errno == Errno::EINTR {
        match send_from(unsent.sent, frames, survey, copy, socket, Flags::DONTWAIT) {
            Ok(()) => return Ok(()),
            Err(again) => unsent = again,
        }
    }
    Err(unsent)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use super::super::Socket;
    use super::super::outgoing::tests::{await_loss, new_peer};
    use super::*;
    use crate::context::Context;
    use crate::ffi::socket::Direction;
    use crate::socket_type::SocketType;

    const LAST: &[u8] = &[7; 100];

    /// Three frames, of which one is looked at when the peer has just gone.
    struct Losing<'t> {
        sender: &'t Socket,
        lost_before: usize,
        peer: &'t RefCell<Option<Socket>>,
        looked_at: Cell<usize>,
    }

    impl Parts<'static> for Losing<'_> {
        fn add_to(self, message: &mut super::super::outgoing::Outgoing<'static>) {
            (b"1", b"2", LAST).add_to(message);
        }

        fn each_borrowed(&self, each: &mut impl FnMut(&'static [u8]) -> bool) -> bool {
            [b"1".as_slice(), b"2", LAST].into_iter().all(|frame| {
                // They are all looked at before the first is sent.
                if self.looked_at.replace(self.looked_at.get() + 1) == 3 + self.lost_before {
                    drop(self.peer.take());
                    await_loss(self.sender);
                }
                each(frame)
            })
        }
    }

    #[test]
    fn a_peer_lost_before_any_later_frame_leaves_the_rest_to_nobody() {
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
                // Nobody is left, so what would be sent again from its first frame waits for somebody.
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
    fn what_must_be_kept_or_copied_is_not_sent_from_where_it_is() {
        let context = Context::new().unwrap();
        let (a, b) = (
            context.socket(SocketType::PAIR).unwrap(),
            context.socket(SocketType::PAIR).unwrap(),
        );
        a.bind("inproc://short").unwrap();
        b.connect("inproc://short").unwrap();
        b.set_rcvtimeo(Some(Duration::from_secs(10))).unwrap();
        let here = a.raw().fast_path(Direction::Send).unwrap();
        let sent = |answer: Result<Option<usize>, Unsent>| answer.map_err(|unsent| unsent.errno);
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
