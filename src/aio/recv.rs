//! Receiving.

use super::Socket;
use super::waiters::Interest;
use crate::error::Result;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;

impl Socket {
    /// Receives.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn recv(&self) -> Result<Message> {
        self.run(Interest::RECV, |socket| socket.recv(Flags::DONTWAIT)).await
    }

    /// Receives.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn recv_into(&self, message: &mut Message) -> Result<usize> {
        self.run(Interest::RECV, |socket| socket.recv_into(message, Flags::DONTWAIT))
            .await
    }

    /// Receives.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn recv_message(&self) -> Result<Multipart> {
        self.run(Interest::RECV, |socket| socket.recv_message(Flags::DONTWAIT))
            .await
    }

    /// Receives.
    ///
    /// # Errors
    /// x
    #[inline]
    pub async fn recv_message_into(&self, frames: &mut Multipart) -> Result<usize> {
        self.run(Interest::RECV, |socket| socket.recv_message_into(frames, Flags::DONTWAIT))
            .await
    }
}
