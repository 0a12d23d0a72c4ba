//! Sending.

use super::Socket;
use super::waiters::Interest;
use crate::error::Result;
use crate::socket::nonblocking::{PendingFrame, PendingMessage};
use crate::socket::{Frame, Frames};

impl Socket {
    /// Sends.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn send<'d>(&self, data: impl Frame<'d>) -> Result<usize> {
        let mut frame = PendingFrame::new(data);
        match self.run(Interest::SEND, |socket| frame.try_send(socket)).await {
            Ok(len) => Ok(len),
            Err(error) => Err(frame.give_back(error)),
        }
    }

    /// Sends.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn send_message<'d>(&self, frames: impl Frames<'d>) -> Result<usize> {
        let mut message = PendingMessage::new(frames);
        match self.run(Interest::SEND, |socket| message.try_send(socket)).await {
            Ok(len) => Ok(len),
            Err(error) => Err(message.give_back(error)),
        }
    }
}
