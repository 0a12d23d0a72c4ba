//! [`Outgoing`]: a message of several frames on its way out, all or nothing.

use std::mem;

use smallvec::SmallVec;

use super::Socket;
use super::frame::sealed::Held;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::{INLINE, RawMessage};
use crate::ffi::socket::{Direction, LiveSocket};
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// The frames of a message. They stay where they are until the whole message is out.
pub struct Outgoing<'d> {
    /// Up to how many bytes what nobody else has is copied.
    pub(super) moves_from: usize,
    parts: SmallVec<[Part<'d>; 4]>,
    /// How many there are, and how many bytes they have.
    frames: usize,
    bytes: usize,
    /// Whether some are to be emptied once they are sent.
    lent: bool,
    /// A delimiter that goes before all frames.
    delimiter: bool,
    failure: Option<Errno>,
}

enum Part<'d> {
    /// [`INLINE`] bytes at most: to send so many libzmq needs no memory.
    Borrowed(&'d [u8]),
    Copied(Message),
    Owned(Message),
    Lent(&'d mut Message),
    Whole(Multipart),
    LentWhole(&'d mut Multipart),
}

/// What one call sends.
pub(super) enum Piece<'p> {
    Bytes(&'p [u8]),
    /// Stays as it is.
    Shared(&'p mut RawMessage),
    /// Is empty afterwards.
    Last(&'p mut RawMessage),
}

impl<'d> Outgoing<'d> {
    #[inline]
    pub(super) fn new(moves_from: usize) -> Outgoing<'d> {
        Outgoing {
            moves_from,
            parts: SmallVec::new(),
            frames: 0,
            bytes: 0,
            lent: false,
            delimiter: false,
            failure: None,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, frame: Held<'d>) {
        let (part, len) = match frame {
            Held::Borrowed(bytes) if bytes.len() <= INLINE => (Part::Borrowed(bytes), bytes.len()),
            // Copied before anything is sent: memory must not run out in the middle of a message.
            Held::Borrowed(bytes) => match RawMessage::copied(bytes) {
                Ok(copy) => (Part::Copied(Message(copy)), bytes.len()),
                Err(errno) => {
                    self.failure = Some(errno);
                    return;
                }
            },
            Held::Few(bytes) => (Part::Owned(Message::from(&bytes[..])), bytes.len()),
            Held::Owned(message) => {
                let len = message.len();
                (Part::Owned(message), len)
            }
            Held::Lent(message) => {
                let len = message.len();
                self.lent = true;
                (Part::Lent(message), len)
            }
        };
        self.frames += 1;
        self.bytes += len;
        self.parts.push(part);
    }

    pub(super) fn add_whole(&mut self, multipart: Multipart) {
        self.frames += multipart.len();
        self.bytes += multipart.byte_len();
        self.parts.push(Part::Whole(multipart));
    }

    pub(super) fn add_lent(&mut self, multipart: &'d mut Multipart) {
        self.frames += multipart.len();
        self.bytes += multipart.byte_len();
        self.lent = true;
        self.parts.push(Part::LentWhole(multipart));
    }

    /// Sends all frames as one message, and answers how many bytes they have. A try before this one may have
    /// [lost](Lost) its peer.
    pub(super) fn send(&mut self, lost: Option<Lost>, socket: &Socket, flags: Flags) -> Result<usize> {
        self.try_send(lost, socket, flags)
            .map_err(|error| self.give_back(error))
    }

    /// Like [`send`](Outgoing::send), and keeps everything after an error, so that it can be called again.
    pub(super) fn try_send(&mut self, lost: Option<Lost>, socket: &Socket, flags: Flags) -> Result<usize> {
        let mut copies = false;
        if socket.raw().fast_path(Direction::Send).is_none() {
            copies = socket.sends_copies();
            socket.check_frames(self.frames > 1)?;
            socket.check_frame_count(self.frames)?;
            self.check_topics(socket)?;
        }
        if let Some(errno) = self.failure {
            return Err(Error::new(Call::Send, errno));
        }
        if self.frames == 0 {
            return Err(Error::new(Call::Send, Errno::EINVAL).because("a message has at least one frame"));
        }
        let ty = socket.socket_type();
        match self.transmit(lost, ty, flags, |frame, flags, place| {
            let frame = if copies { frame.copied() } else { frame };
            match place {
                Place::First => socket.send_piece(frame, flags),
                Place::Later => socket.send_later_piece(frame, flags),
            }
        }) {
            Ok(()) => {
                if self.lent {
                    self.parts.iter_mut().for_each(Part::empty);
                }
                Ok(self.bytes)
            }
            Err(errno) => Err(Error::new(Call::Send, errno)),
        }
    }

    /// libzmq takes later frames of a message for subscriptions too.
    fn check_topics(&self, socket: &Socket) -> Result<()> {
        let check = |message: &Message| socket.check_topic(message);
        self.parts.iter().try_for_each(|part| match part {
            Part::Borrowed(bytes) => socket.check_topic(bytes),
            Part::Copied(message) | Part::Owned(message) => check(message),
            Part::Lent(message) => check(message),
            Part::Whole(multipart) => multipart.iter().try_for_each(check),
            Part::LentWhole(multipart) => multipart.iter().try_for_each(check),
        })
    }

    /// Only the first frame may have to wait, because libzmq counts whole messages. A later one that cannot be sent at
    /// once means that the peer went away with the frames it had: they were never delivered, and sending on would give
    /// the rest to somebody else. So the message starts again from its first frame.
    fn transmit(
        &mut self,
        mut lost: Option<Lost>,
        ty: SocketType,
        flags: Flags,
        mut send: impl FnMut(Piece<'_>, Flags, Place) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        loop {
            if let Some(Lost { left }) = lost {
                if left > 0 && drops_the_rest(ty) {
                    // libzmq discards what follows until the message ends: end it.
                    send(Piece::Bytes(&[]), Flags::DONTWAIT, Place::Later)?;
                    if ty == SocketType::REQ {
                        // The socket takes this for its request, and waits for the reply of a peer that is gone, as if
                        // the peer had gone a moment later.
                        return Ok(());
                    }
                } else if ty == SocketType::REQ {
                    // The socket has put its delimiter before the frames that are lost, and will not put another.
                    self.delimiter = true;
                }
            }
            lost = self.attempt(flags, &mut send)?;
            if lost.is_none() {
                return Ok(());
            }
        }
    }

    #[inline]
    fn attempt(
        &mut self,
        first: Flags,
        send: &mut impl FnMut(Piece<'_>, Flags, Place) -> Result<(), Errno>,
    ) -> Result<Option<Lost>, Errno> {
        let mut left = self.frames;
        let mut next = (first, Place::First);
        let mut send = |piece: Piece<'_>, more: bool| {
            let (flags, place) = mem::replace(&mut next, (Flags::DONTWAIT, Place::Later));
            send(piece, if more { flags | Flags::SNDMORE } else { flags }, place)
        };
        if self.delimiter {
            send(Piece::Bytes(&[]), true)?;
        }
        let sent = self.parts.iter_mut().try_for_each(|part| {
            part.pieces(|piece| {
                left -= 1;
                send(piece.last_if(left == 0), left > 0)
            })
        });
        match sent {
            Ok(()) => Ok(None),
            Err(Errno::EAGAIN) if self.delimiter || left + 1 < self.frames => Ok(Some(Lost { left })),
            Err(errno) => Err(errno),
        }
    }

    /// What was lent is with its owner. What was given by value only the error can give back.
    #[cold]
    pub(super) fn give_back(&mut self, error: Error) -> Error {
        let owned = |part: &Part<'_>| matches!(part, Part::Owned(_) | Part::Whole(_));
        if !self.parts.iter().any(owned) {
            return error;
        }
        let mut frames = Multipart::new();
        for part in mem::take(&mut self.parts) {
            match part {
                Part::Borrowed(bytes) => frames.push_back(bytes),
                Part::Copied(message) | Part::Owned(message) => frames.push_back(message),
                Part::Lent(_) => frames.push_back(Message::new()),
                Part::Whole(multipart) => frames.extend(multipart),
                Part::LentWhole(multipart) => frames.extend(multipart.iter().map(|_| Message::new())),
            }
        }
        error.returning(frames)
    }
}

/// Where a frame stands in its message: the first may have to wait, the others need not.
#[derive(Clone, Copy)]
enum Place {
    First,
    Later,
}

/// The peer went away in the middle of a message, and this many of its frames were not tried yet.
#[derive(Clone, Copy)]
pub(super) struct Lost {
    pub(super) left: usize,
}

impl<'p> Piece<'p> {
    #[inline]
    pub(super) fn send(&mut self, socket: LiveSocket<'_>, flags: Flags) -> Result<(), Errno> {
        match self {
            Piece::Bytes(bytes) => socket.send(bytes, flags.bits()),
            Piece::Shared(message) => socket.send_share(message, flags.bits()),
            Piece::Last(message) => socket.send_message(message, flags.bits()),
        }
    }

    /// What libzmq copies.
    fn copied(self) -> Piece<'p> {
        match self {
            Piece::Shared(message) | Piece::Last(message) => Piece::Bytes(message.bytes()),
            bytes => bytes,
        }
    }

    #[inline]
    fn last_if(self, last: bool) -> Piece<'p> {
        match self {
            Piece::Shared(message) if last => Piece::Last(message),
            piece => piece,
        }
    }
}

impl Part<'_> {
    #[inline]
    fn pieces(&mut self, mut each: impl FnMut(Piece<'_>) -> Result<(), Errno>) -> Result<(), Errno> {
        match self {
            Part::Borrowed(bytes) => each(Piece::Bytes(bytes)),
            Part::Copied(message) | Part::Owned(message) => each(Piece::Shared(&mut message.0)),
            Part::Lent(message) => each(Piece::Shared(&mut message.0)),
            Part::Whole(multipart) => multipart
                .iter_mut()
                .try_for_each(|frame| each(Piece::Shared(&mut frame.0))),
            Part::LentWhole(multipart) => multipart
                .iter_mut()
                .try_for_each(|frame| each(Piece::Shared(&mut frame.0))),
        }
    }

    /// After it was sent.
    #[inline]
    fn empty(&mut self) {
        match self {
            Part::Lent(message) => **message = Message::new(),
            Part::LentWhole(multipart) => multipart.clear(),
            _ => {}
        }
    }
}

/// Whether libzmq, after the peer was lost in the middle of a message, discards the frames up to its end: those that
/// share messages out among their peers do (`lb_t::sendpipe`).
pub(super) fn drops_the_rest(ty: SocketType) -> bool {
    [SocketType::PUSH, SocketType::DEALER, SocketType::REQ].contains(&ty)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use std::time::{Duration, Instant};

    use zmq_sys as sys;

    use super::*;
    use crate::context::Context;

    fn outgoing<'d>(frames: &[&'d str]) -> Outgoing<'d> {
        let mut message = Outgoing::new(0);
        frames
            .iter()
            .for_each(|frame| message.add(Held::Borrowed(frame.as_bytes())));
        message
    }

    fn can_send(socket: &Socket) -> bool {
        socket.raw().get_int(sys::ZMQ_EVENTS).unwrap() & i32::from(sys::ZMQ_POLLOUT) != 0
    }

    /// Whether `socket` can send, or cannot, within the time.
    pub(crate) fn comes_to_be(socket: &Socket, sendable: bool, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        while can_send(socket) != sendable {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::yield_now();
        }
        true
    }

    /// Waits until `socket` has noticed that its only peer is gone. In the middle of a message only a PAIR tells: the
    /// others say that the rest can be sent, and get a while to notice.
    pub(crate) fn await_loss(socket: &Socket) {
        if socket.socket_type() == SocketType::PAIR {
            assert!(
                comes_to_be(socket, false, Duration::from_secs(10)),
                "the loss of the peer goes unnoticed"
            );
        } else {
            comes_to_be(socket, false, Duration::from_millis(50));
        }
    }

    /// A PAIR turns a new peer away until it has let go of the old one.
    pub(crate) fn new_peer(context: &Context, ty: SocketType, sender: &Socket, endpoint: &str) -> Socket {
        for _ in 0..100 {
            let peer = context.socket(ty).unwrap();
            peer.set_rcvtimeo(Some(Duration::from_millis(100))).unwrap();
            peer.connect(endpoint).unwrap();
            if comes_to_be(sender, true, Duration::from_millis(100)) {
                return peer;
            }
        }
        panic!("{}: no new peer was taken", sender.socket_type());
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
                sender.set_sndtimeo(Some(Duration::from_secs(20))).unwrap();
                sender.bind("inproc://loss").unwrap();
                let peer = || new_peer(&context, theirs, &sender, "inproc://loss");
                let (mut first, mut second) = (Some(peer()), None);
                let mut calls = 0;
                outgoing(&["1", "2", "3"])
                    .transmit(None, ours, Flags::NONE, |frame, flags, _| {
                        if calls == lost_before {
                            first = None;
                            await_loss(&sender);
                        } else if calls > lost_before && second.is_none() && flags.contains(Flags::SNDMORE) {
                            second = Some(peer());
                        }
                        calls += 1;
                        sender.send_piece(frame, flags)
                    })
                    .unwrap();
                let second = second.unwrap_or_else(peer);
                // What goes to the lost peer while its loss is unnoticed is lost with it, but never a part of it.
                let received = (0..100).find_map(|_| {
                    sender.send_message(("next", "whole")).unwrap();
                    second.recv_message(Flags::NONE).ok()
                });
                let received = received.expect("the new peer gets nothing");
                assert!(
                    received == ["1", "2", "3"] || received == ["next", "whole"],
                    "{ours} {lost_before}: {received:?}"
                );
            }
        }
    }

    #[test]
    fn what_was_lent_comes_back() {
        let context = Context::new().unwrap();
        let nobody = context.socket(SocketType::PUSH).unwrap();
        let mut frame = Message::from("one");
        let mut rest = Multipart::from_iter(["two", "three"]);
        let error = nobody
            .send_message_dontwait((&mut frame, String::from("mine"), &mut rest))
            .unwrap_err();
        assert_eq!(error, Errno::EAGAIN);
        assert_eq!(frame, "one");
        assert_eq!(rest, ["two", "three"]);
        assert_eq!(error.into_multipart().unwrap(), ["", "mine", "", ""]);
    }
}
