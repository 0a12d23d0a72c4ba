//! Receiving.

use std::ffi::c_int;

use super::Socket;
use super::metadata::{self, Metadata};
use super::retry::cold;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::list::push_empty;
use crate::ffi::message::RawMessage;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::{Direction, LiveSocket};
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// # Receiving
impl Socket {
    /// Receives one frame (`zmq_msg_recv`).
    ///
    /// [`Message::more`] says whether more frames of the same message follow. libzmq delivers messages whole, so the
    /// remaining frames can be received without blocking.
    /// See [zmq_msg_recv(3)](https://libzmq.readthedocs.io/en/latest/zmq_msg_recv.html).
    ///
    /// # Errors
    /// - `EAGAIN` if no message is available with [`DONTWAIT`](crate::DONTWAIT), or when the
    ///   [timeout](Socket::set_rcvtimeo) expires.
    /// - `EFSM` if the socket cannot receive in its current state, for instance a REQ that has not sent a request.
    /// - `EPROTO` after a multipart message with [`conflate`](Socket::set_conflate); if libzmq is [repaired](crate::has), only if the
    ///   option was set after the socket had connected.
    /// - `ENOTSUP` if the socket type only sends.
    /// - `EINTR` after a signal, if the context does not [retry](crate::Context::set_retry_after_eintr).
    /// - `ETERM` if the context was terminated.
    ///
    /// ```
    /// use zmq4::{Context, DONTWAIT, SNDMORE};
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://one frame")?;
    /// b.connect("inproc://one frame")?;
    /// a.send("first", SNDMORE)?;
    /// a.send("last", 0)?;
    /// let frame = b.recv(0)?; // waits
    /// assert_eq!(frame, "first");
    /// assert!(frame.more());
    /// assert_eq!(b.recv(0)?, "last");
    /// assert_eq!(b.recv(DONTWAIT).unwrap_err(), zmq4::EAGAIN); // does not wait
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_recv")]
    #[doc(alias = "Recv")]
    #[doc(alias = "recv_msg")]
    #[inline(always)]
    pub fn recv(&self, flags: impl Into<Flags>) -> Result<Message> {
        let flags = flags.into();
        match RawMessage::filled(|message| self.recv_raw(message, flags)) {
            Ok(message) => Ok(Message(message)),
            Err(error) => Err(error),
        }
    }

    /// Like [`recv`](Socket::recv), but `EAGAIN` if there is no frame.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PULL)?;
    /// match socket.try_recv() {
    ///     Ok(frame) => println!("{frame}"),
    ///     Err(error) if error.is_would_block() => println!("nothing yet"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "nonblocking")]
    #[inline]
    pub fn try_recv(&self) -> Result<Message> {
        self.recv(Flags::DONTWAIT)
    }

    /// Receives one frame into an existing message and returns its length in bytes ([`zmq_msg_recv`]).
    ///
    /// The previous content of the message is released, also after an error.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    ///
    /// [`zmq_msg_recv`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_recv.html
    #[doc(alias = "zmq_msg_recv")]
    #[inline]
    pub fn recv_msg_into(&self, message: &mut Message, flags: impl Into<Flags>) -> Result<usize> {
        let flags = flags.into();
        self.recv_raw(&mut message.0, flags)?;
        Ok(message.len())
    }

    /// Receives one frame and copies its bytes.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    #[doc(alias = "RecvBytes")]
    pub fn recv_bytes(&self, flags: impl Into<Flags>) -> Result<Vec<u8>> {
        let flags = flags.into();
        self.recv(flags).map(|message| message.to_vec())
    }

    /// Receives one frame and copies its text.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv), and `EILSEQ` if the frame is not UTF-8; the frame is in the error
    /// ([`Error::into_message`]).
    ///
    /// ```
    /// use zmq4::{Context, Errno, Flags};
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://text")?;
    /// b.connect("inproc://text")?;
    /// a.send(b"\xff\xfe", Flags::NONE)?;
    /// let error = b.recv_string(Flags::NONE).unwrap_err();
    /// assert_eq!(error, Errno::EILSEQ);
    /// assert_eq!(error.into_message().unwrap(), b"\xff\xfe");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "Recv")]
    pub fn recv_string(&self, flags: impl Into<Flags>) -> Result<String> {
        let flags = flags.into();
        self.recv(flags).and_then(text)
    }

