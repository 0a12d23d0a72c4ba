//! [`RelayBuffer`]: a message that is relayed from one socket to another.

use std::convert::identity;

use super::Socket;
use super::multipart_send::{FrameRef, Progress};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::Direction;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// The frames of one message, which are received and sent together. The buffer is reused for the next message without
/// allocating.
#[derive(Default)]
pub(crate) struct RelayBuffer {
    /// The frames of the message, followed by empty ones of earlier, longer messages.
    frames: Vec<Message>,
    len: usize,
    bytes: usize,
    /// Whether an error interrupted the message after some frames were sent or received.
    partially_sent: bool,
}

impl RelayBuffer {
    /// Receives a whole message, and returns whether there was one.
    #[inline]
    pub(crate) fn receive(&mut self, from: &Socket) -> Result<bool> {
        if self.frames.is_empty() {
            self.frames.push(Message::new());
        }
        let Some(first) = self.frames.first_mut() else {
            return Ok(false);
        };
        self.partially_sent = false;
        self.len = 1;
        self.bytes = match from.recv_msg_into(first, Flags::DONTWAIT) {
            Ok(bytes) => bytes,
            Err(error) if error.is_would_block() => return Ok(false),
            Err(error) => return Err(error),
        };
        if first.more() {
            self.receive_rest(from)
        } else {
            Ok(true)
        }
    }

    fn receive_rest(&mut self, from: &Socket) -> Result<bool> {
        let rest = from.raw().fast_path(Direction::Recv);
        loop {
            if self.len == self.frames.len() {
                self.frames.push(Message::new());
            }
            let Some(frame) = self.frames.get_mut(self.len) else {
                return Ok(false);
            };
            if let Err(error) = from.recv_rest(rest, &mut frame.0) {
                self.partially_sent = true;
                return Err(error);
            }
            self.len += 1;
            self.bytes = self.bytes.saturating_add(frame.len());
            if !frame.more() {
                return Ok(true);
            }
        }
    }

    /// Sends the message without blocking. Returns `false` if its peer disconnected in the middle: the message is lost
    /// with what that peer had received before, and the socket is at the end of the message.
    ///
    /// `EAGAIN`, and any other error that concerns the message and not the socket, leaves it unchanged.
    #[inline]
    pub(crate) fn forward(&mut self, to: &Socket) -> Result<bool> {
        let frames = self.frames.get_mut(..self.len).unwrap_or_default();
        if to.socket_type() == SocketType::XSUB {
            // libzmq takes later frames of a message for subscriptions too.
            frames.iter().try_for_each(|frame| to.check_topic(frame))?;
        }
        to.check_single_frame(frames.len() > 1)?;
        let failed = |errno| Error::new(Call::Send, errno);
        let mut progress = Progress::new(frames.len(), Flags::DONTWAIT);
        for frame in frames {
            let sent = progress.step(|index, flags, _| {
                // A signal must not separate a later frame from the first one.
                retry_on_intr(|| index > 0, || send(to, FrameRef::Moved(&mut frame.0), flags))
            });
            match (sent, progress.peer_lost()) {
                (Ok(()), _) => {}
                (Err(Errno::EAGAIN), Some(lost)) => {
                    lost.end_message(to.socket_type(), |frame, flags| send(to, frame, flags))
                        .map_err(failed)?;
                    return Ok(false);
                }
                (Err(errno), lost) => {
                    self.partially_sent = lost.is_some();
                    return Err(failed(errno));
                }
            }
        }
        Ok(true)
    }

    /// A second message over the same bytes.
    pub(crate) fn share(&mut self) -> Result<RelayBuffer> {
        let frames = self.frames.iter_mut().take(self.len);
        Ok(RelayBuffer {
            frames: frames.map(Message::share).collect::<Result<_>>()?,
            len: self.len,
            bytes: self.bytes,
            partially_sent: false,
        })
    }

    /// The frame of a message that has only one.
    pub(crate) fn single(&self) -> Option<&Message> {
        self.frames.first().filter(|_| self.len == 1)
    }

    /// The number of frames.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The total length of the frames in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The message, if it is complete.
    pub(crate) fn into_multipart(mut self) -> Option<Multipart> {
        self.frames.truncate(self.len);
        (!self.partially_sent).then(|| Multipart::from_iter(self.frames))
    }
}

#[inline]
fn send(to: &Socket, frame: FrameRef<'_>, flags: Flags) -> Result<(), Errno> {
    let mut frame = if to.sends_copies() { frame.copied() } else { frame };
    to.without_deadline(
        to.raw().live()?,
        flags,
        |socket, flags| frame.send(socket, flags),
        identity,
    )
}
