//! Sending.

use super::Socket;
use super::borrowed::{self, Stopped};
use super::frames::IntoFrames;
use super::multipart_send::{FrameRef, PeerLost};
use super::payload::IntoFrame;
use super::payload::sealed::Payload;
use super::reasons::Unsent;
use super::retry::cold;
use super::staged::StagedMessage;
use super::topic;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;
use crate::ffi::socket::{Direction, LiveSocket};
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// # Sending
impl Socket {
    /// Sends one frame and returns its length in bytes (`zmq_send` for borrowed data, `zmq_msg_send` for owned data).
    ///
    /// With [`SNDMORE`](crate::SNDMORE) more frames of the same message follow. If the peer disconnects between two
    /// such calls, libzmq may send the remaining frames to another peer; [`send_message`](Socket::send_message) sends a
    /// message completely or not at all. The call returns when libzmq has queued the frame, not when the peer has
    /// received it. See [zmq_send(3)](https://libzmq.readthedocs.io/en/latest/zmq_send.html).
    ///
    /// # Errors
    /// No data is lost: borrowed data and a `&mut Message` are unchanged, and data that was passed by value is in the
    /// error ([`Error::into_message`]).
    ///
    /// - `EAGAIN` if the call would block with [`DONTWAIT`](crate::DONTWAIT), or when the
    ///   [timeout](Socket::set_sndtimeo) expires.
    /// - `EFSM` if the socket cannot send in its current state, for instance a REP without a request.
    /// - `EHOSTUNREACH` if a ROUTER with [`router_mandatory`](Socket::set_router_mandatory) has no peer with this routing id, or if a
    ///   [`SERVER`](crate::SERVER) or [`PEER`](crate::PEER) has none with the number of the message.
    /// - `ENOTSUP` if the socket type only receives.
    /// - `EMSGSIZE` if an XSUB sends a subscription that this libzmq cannot handle, or if [`SNDMORE`](crate::SNDMORE) is
    ///   used with [`conflate`](Socket::set_conflate).
    /// - `ENOMEM` if there is no memory for the frame.
    /// - `EINTR` after a signal, if the context does not [retry](crate::Context::set_retry_after_eintr).
    /// - `ETERM` if the context was terminated.
    ///
    /// ```
    /// use zmq4::{Context, DONTWAIT, Errno, Flags};
    /// let context = Context::new()?;
    /// let push = context.socket(zmq4::PUSH)?;
    /// let error = push.send(String::from("no peer yet"), DONTWAIT).unwrap_err();
    /// assert_eq!(error, Errno::EAGAIN);
    /// assert_eq!(error.into_message().unwrap(), "no peer yet");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_send")]
    #[doc(alias = "zmq_msg_send")]
    #[doc(alias = "SendBytes")]
    #[inline]
    pub fn send<'d>(&self, frame: impl IntoFrame<'d>, flags: impl Into<Flags>) -> Result<usize> {
        let flags = flags.into();
        match frame.payload().with_threshold(self.move_threshold.get()) {
            Payload::Borrowed(bytes) => self.send_bytes(bytes, flags),
            Payload::Bytes(bytes) => match self.send_bytes(&bytes, flags) {
                Ok(len) => Ok(len),
                Err(error) => Err(error.returning(Message::from(bytes))),
            },
            Payload::Message(mut message) => match self.send_msg(&mut message, flags) {
                Ok(len) => Ok(len),
                Err(error) => Err(error.returning(message)),
            },
            Payload::MessageMut(message) => self.send_msg(message, flags),
        }
    }

    /// Sends all frames as one message and returns the sum of their lengths in bytes.
    ///
    /// A peer receives the whole message, or nothing of it after an error. [`IntoFrames`] lists what can be sent.
    ///
    /// # Errors
    /// Like [`send`](Socket::send), and `EINVAL` if there are no frames. No data is lost: frames that were passed by
    /// value are in the error ([`Error::into_multipart`]).
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://frames")?;
    /// b.connect("inproc://frames")?;
    /// a.send_message(("temperature", [21, 5].as_slice()))?; // a tuple of frames
    /// a.send_message(["one", "two", "three"])?; // an array, a slice, a Vec, an iterator that was collected
    /// let mut message = b.recv_message(0)?;
    /// assert_eq!(message[0], "temperature");
    /// message.push_front("from b");
    /// b.send_message(&message)?; // keeps it
    /// b.send_message(message)?; // gives it away
    /// assert_eq!(b.recv_message(0)?, ["one", "two", "three"]);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "SendMessage")]
    #[doc(alias = "send_multipart")]
    #[doc(alias = "zmq_msg_send")]
    pub fn send_message<'d>(&self, frames: impl IntoFrames<'d>) -> Result<usize> {
        self.send_frames(frames, Flags::NONE)
    }

    /// Like [`send_message`](Socket::send_message), but never blocks.
    ///
    /// # Errors
    /// Like [`send_message`](Socket::send_message); `EAGAIN` if the call would block.
    #[doc(alias = "SendMessageDontwait")]
    #[doc(alias = "nonblocking")]
    pub fn send_message_dontwait<'d>(&self, frames: impl IntoFrames<'d>) -> Result<usize> {
        self.send_frames(frames, Flags::DONTWAIT)
    }

    #[inline]
    fn send_frames<'d>(&self, frames: impl IntoFrames<'d>, flags: Flags) -> Result<usize> {
        let mut lost = None;
        if let Some(socket) = self.raw().fast_path(Direction::Send) {
            match borrowed::send(&frames, socket, flags) {
                Ok(Some(len)) => return Ok(len),
                Ok(None) => {}
                Err(stopped) => {
                    let first = borrowed::first(&frames);
                    lost = cold(move || self.after_stop(stopped, flags, first))?;
                }
            }
        }
        let mut message = StagedMessage::new(self.move_threshold.get());
        frames.stage(&mut message);
        message.send(lost, self, flags)
    }

    /// Whether a message that was sent in part is sent again from its first frame.
    pub(super) fn after_stop(&self, stopped: Stopped, flags: Flags, first: Option<&[u8]>) -> Result<Option<PeerLost>> {
        match (stopped.errno, stopped.progress.peer_lost()) {
            (Errno::EAGAIN, Some(lost)) => Ok(Some(lost)),
            (Errno::EINTR, None) if self.context().retries() => Ok(None),
            (errno, _) => Err(self.send_failed(errno, flags, first.map(Unsent::from))),
        }
    }

    #[inline]
    fn send_bytes(&self, bytes: &[u8], flags: Flags) -> Result<usize> {
        let Some(socket) = self.raw().fast_path(Direction::Send) else {
            return cold(move || self.send_bytes_checked(bytes, flags)).map(|()| bytes.len());
        };
        match socket.send(bytes, flags.bits()) {
            Ok(()) => Ok(bytes.len()),
            Err(Errno::EAGAIN) => Err(would_block()),
            Err(errno) => cold(move || self.send_bytes_again(errno, bytes, flags)).map(|()| bytes.len()),
        }
    }

    fn send_bytes_again(&self, errno: Errno, bytes: &[u8], flags: Flags) -> Result<()> {
        self.after_failure(errno, |socket| socket.send(bytes, flags.bits()))
            .map_err(|errno| self.send_failed(errno, flags, Some(bytes.into())))
    }

    fn send_bytes_checked(&self, bytes: &[u8], flags: Flags) -> Result<()> {
        self.check_frame(bytes, flags)?;
        self.with_deadline(Direction::Send, flags, |socket, flags| socket.send(bytes, flags.bits()))
            .map_err(|errno| self.send_failed(errno, flags, Some(bytes.into())))
    }

    #[inline]
    fn send_msg(&self, message: &mut Message, flags: Flags) -> Result<usize> {
        let len = message.len();
        let Some(socket) = self.raw().fast_path(Direction::Send) else {
            return cold(move || self.send_msg_checked(message, flags)).map(|()| len);
        };
        match socket.send_message(&mut message.0, flags.bits()) {
            Ok(()) => Ok(len),
            Err(Errno::EAGAIN) => Err(would_block()),
            Err(errno) => cold(move || self.send_msg_again(errno, message, flags)).map(|()| len),
        }
    }

    fn send_msg_again(&self, errno: Errno, message: &mut Message, flags: Flags) -> Result<()> {
        self.after_failure(errno, |socket| socket.send_message(&mut message.0, flags.bits()))
            .map_err(|errno| self.send_failed(errno, flags, Some((&*message).into())))
    }

    fn send_msg_checked(&self, message: &mut Message, flags: Flags) -> Result<()> {
        self.check_frame(message, flags)?;
        self.send_msg_with_deadline(message, flags)
            .map_err(|errno| self.send_failed(errno, flags, Some((&*message).into())))
    }

    fn send_msg_with_deadline(&self, message: &mut Message, flags: Flags) -> Result<(), Errno> {
        if !self.sends_copies() {
            return self.with_deadline(Direction::Send, flags, |socket, flags| {
                socket.send_message(&mut message.0, flags.bits())
            });
        }
        let mut copy = RawMessage::copied(message)?;
        self.with_deadline(Direction::Send, flags, |socket, flags| {
            socket.send_message(&mut copy, flags.bits())
        })?;
        *message = Message::new();
        Ok(())
    }

    fn check_frame(&self, frame: &[u8], flags: Flags) -> Result<()> {
        self.check_topic(frame)?;
        self.check_single_frame(flags.contains(Flags::SNDMORE))
    }

    /// An XSUB subscribes by sending, and must not send a topic that [`subscribe`](Socket::subscribe) rejects.
    #[cold]
    pub(super) fn check_topic(&self, frame: &[u8]) -> Result<()> {
        match frame {
            [0 | 1, topic @ ..] if self.socket_type() == SocketType::XSUB => {
                topic::check_sent(topic).map_err(|reason| Error::new(Call::Send, Errno::EMSGSIZE).because(reason))
            }
            _ => Ok(()),
        }
    }

    /// Sends the first frame of a multipart message, the only one that may block.
    #[inline]
    pub(super) fn send_first_frame(&self, mut frame: FrameRef<'_>, flags: Flags) -> Result<(), Errno> {
        let send = move |socket: LiveSocket<'_>, flags: Flags| frame.send(socket, flags);
        match self.raw().fast_path(Direction::Send) {
            Some(socket) => self.without_deadline(socket, flags, send),
            None => cold(move || self.with_deadline(Direction::Send, flags, send)),
        }
    }
}

/// The fast path has no timeout, so only a call that does not wait would block.
#[inline]
fn would_block() -> Error {
    Error::new(Call::Send, Errno::EAGAIN)
}

impl Error {
    /// The frame that was passed by value and could not be sent, or that was received and could not be converted.
    pub fn into_message(self) -> Option<Message> {
        self.take()
    }

    /// The frames that could not be sent, if some of them were passed by value. Frames that were passed as `&mut` are
    /// empty here and unchanged with the caller.
    pub fn into_multipart(self) -> Option<Multipart> {
        self.take()
    }
}