    /// Receives one frame into a buffer and returns the length of the frame in bytes ([`zmq_recv`]). If the frame is
    /// longer than the buffer, the rest is discarded.
    ///
    /// libzmq reports the length as a C `int`: a longer frame is cut to 2147483647 bytes, and that length is returned.
    /// [`recv`](Socket::recv) and [`recv_msg_into`](Socket::recv_msg_into) have no such limit.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://buffer")?;
    /// b.connect("inproc://buffer")?;
    /// a.send("Hello", 0)?;
    /// let mut buffer = [0; 16];
    /// let len = b.recv_into(&mut buffer, 0)?;
    /// assert_eq!(&buffer[..len], b"Hello");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_recv`]: https://libzmq.readthedocs.io/en/latest/zmq_recv.html
    #[doc(alias = "zmq_recv")]
    #[inline]
    pub fn recv_into(&self, buffer: &mut [u8], flags: impl Into<Flags>) -> Result<usize> {
        let flags = flags.into();
        let Some(socket) = self.raw().fast_path(Direction::Recv) else {
            return cold(move || self.recv_into_checked(buffer, flags)).map(|len| len as usize);
        };
        match socket.recv(buffer, flags.bits()) {
            Ok(len) => Ok(len as usize),
            Err(Errno::EAGAIN) => Err(would_block()),
            Err(errno) => cold(move || self.recv_into_again(errno, buffer, flags)).map(|len| len as usize),
        }
    }

    /// Receives one message with all its frames.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv). No frame is received in that case.
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://whole")?;
    /// b.connect("inproc://whole")?;
    /// a.send_message(("key", "value"))?;
    /// let message = b.recv_message(0)?;
    /// assert_eq!(message.len(), 2);
    /// assert_eq!(message[1], "value");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "RecvMessage")]
    #[doc(alias = "RecvMessageBytes")]
    #[doc(alias = "recv_multipart")]
    #[inline]
    pub fn recv_message(&self, flags: impl Into<Flags>) -> Result<Multipart> {
        let flags = flags.into();
        let Some(socket) = self.raw().fast_path(Direction::Recv) else {
            return cold(move || self.recv_message_checked(flags));
        };
        let mut more = false;
        let first = RawMessage::filled(|first| {
            let received = self.recv_first(socket, first, flags);
            more = received.is_ok() && first.more();
            received
        })?;
        // Most messages have no more.
        let mut frames = Vec::with_capacity(4);
        frames.push(Message(first));
        if more {
            self.recv_rest_onto(socket, &mut frames)?;
        }
        Ok(Multipart::from_frames(frames))
    }

