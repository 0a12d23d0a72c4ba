//! [`PendingFrame`], [`PendingMessage`]: data that is offered to a socket until the socket takes it, without waiting.

use super::Socket;
use super::borrowed;
use super::frames::IntoFrames;
use super::payload::IntoFrame;
use super::payload::sealed::Payload;
use super::retry::cold;
use super::staged::StagedMessage;
use crate::error::{Error, Result};
use crate::ffi::socket::Direction;
use crate::flags::Flags;
use crate::message::Message;

/// One frame. A failed attempt leaves it as it was.
pub(crate) struct PendingFrame<'d, F> {
    given: Option<F>,
    payload: Option<Payload<'d>>,
}

impl<'d, F: IntoFrame<'d>> PendingFrame<'d, F> {
    pub(crate) fn new(data: F) -> PendingFrame<'d, F> {
        PendingFrame {
            given: Some(data),
            payload: None,
        }
    }

    /// The bytes, if they are borrowed, before the first attempt.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    #[inline(always)]
    pub(crate) fn borrowed(&self) -> Option<&'d [u8]> {
        self.given.as_ref().and_then(F::borrowed)
    }

    /// Sends the frame; `EAGAIN` if the call would block.
    #[inline]
    pub(crate) fn try_send(&mut self, socket: &Socket) -> Result<usize> {
        if let Some(data) = self.given.take() {
            self.payload = Some(data.payload().with_threshold(socket.move_threshold.get()));
        }
        match &mut self.payload {
            Some(Payload::Borrowed(bytes)) => socket.send(*bytes, Flags::DONTWAIT),
            Some(Payload::Bytes(bytes)) => socket.send(&*bytes, Flags::DONTWAIT),
            Some(Payload::MessageMut(message)) => socket.send(&mut **message, Flags::DONTWAIT),
            Some(Payload::Message(message)) => socket.send(message, Flags::DONTWAIT),
            None => Ok(0),
        }
    }

    /// Puts what was given by value into the error.
    #[cold]
    pub(crate) fn give_back(&mut self, error: Error) -> Error {
        match self.payload.take() {
            Some(Payload::Bytes(bytes)) => error.returning(Message::from(bytes)),
            Some(Payload::Message(message)) => error.returning(message),
            _ => error,
        }
    }
}

/// All frames of one message. A failed attempt leaves them as they were.
pub(crate) struct PendingMessage<'d, F> {
    given: Option<F>,
    staged: Option<StagedMessage<'d>>,
}

impl<'d, F: IntoFrames<'d>> PendingMessage<'d, F> {
    pub(crate) fn new(frames: F) -> PendingMessage<'d, F> {
        PendingMessage {
            given: Some(frames),
            staged: None,
        }
    }

    /// Sends all frames or none; `EAGAIN` if the call would block.
    #[inline]
    pub(crate) fn try_send(&mut self, socket: &Socket) -> Result<usize> {
        let mut lost = None;
        if let (Some(frames), Some(live)) = (&self.given, socket.raw().fast_path(Direction::Send)) {
            match borrowed::send(frames, live, Flags::DONTWAIT) {
                Ok(Some(len)) => return Ok(len),
                Ok(None) => {}
                Err(stopped) => {
                    let first = borrowed::first(frames);
                    lost = cold(move || socket.after_stop(stopped, Flags::DONTWAIT, first))?;
                }
            }
        }
        match self.stage(socket.move_threshold.get()) {
            Some(staged) => staged.try_send(lost, socket, Flags::DONTWAIT),
            None => Ok(0),
        }
    }

    /// The number of frames.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(crate) fn count(&mut self, socket: &Socket) -> usize {
        let staged = self.stage(socket.move_threshold.get());
        staged.map_or(0, |staged| staged.count())
    }

    #[inline]
    fn stage(&mut self, threshold: usize) -> Option<&mut StagedMessage<'d>> {
        if let Some(frames) = self.given.take() {
            let mut staged = StagedMessage::new(threshold);
            frames.stage(&mut staged);
            self.staged = Some(staged);
        }
        self.staged.as_mut()
    }

    /// Puts what was given by value into the error.
    #[cold]
    pub(crate) fn give_back(&mut self, error: Error) -> Error {
        // An error may come before the first attempt.
        match self.stage(Message::ZERO_COPY_THRESHOLD) {
            Some(staged) => staged.give_back(error),
            None => error,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::ffi::errno::Errno;
    use crate::multipart::Multipart;
    use crate::socket_type::SocketType;

    fn pair(context: &Context) -> (Socket, Socket) {
        let (a, b) = (
            context.socket(SocketType::DEALER).unwrap(),
            context.socket(SocketType::DEALER).unwrap(),
        );
        b.bind("inproc://pending").unwrap();
        (a, b)
    }

    fn tried_until_sent<'d>(data: impl IntoFrame<'d>, expected: &[u8]) {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let mut pending = PendingFrame::new(data);
        for _ in 0..3 {
            assert_eq!(pending.try_send(&a).unwrap_err(), Errno::EAGAIN);
        }
        a.connect("inproc://pending").unwrap();
        assert_eq!(pending.try_send(&a).unwrap(), expected.len());
        assert_eq!(b.recv(Flags::NONE).unwrap(), expected);
    }

    #[test]
    fn pending_frame_of_any_kind_is_sent_later() {
        tried_until_sent("borrowed", b"borrowed");
        tried_until_sent(String::from("owned"), b"owned");
        tried_until_sent(vec![7_u8; 10_000], &[7; 10_000]);
        tried_until_sent(Message::from("message"), b"message");
        let mut lent = Message::from("lent");
        tried_until_sent(&mut lent, b"lent");
        assert!(lent.is_empty());
    }

    #[test]
    fn pending_frame_comes_back_in_the_error() {
        let context = Context::new().unwrap();
        let (a, _) = pair(&context);
        for size in [3, 10_000] {
            let mut pending = PendingFrame::new(vec![7_u8; size]);
            let error = pending.try_send(&a).unwrap_err();
            assert_eq!(pending.give_back(error).into_message().unwrap().len(), size);
        }
    }

    #[test]
    fn pending_message_is_sent_whole_later() {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let mut lent = Multipart::from_iter(["x", "y"]);
        let mut borrowed = PendingMessage::new(("id", "", "body"));
        let mut owned = PendingMessage::new((String::from("id"), &mut lent));
        for _ in 0..3 {
            assert_eq!(borrowed.try_send(&a).unwrap_err(), Errno::EAGAIN);
            assert_eq!(owned.try_send(&a).unwrap_err(), Errno::EAGAIN);
        }
        a.connect("inproc://pending").unwrap();
        assert_eq!(borrowed.try_send(&a).unwrap(), 6);
        assert_eq!(owned.try_send(&a).unwrap(), 4);
        drop(owned);
        assert!(lent.is_empty());
        assert_eq!(b.recv_message(Flags::NONE).unwrap(), ["id", "", "body"]);
        assert_eq!(b.recv_message(Flags::NONE).unwrap(), ["id", "x", "y"]);
    }

    #[test]
    fn pending_message_comes_back_in_the_error() {
        let context = Context::new().unwrap();
        let (a, _) = pair(&context);
        let mut lent = Multipart::from_iter(["x", "y"]);
        let mut pending = PendingMessage::new((String::from("id"), &mut lent));
        let error = pending.try_send(&a).unwrap_err();
        let error = pending.give_back(error);
        drop(pending);
        assert_eq!(error.into_multipart().unwrap(), ["id", "", ""]);
        assert_eq!(lent, ["x", "y"]);
    }
}
