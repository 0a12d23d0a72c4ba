//! [`RelayBuffer`]: a message that is relayed from one socket to another.

use super::Socket;
use super::multipart_send::{FrameRef, Progress};
use super::reasons::Unsent;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::retry::retry_on_intr;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket_type::SocketType;

/// The frames of one message, which are received and sent together. The buffer is reused for the next message without
/// allocating.
#[derive(Default)]
pub(crate) struct RelayBuffer {
    frames: Multipart,
    /// Their total length, which is still asked for after they were sent.
    bytes: usize,
    /// Whether an error interrupted the message after some frames were sent.
    partially_sent: bool,
}

impl RelayBuffer {
    /// Receives a whole message, and returns whether there was one.
    #[inline]
    pub(crate) fn receive(&mut self, from: &Socket) -> Result<bool> {
        self.partially_sent = false;
        match from.recv_message_into(&mut self.frames, Flags::DONTWAIT) {
            Ok(_) => {
                self.bytes = self.frames.byte_len();
                Ok(true)
            }
            Err(error) if error.is_would_block() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends the message without blocking. Returns `false` if its peer disconnected in the middle: the message is lost
    /// with what that peer had received before, and the socket is at the end of the message.
    ///
    /// `EAGAIN`, and any other error that concerns the message and not the socket, leaves it unchanged.
    #[inline]
    pub(crate) fn forward(&mut self, to: &Socket) -> Result<bool> {
        if to.socket_type() == SocketType::XSUB {
            // libzmq takes later frames of a message for subscriptions too.
            self.frames.iter().try_for_each(|frame| to.check_topic(frame))?;
        }
        to.check_single_frame(self.frames.len() > 1)?;
        let failed = |errno| Error::new(Call::Send, errno);
        let mut progress = Progress::new(self.frames.len(), Flags::DONTWAIT);
        for frame in self.frames.iter_mut() {
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
                    // A frame is empty once it is sent.
                    let unsent = lost.is_none().then(|| Unsent::from(&*frame));
                    return Err(to.send_failed(errno, Flags::DONTWAIT, unsent));
                }
            }
        }
        Ok(true)
    }

    /// A second message over the same bytes.
    pub(crate) fn share(&mut self) -> Result<RelayBuffer> {
        let frames: Vec<Message> = self.frames.iter_mut().map(Message::share).collect::<Result<_>>()?;
        Ok(RelayBuffer {
            frames: frames.into(),
            bytes: self.bytes,
            partially_sent: false,
        })
    }

    /// The frame of a message that has only one.
    pub(crate) fn single(&self) -> Option<&Message> {
        self.frames.front().filter(|_| self.frames.len() == 1)
    }

    /// The number of frames.
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// The total length of the frames in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The message, if it is complete.
    pub(crate) fn into_multipart(self) -> Option<Multipart> {
        (!self.partially_sent).then_some(self.frames)
    }
}

#[inline]
fn send(to: &Socket, frame: FrameRef<'_>, flags: Flags) -> Result<(), Errno> {
    let mut frame = if to.sends_copies() { frame.copied() } else { frame };
    to.without_deadline(to.raw().live()?, flags, |socket, flags| frame.send(socket, flags))
}