    /// Receives one message with all its frames into an existing multipart, and returns the number of frames.
    ///
    /// The previous frames are released, also after an error. Their memory is reused, so a multipart that has held as
    /// many frames before does not allocate.
    ///
    /// # Errors
    /// Like [`recv_message`](Socket::recv_message).
    ///
    /// ```
    /// use zmq4::{Context, Flags, Multipart};
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://again")?;
    /// b.connect("inproc://again")?;
    /// let mut frames = Multipart::new();
    /// for n in ["1", "2", "3"] {
    ///     a.send_message(("number", n))?;
    ///     assert_eq!(b.recv_message_into(&mut frames, Flags::NONE)?, 2);
    ///     assert_eq!(frames, ["number", n]);
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "RecvMessage")]
    pub fn recv_message_into(&self, frames: &mut Multipart, flags: impl Into<Flags>) -> Result<usize> {
        let flags = flags.into();
        let places = frames.places();
        let received = self.recv_into_places(places, flags);
        if received.is_err() {
            places.clear();
        }
        received
    }

    fn recv_into_places(&self, places: &mut Vec<Message>, flags: Flags) -> Result<usize> {
        if places.is_empty() {
            push_empty(places);
        }
        let Some((first, others)) = places.split_first_mut() else {
            return Ok(0);
        };
        self.recv_raw(&mut first.0, flags)?;
        let mut more = first.more();
        let mut count = 1;
        if more {
            let socket = self.raw().fast_path(Direction::Recv);
            for frame in others {
                self.recv_rest(socket, &mut frame.0)?;
                count += 1;
                more = frame.more();
                if !more {
                    break;
                }
            }
        }
        if more {
            match self.raw().fast_path(Direction::Recv) {
                Some(socket) => self.recv_rest_onto(socket, places)?,
                None => cold(|| self.recv_rest_onto_checked(places))?,
            }
        } else {
            places.truncate(count);
        }
        Ok(places.len())
    }

    /// Receives one frame and those of the given [properties](Message::property) that it has.
    ///
    /// With libzmq 4.3.4 and older, the routing id frame of a ROUTER has no properties if the socket was polled, or its
    /// [`events`](Socket::events) were read, before the receive. The next frame has them, and
    /// [`recv_message_with_metadata`](Socket::recv_message_with_metadata) finds them there.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (pull, push) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
    /// pull.bind("tcp://127.0.0.1:*")?;
    /// push.connect(&pull.last_endpoint()?)?;
    /// push.send("Hello", 0)?;
    /// let (message, metadata) = pull.recv_with_metadata(0, &["Peer-Address", "Socket-Type"])?;
    /// assert_eq!(message, "Hello");
    /// assert_eq!(metadata["Peer-Address"], "127.0.0.1");
    /// assert_eq!(metadata["Socket-Type"], "PUSH");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "RecvWithMetadata")]
    pub fn recv_with_metadata(&self, flags: impl Into<Flags>, properties: &[&str]) -> Result<(Message, Metadata)> {
        let flags = flags.into();
        let message = self.recv(flags)?;
        let metadata = metadata::of([&message], properties);
        Ok((message, metadata))
    }

    /// Like [`recv_bytes`](Socket::recv_bytes), but also returns metadata.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    #[doc(alias = "RecvBytesWithMetadata")]
    pub fn recv_bytes_with_metadata(
        &self,
        flags: impl Into<Flags>,
        properties: &[&str],
    ) -> Result<(Vec<u8>, Metadata)> {
        let flags = flags.into();
        let (message, metadata) = self.recv_with_metadata(flags, properties)?;
        Ok((message.to_vec(), metadata))
    }

    /// Like [`recv_string`](Socket::recv_string), but also returns metadata.
    ///
    /// # Errors
    /// Like [`recv_string`](Socket::recv_string).
    #[doc(alias = "RecvWithMetadata")]
    pub fn recv_string_with_metadata(
        &self,
        flags: impl Into<Flags>,
        properties: &[&str],
    ) -> Result<(String, Metadata)> {
        let flags = flags.into();
        let (message, metadata) = self.recv_with_metadata(flags, properties)?;
        Ok((text(message)?, metadata))
    }

    /// Like [`recv_message`](Socket::recv_message), but also returns those of the given [properties](Message::property)
    /// that the message has. Each one is taken from the first frame that has it.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    #[doc(alias = "RecvMessageWithMetadata")]
    #[doc(alias = "RecvMessageBytesWithMetadata")]
    pub fn recv_message_with_metadata(
        &self,
        flags: impl Into<Flags>,
        properties: &[&str],
    ) -> Result<(Multipart, Metadata)> {
        let flags = flags.into();
        let frames = self.recv_message(flags)?;
        let metadata = metadata::of(&frames, properties);
        Ok((frames, metadata))
    }

    /// Makes one attempt to receive, without waiting, if it needs no checks. `EINTR` as it comes.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    #[inline(always)]
    pub(crate) fn recv_unchecked(&self, message: &mut RawMessage) -> Option<Result<(), Errno>> {
        let socket = self.raw().fast_path(Direction::Recv)?;
        Some(socket.recv_message(message, Flags::DONTWAIT.bits()))
    }

    #[inline]
    fn recv_raw(&self, message: &mut RawMessage, flags: Flags) -> Result<()> {
        let Some(socket) = self.raw().fast_path(Direction::Recv) else {
            return cold(move || {
                self.recv_checked(message, flags)
                    .map_err(|errno| self.recv_failed(errno, flags))
            });
        };
        self.recv_first(socket, message, flags)
    }

    #[inline(always)]
    fn recv_first(&self, socket: LiveSocket<'_>, message: &mut RawMessage, flags: Flags) -> Result<()> {
        match socket.recv_message(message, flags.bits()) {
            Ok(()) => Ok(()),
            Err(Errno::EAGAIN) => Err(would_block()),
            Err(errno) => cold(move || self.recv_again(errno, message, flags)),
        }
    }

    fn recv_again(&self, errno: Errno, message: &mut RawMessage, flags: Flags) -> Result<()> {
        self.after_failure(errno, |socket| socket.recv_message(message, flags.bits()))
            .map_err(|errno| self.recv_failed(errno, flags))
    }

    fn recv_into_again(&self, errno: Errno, buffer: &mut [u8], flags: Flags) -> Result<c_int> {
        self.after_failure(errno, |socket| socket.recv(buffer, flags.bits()))
            .map_err(|errno| self.recv_failed(errno, flags))
    }

    fn recv_checked(&self, message: &mut RawMessage, flags: Flags) -> Result<(), Errno> {
        if self.has_lost_frames() {
            return Err(Errno::EPROTO);
        }
        if self.recv_prefetched(message)? {
            return Ok(());
        }
        self.with_deadline(Direction::Recv, flags, |socket, flags| {
            socket.recv_message(message, flags.bits())
        })?;
        if self.is_conflating() && message.more() {
            self.record_lost_frames();
            return Err(Errno::EPROTO);
        }
        self.repair_sharing(message)
    }

    /// Fixes the reference count of a message from an XSUB of the same process: an XPUB marks it as shared if the
    /// original was, but counts no second owner, so it would be released twice or never.
    pub(super) fn repair_sharing(&self, message: &mut RawMessage) -> Result<(), Errno> {
        if self.socket_type() == SocketType::XPUB {
            message.count_once()
        } else {
            Ok(())
        }
    }

    fn recv_into_checked(&self, buffer: &mut [u8], flags: Flags) -> Result<c_int> {
        self.try_recv_into_checked(buffer, flags)
            .map_err(|errno| self.recv_failed(errno, flags))
    }

    fn try_recv_into_checked(&self, buffer: &mut [u8], flags: Flags) -> Result<c_int, Errno> {
        let mut frame = RawMessage::new();
        // The frame is examined before it is copied.
        let is_checked = self.socket_type() == SocketType::XPUB || self.is_conflating();
        if is_checked {
            self.recv_checked(&mut frame, flags)?;
        }
        if is_checked || self.recv_prefetched(&mut frame)? {
            buffer
                .iter_mut()
                .zip(frame.bytes())
                .for_each(|(place, byte)| *place = *byte);
            return Ok(c_int::try_from(frame.len()).unwrap_or(c_int::MAX));
        }
        self.with_deadline(Direction::Recv, flags, |socket, flags| {
            socket.recv(buffer, flags.bits())
        })
    }

    /// Appends the remaining frames of a message.
    #[inline(always)]
    fn recv_rest_onto(&self, socket: LiveSocket<'_>, frames: &mut Vec<Message>) -> Result<()> {
        loop {
            let frame = push_empty(frames);
            self.recv_rest_from(socket, &mut frame.0)?;
            if !frame.more() {
                return Ok(());
            }
        }
    }

    fn recv_message_checked(&self, flags: Flags) -> Result<Multipart> {
        let mut frames = Multipart::new();
        self.recv_message_into(&mut frames, flags).map(|_| frames)
    }

    fn recv_rest_onto_checked(&self, frames: &mut Vec<Message>) -> Result<()> {
        loop {
            let frame = push_empty(frames);
            self.recv_rest_checked(&mut frame.0)?;
            if !frame.more() {
                return Ok(());
            }
        }
    }

    /// Receives a frame after the first; `socket` is `None` if the message may be one that was kept by a disconnect.
    #[inline]
    fn recv_rest(&self, socket: Option<LiveSocket<'_>>, frame: &mut RawMessage) -> Result<()> {
        match socket {
            Some(socket) => self.recv_rest_from(socket, frame),
            None => cold(move || self.recv_rest_checked(frame)),
        }
    }

    /// Receives a frame after the first. It is available, so neither a signal nor the caller's flags may separate it
    /// from the first one.
    #[inline(always)]
    pub(super) fn recv_rest_from(&self, socket: LiveSocket<'_>, frame: &mut RawMessage) -> Result<()> {
        retry_on_intr(
            || !self.raw().is_forked(),
            || socket.recv_message(frame, Flags::NONE.bits()),
        )
        .map_err(|errno| Error::new(Call::Recv, errno))
    }

    fn recv_rest_checked(&self, frame: &mut RawMessage) -> Result<()> {
        let failed = |errno| Error::new(Call::Recv, errno);
        if self.is_within_prefetched() {
            return self.recv_prefetched(frame).map(drop).map_err(failed);
        }
        self.recv_rest_from(self.raw().live().map_err(failed)?, frame)?;
        self.repair_sharing(frame).map_err(failed)
    }
}

/// The fast path has no timeout, so only a call that does not wait would block.
#[inline]
fn would_block() -> Error {
    Error::new(Call::Recv, Errno::EAGAIN)
}

fn text(message: Message) -> Result<String> {
    match message.as_str() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Error::new(Call::Recv, Errno::EILSEQ)
            .because("the frame is not UTF-8")
            .returning(message)),
    }
}
