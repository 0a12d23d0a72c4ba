//! Sending.

use std::time::Instant;

use super::Socket;
use super::frame::Frame;
use super::frame::sealed::Held;
use super::frames::Frames;
use super::kind::SocketType;
use super::outgoing::Outgoing;
use super::topic;
use super::wait::Side;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::ffi::message::RawMessage;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;

impl Socket {
    /// Sends one frame, and answers how many bytes it has (`zmq_send` for borrowed data, `zmq_msg_send` for owned).
    ///
    /// With [`SNDMORE`](crate::SNDMORE) more frames of the same message follow. Where the peer goes away between two
    /// such calls, libzmq may give the rest to another peer: [`send_message`](Socket::send_message) sends all of a
    /// message or nothing.
    ///
    /// That it was sent means that libzmq has taken it over, not that the peer has it.
    ///
    /// # Errors
    /// The data is not lost: borrowed data and `&mut Message` are as they were, and what was given by value is in the
    /// error ([`Error::into_message`]).
    ///
    /// `EAGAIN` where it would have to wait, with [`DONTWAIT`](crate::DONTWAIT) or at the end of the
    /// [time-out](Socket::set_sndtimeo); `EFSM` out of turn; `EHOSTUNREACH` for a peer that a ROUTER does not know, if it
    /// is to be told; `ENOTSUP` for a type that only receives; `ENOMEM` without memory; `EINTR` after a signal, if those
    /// are not retried; `ETERM` once the context has ended.
    ///
    /// ```
    /// use zmq4::{Context, DONTWAIT, Errno, Flags};
    /// let context = Context::new()?;
    /// let push = context.socket(zmq4::PUSH)?;
    /// let error = push.send(String::from("nobody is there"), DONTWAIT).unwrap_err();
    /// assert_eq!(error, Errno::EAGAIN);
    /// assert_eq!(error.into_message().unwrap(), "nobody is there");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_send")]
    #[doc(alias = "zmq_msg_send")]
    #[doc(alias = "SendBytes")]
    #[inline]
    pub fn send<'d>(&self, data: impl Frame<'d>, flags: Flags) -> Result<usize> {
        match data.held() {
            Held::Borrowed(bytes) => self.send_borrowed(bytes, flags),
            Held::Lent(message) => self.send_lent(message, flags),
            Held::Owned(mut message) => self
                .send_lent(&mut message, flags)
                .map_err(|error| error.returning(message)),
        }
    }

    /// Sends all frames as one message, and answers how many bytes they have together.
    ///
    /// All or nothing: a peer receives the whole message, and after an error nobody receives anything of it. See
    /// [`Frames`] for what can be given.
    ///
    /// # Errors
    /// As [`send`](Socket::send), and `EINVAL` where there are no frames. Nothing is lost: what was given by value is in
    /// the error ([`Error::into_multipart`]).
    #[doc(alias = "SendMessage")]
    #[doc(alias = "zmq_msg_send")]
    pub fn send_message<'d>(&self, frames: impl Frames<'d>) -> Result<usize> {
        self.send_frames(frames, Flags::NONE)
    }

    /// As [`send_message`](Socket::send_message), and fails with `EAGAIN` instead of waiting.
    ///
    /// # Errors
    /// As [`send_message`](Socket::send_message).
    #[doc(alias = "SendMessageDontwait")]
    pub fn send_message_dontwait<'d>(&self, frames: impl Frames<'d>) -> Result<usize> {
        self.send_frames(frames, Flags::DONTWAIT)
    }

    fn send_frames<'d>(&self, frames: impl Frames<'d>, flags: Flags) -> Result<usize> {
        let mut message = Outgoing::default();
        frames.add_to(&mut message);
        message.send(self, flags)
    }

    #[inline]
    fn send_borrowed(&self, bytes: &[u8], flags: Flags) -> Result<usize> {
        self.check_topic(bytes)?;
        let deadline = self.deadline(Side::Send, flags);
        let sent = match self.raw().send(bytes, flags.bits()) {
            Err(Errno::EINTR) => self.resume(Side::Send, deadline, flags, |flags| {
                self.raw().send(bytes, flags.bits())
            }),
            sent => sent,
        };
        match sent {
            Ok(()) => Ok(bytes.len()),
            Err(errno) => Err(Error::new(Call::Send, errno)),
        }
    }

    #[inline]
    fn send_lent(&self, message: &mut Message, flags: Flags) -> Result<usize> {
        let len = message.len();
        self.check_topic(message)?;
        let deadline = self.deadline(Side::Send, flags);
        match self.send_raw(&mut message.0, flags, deadline) {
            Ok(()) => Ok(len),
            Err(errno) => Err(Error::new(Call::Send, errno)),
        }
    }

    /// An XSUB subscribes by sending, and must not send a topic that [`subscribe`](Socket::subscribe) would refuse.
    #[inline]
    pub(super) fn check_topic(&self, frame: &[u8]) -> Result<()> {
        if frame.len() > topic::SAFE_LEN {
            self.check_long_topic(frame)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn check_long_topic(&self, frame: &[u8]) -> Result<()> {
        match frame {
            [0 | 1, topic @ ..] if self.socket_type() == SocketType::XSUB => {
                topic::check(topic).map_err(|reason| Error::new(Call::Send, Errno::EMSGSIZE).because(reason))
            }
            _ => Ok(()),
        }
    }

    #[inline]
    pub(super) fn send_raw(
        &self,
        message: &mut RawMessage,
        flags: Flags,
        deadline: Option<Instant>,
    ) -> Result<(), Errno> {
        match self.raw().send_message(message, flags.bits()) {
            Err(Errno::EINTR) => self.resume(Side::Send, deadline, flags, |flags| {
                self.raw().send_message(message, flags.bits())
            }),
            sent => sent,
        }
    }
}

impl Error {
    /// The frame that was given by value and could not be sent, or that was received and is not what was asked for.
    pub fn into_message(self) -> Option<Message> {
        self.take()
    }

    /// The frames that could not be sent, if some were given by value; those that were lent are empty here, and back
    /// with their owner.
    pub fn into_multipart(self) -> Option<Multipart> {
        self.take()
    }
}
