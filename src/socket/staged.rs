//! [`StagedMessage`]: a message of several frames that are kept until all are sent.

use std::mem;

use smallvec::SmallVec;

use super::Socket;
use super::multipart_send::{FrameRef, PeerLost, Progress};
use super::payload::sealed::Payload;
use super::reasons::Unsent;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::{INLINE, RawMessage};
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::Direction;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// The frames of a message. They remain where they are until the whole message is sent.
#[derive(Debug)]
pub struct StagedMessage<'d> {
    /// Size from which uniquely owned bytes are sent without copying.
    move_threshold: usize,
    parts: SmallVec<[StagedFrame<'d>; 4]>,
    count: usize,
    bytes: usize,
    /// Whether some frames are the caller's, and emptied once they are sent.
    has_borrowed_messages: bool,
    /// Whether an empty delimiter goes before all frames.
    delimiter: bool,
    failure: Option<Errno>,
}

#[derive(Debug)]
enum StagedFrame<'d> {
    /// At most [`INLINE`] bytes: libzmq needs no memory to send so few.
    Borrowed(&'d [u8]),
    Copied(Message),
    Message(Message),
    MessageMut(&'d mut Message),
    Multipart(Multipart),
    MultipartMut(&'d mut Multipart),
}

impl<'d> StagedMessage<'d> {
    #[inline]
    pub(super) fn new(move_threshold: usize) -> StagedMessage<'d> {
        StagedMessage {
            move_threshold,
            parts: SmallVec::new(),
            count: 0,
            bytes: 0,
            has_borrowed_messages: false,
            delimiter: false,
            failure: None,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, payload: Payload<'d>) {
        let (part, len) = match payload.with_threshold(self.move_threshold) {
            Payload::Borrowed(bytes) if bytes.len() <= INLINE => (StagedFrame::Borrowed(bytes), bytes.len()),
            // Copied before anything is sent: memory must not run out in the middle of a message.
            Payload::Borrowed(bytes) => match RawMessage::copied(bytes) {
                Ok(copy) => (StagedFrame::Copied(Message(copy)), bytes.len()),
                Err(errno) => {
                    self.failure = Some(errno);
                    return;
                }
            },
            Payload::Bytes(bytes) => (StagedFrame::Message(Message::from(&bytes[..])), bytes.len()),
            Payload::Message(message) => {
                let len = message.len();
                (StagedFrame::Message(message), len)
            }
            Payload::MessageMut(message) => {
                let len = message.len();
                self.has_borrowed_messages = true;
                (StagedFrame::MessageMut(message), len)
            }
        };
        self.count += 1;
        self.bytes += len;
        self.parts.push(part);
    }

    pub(super) fn add_multipart(&mut self, multipart: Multipart) {
        self.count += multipart.len();
        self.bytes += multipart.byte_len();
        self.parts.push(StagedFrame::Multipart(multipart));
    }

    pub(super) fn add_multipart_mut(&mut self, multipart: &'d mut Multipart) {
        self.count += multipart.len();
        self.bytes += multipart.byte_len();
        self.has_borrowed_messages = true;
        self.parts.push(StagedFrame::MultipartMut(multipart));
    }

    /// Sends all frames as one message, and returns the number of their bytes. An attempt before this one may have lost
    /// its peer.
    pub(super) fn send(&mut self, lost: Option<PeerLost>, socket: &Socket, flags: Flags) -> Result<usize> {
        self.try_send(lost, socket, flags)
            .map_err(|error| self.give_back(error))
    }

    /// The number of frames.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Like [`send`](StagedMessage::send), but keeps everything after an error, so that it can be called again.
    pub(super) fn try_send(&mut self, lost: Option<PeerLost>, socket: &Socket, flags: Flags) -> Result<usize> {
        let failed = |errno| Error::new(Call::Send, errno);
        let mut copies = false;
        if socket.raw().fast_path(Direction::Send).is_none() {
            copies = socket.sends_copies();
            socket.check_single_frame(self.count > 1)?;
            socket.check_frame_count(self.count)?;
            self.check_topics(socket)?;
        }
        if let Some(errno) = self.failure {
            return Err(failed(errno));
        }
        if self.count == 0 {
            return Err(failed(Errno::EINVAL).because("a message has at least one frame"));
        }
        self.transmit(lost, socket.socket_type(), flags, |frame, index, flags| {
            let mut frame = if copies { frame.copied() } else { frame };
            if index == 0 {
                socket.send_first_frame(frame, flags)
            } else {
                // It never waits, so a signal must not separate it from the first one.
                retry_on_intr(|| !socket.raw().is_forked(), || frame.send(socket.raw().live()?, flags))
            }
        })
        .map_err(|errno| socket.send_failed(errno, flags, self.unsent()))?;
        if self.has_borrowed_messages {
            self.parts.iter_mut().for_each(StagedFrame::empty);
        }
        Ok(self.bytes)
    }

    /// libzmq takes later frames of a message for subscriptions too.
    fn check_topics(&self, socket: &Socket) -> Result<()> {
        let check = |message: &Message| socket.check_topic(message);
        self.parts.iter().try_for_each(|part| match part {
            StagedFrame::Borrowed(bytes) => socket.check_topic(bytes),
            StagedFrame::Copied(message) | StagedFrame::Message(message) => check(message),
            StagedFrame::MessageMut(message) => check(message),
            StagedFrame::Multipart(multipart) => multipart.iter().try_for_each(check),
            StagedFrame::MultipartMut(multipart) => multipart.iter().try_for_each(check),
        })
    }

    fn unsent(&self) -> Option<Unsent<'_>> {
        match self.parts.first()? {
            StagedFrame::Borrowed(bytes) => Some((*bytes).into()),
            StagedFrame::Copied(message) | StagedFrame::Message(message) => Some(message.into()),
            StagedFrame::MessageMut(message) => Some((&**message).into()),
            StagedFrame::Multipart(multipart) => multipart.front().map(Unsent::from),
            StagedFrame::MultipartMut(multipart) => multipart.front().map(Unsent::from),
        }
    }

    /// A later frame that cannot be sent at once means that the peer went away with the frames it had: they were never
    /// delivered, and libzmq would send the rest to another peer. So the message starts again from its first frame.
    fn transmit(
        &mut self,
        mut lost: Option<PeerLost>,
        ty: SocketType,
        flags: Flags,
        mut send: impl FnMut(FrameRef<'_>, usize, Flags) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        loop {
            if let Some(lost) = lost {
                let was_ended = lost.end_message(ty, |frame, flags| send(frame, 1, flags))?;
                if ty == SocketType::REQ {
                    if was_ended {
                        // The socket takes this for its request, and waits for the reply of a peer that is gone, as if
                        // the peer had gone a moment later.
                        return Ok(());
                    }
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
        flags: Flags,
        send: &mut impl FnMut(FrameRef<'_>, usize, Flags) -> Result<(), Errno>,
    ) -> Result<Option<PeerLost>, Errno> {
        let mut progress = Progress::new(self.count + usize::from(self.delimiter), flags);
        if self.delimiter {
            progress.step(|index, flags, _| send(FrameRef::Bytes(&[]), index, flags))?;
        }
        let sent = self.parts.iter_mut().try_for_each(|part| {
            part.each_frame(|frame| progress.step(|index, flags, is_last| send(frame.moved_if(is_last), index, flags)))
        });
        match (sent, progress.peer_lost()) {
            (Ok(()), _) => Ok(None),
            (Err(Errno::EAGAIN), Some(lost)) => Ok(Some(lost)),
            (Err(errno), _) => Err(errno),
        }
    }

    /// Puts what was given by value into the error. What was borrowed mutably is unchanged.
    #[cold]
    pub(super) fn give_back(&mut self, error: Error) -> Error {
        let owned = |part: &StagedFrame<'_>| matches!(part, StagedFrame::Message(_) | StagedFrame::Multipart(_));
        if !self.parts.iter().any(owned) {
            return error;
        }
        let mut frames = Multipart::new();
        for part in mem::take(&mut self.parts) {
            match part {
                StagedFrame::Borrowed(bytes) => frames.push_back(bytes),
                StagedFrame::Copied(message) | StagedFrame::Message(message) => frames.push_back(message),
                StagedFrame::MessageMut(_) => frames.push_back(Message::new()),
                StagedFrame::Multipart(multipart) => frames.extend(multipart),
                StagedFrame::MultipartMut(multipart) => frames.extend(multipart.iter().map(|_| Message::new())),
            }
        }
        error.returning(frames)
    }
}

impl StagedFrame<'_> {
    #[inline]
    fn each_frame(&mut self, mut each: impl FnMut(FrameRef<'_>) -> Result<(), Errno>) -> Result<(), Errno> {
        match self {
            StagedFrame::Borrowed(bytes) => each(FrameRef::Bytes(bytes)),
            StagedFrame::Copied(message) | StagedFrame::Message(message) => each(FrameRef::Shared(&mut message.0)),
            StagedFrame::MessageMut(message) => each(FrameRef::Shared(&mut message.0)),
            StagedFrame::Multipart(multipart) => multipart
                .iter_mut()
                .try_for_each(|frame| each(FrameRef::Shared(&mut frame.0))),
            StagedFrame::MultipartMut(multipart) => multipart
                .iter_mut()
                .try_for_each(|frame| each(FrameRef::Shared(&mut frame.0))),
        }
    }

    /// Empties the caller's messages after they were sent.
    #[inline]
    fn empty(&mut self) {
        match self {
            StagedFrame::MessageMut(message) => **message = Message::new(),
            StagedFrame::MultipartMut(multipart) => multipart.clear(),
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use std::time::{Duration, Instant};

    use zmq_sys as sys;

    use super::*;
    use crate::context::Context;

    fn staged<'d>(frames: &[&'d str]) -> StagedMessage<'d> {
        let mut message = StagedMessage::new(0);
        frames
            .iter()
            .for_each(|frame| message.add(Payload::Borrowed(frame.as_bytes())));
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

    /// Waits until `socket` has noticed that its only peer is gone. In the middle of a message only a PAIR shows it:
    /// the others say that the rest can be sent, and get a while to notice.
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
    fn staged_frames_of_a_lost_peer_are_not_sent() {
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
                staged(&["1", "2", "3"])
                    .transmit(None, ours, Flags::NONE, |frame, _, flags| {
                        if calls == lost_before {
                            first = None;
                            await_loss(&sender);
                        } else if calls > lost_before && second.is_none() && flags.contains(Flags::SNDMORE) {
                            second = Some(peer());
                        }
                        calls += 1;
                        sender.send_first_frame(frame, flags)
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
    fn mutable_frames_are_unchanged_after_an_error() {
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
