//! Receiving.

use std::ffi::c_int;

use super::Socket;
use super::metadata::{self, Metadata};
use super::wait::Side;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;

impl Socket {
    /// Receives one frame (`zmq_msg_recv`).
    ///
    /// Whether more of its message follow, [`Message::more`] tells. A message is received whole: after its first frame
    /// the others are there.
    ///
    /// # Errors
    /// `EAGAIN` where there is none, with [`DONTWAIT`](crate::DONTWAIT) or at the end of the
    /// [time-out](Socket::set_rcvtimeo); `EFSM` out of turn; `ENOTSUP` for a type that only sends; `EINTR` after a signal,
    /// if those are not retried; `ETERM` once the context has ended.
    #[doc(alias = "zmq_msg_recv")]
    #[doc(alias = "Recv")]
    #[inline]
    pub fn recv(&self, flags: Flags) -> Result<Message> {
        let mut message = Message::new();
        match self.recv_raw(&mut message, flags) {
            Ok(_) => Ok(message),
            Err(errno) => Err(Error::new(Call::Recv, errno)),
        }
    }

    /// Receives one frame into a message that is used again (`zmq_msg_recv`), and answers how many bytes it has.
    ///
    /// What the message held before is released, after an error too.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "zmq_msg_recv")]
    #[inline]
    pub fn recv_into(&self, message: &mut Message, flags: Flags) -> Result<usize> {
        match self.recv_raw(message, flags) {
            Ok(c_int::MAX) => Ok(message.len()),
            Ok(len) => Ok(len as usize),
            Err(errno) => Err(Error::new(Call::Recv, errno)),
        }
    }

    /// Receives one frame as bytes of its own (a copy).
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "RecvBytes")]
    pub fn recv_bytes(&self, flags: Flags) -> Result<Vec<u8>> {
        self.recv(flags).map(|message| message.to_vec())
    }

    /// Receives one frame as text (a copy).
    ///
    /// # Errors
    /// As [`recv`](Socket::recv), and `EILSEQ` where it is not UTF-8: the frame is in the error
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
    pub fn recv_string(&self, flags: Flags) -> Result<String> {
        self.recv(flags).and_then(text)
    }

    /// Receives one frame into a buffer, and answers how long the frame is (`zmq_recv`): where that is more than the
    /// buffer, the rest is lost.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "zmq_recv")]
    #[inline]
    pub fn recv_buf(&self, buffer: &mut [u8], flags: Flags) -> Result<usize> {
        let deadline = self.deadline(Side::Recv, flags);
        let received = match self.raw().recv(buffer, flags.bits()) {
            Err(Errno::EINTR) => self.resume(Side::Recv, deadline, flags, |flags| {
                self.raw().recv(buffer, flags.bits())
            }),
            received => received,
        };
        match received {
            Ok(len) => Ok(len),
            Err(errno) => Err(Error::new(Call::Recv, errno)),
        }
    }

    /// Receives one message with all its frames.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv); no frame is received then.
    #[doc(alias = "RecvMessage")]
    #[doc(alias = "RecvMessageBytes")]
    pub fn recv_message(&self, flags: Flags) -> Result<Multipart> {
        let mut frame = self.recv(flags)?;
        let mut frames = Multipart::new();
        while frame.more() {
            frames.push_back(frame);
            frame = self.recv_rest()?;
        }
        frames.push_back(frame);
        Ok(frames)
    }

    /// Receives one frame, and those of the [properties](Message::property) that came with it.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "RecvWithMetadata")]
    pub fn recv_with_metadata(&self, flags: Flags, properties: &[&str]) -> Result<(Message, Metadata)> {
        let message = self.recv(flags)?;
        let metadata = metadata::of(&message, properties);
        Ok((message, metadata))
    }

    /// As [`recv_bytes`](Socket::recv_bytes), with metadata.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "RecvBytesWithMetadata")]
    pub fn recv_bytes_with_metadata(&self, flags: Flags, properties: &[&str]) -> Result<(Vec<u8>, Metadata)> {
        let (message, metadata) = self.recv_with_metadata(flags, properties)?;
        Ok((message.to_vec(), metadata))
    }

    /// As [`recv_string`](Socket::recv_string), with metadata.
    ///
    /// # Errors
    /// As [`recv_string`](Socket::recv_string).
    #[doc(alias = "RecvWithMetadata")]
    pub fn recv_string_with_metadata(&self, flags: Flags, properties: &[&str]) -> Result<(String, Metadata)> {
        let (message, metadata) = self.recv_with_metadata(flags, properties)?;
        Ok((text(message)?, metadata))
    }

    /// As [`recv_message`](Socket::recv_message), with the metadata of the first frame.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    #[doc(alias = "RecvMessageWithMetadata")]
    #[doc(alias = "RecvMessageBytesWithMetadata")]
    pub fn recv_message_with_metadata(&self, flags: Flags, properties: &[&str]) -> Result<(Multipart, Metadata)> {
        let frames = self.recv_message(flags)?;
        let metadata = frames
            .front()
            .map(|first| metadata::of(first, properties))
            .unwrap_or_default();
        Ok((frames, metadata))
    }

    /// Answers how long the frame is, as [`RawSocket::recv_message`](crate::ffi::socket::RawSocket::recv_message) does.
    #[inline]
    fn recv_raw(&self, message: &mut Message, flags: Flags) -> Result<c_int, Errno> {
        let deadline = self.deadline(Side::Recv, flags);
        match self.raw().recv_message(&mut message.0, flags.bits()) {
            Err(Errno::EINTR) => self.resume(Side::Recv, deadline, flags, |flags| {
                self.raw().recv_message(&mut message.0, flags.bits())
            }),
            received => received,
        }
    }

    /// A frame after the first: it is there, so neither a signal nor the caller's flags may part it from the others.
    fn recv_rest(&self) -> Result<Message> {
        let mut frame = Message::new();
        loop {
            match self.raw().recv_message(&mut frame.0, Flags::NONE.bits()) {
                Ok(_) => return Ok(frame),
                Err(Errno::EINTR) if !self.raw().is_forked() => {}
                Err(errno) => return Err(Error::new(Call::Recv, errno)),
            }
        }
    }
}

fn text(message: Message) -> Result<String> {
    match message.as_str() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Error::new(Call::Recv, Errno::EILSEQ)
            .because("the frame is not UTF-8")
            .returning(message)),
    }
}
