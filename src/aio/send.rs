//! Sending.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Socket;
use super::socket::would_block;
use super::waiters::{Interest, Wait, Waiters};
use crate::error::Result;
use crate::flags::Flags;
use crate::socket::nonblocking::{PendingFrame, PendingMessage};
use crate::socket::{IntoFrame, IntoFrames};

impl Socket {
    /// Sends a message of one frame, and returns the number of bytes. Waits while the socket has no room for it or no peer.
    ///
    /// Cancel-safe: a send that is dropped before it is ready has sent nothing.
    ///
    /// # Errors
    /// Like [`Socket::send`](crate::Socket::send), without `EAGAIN`, and `ECANCELED` once the tokio runtime has ended. Data that was given by
    /// value is in the error ([`Error::into_message`](crate::Error::into_message)).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use zmq4::aio;
    /// let context = zmq4::Context::new()?;
    /// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
    /// push.bind("inproc://work")?;
    /// pull.connect("inproc://work")?;
    /// let (push, pull) = (aio::Socket::new(push)?, aio::Socket::new(pull)?);
    /// push.send(vec![7; 1000]).await?;
    /// assert_eq!(pull.recv().await?.len(), 1000);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "zmq_send")]
    #[doc(alias = "zmq_msg_send")]
    #[inline]
    pub fn send<'d>(&self, data: impl IntoFrame<'d>) -> impl Future<Output = Result<usize>> {
        Sending {
            socket: self,
            frame: PendingFrame::new(data),
            wait: None,
        }
    }

    /// Sends all frames as one message, and returns the number of bytes. Waits while the socket has no room for it or no
    /// peer.
    ///
    /// Cancel-safe: a send that is dropped before it is ready has sent nothing. Otherwise the peer receives all frames.
    ///
    /// # Errors
    /// Like [`send`](Socket::send), and `EINVAL` if there are no frames. Frames that were given by value are in the error
    /// ([`Error::into_multipart`](crate::Error::into_multipart)).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use zmq4::aio;
    /// let context = zmq4::Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://frames")?;
    /// b.connect("inproc://frames")?;
    /// let (a, b) = (aio::Socket::new(a)?, aio::Socket::new(b)?);
    /// a.send_message(("client", "", String::from("body"))).await?;
    /// assert_eq!(b.recv_message().await?, ["client", "", "body"]);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "SendMessage")]
    #[inline]
    pub async fn send_message<'d>(&self, frames: impl IntoFrames<'d>) -> Result<usize> {
        let mut message = PendingMessage::new(frames);
        let mut tried = false;
        if let Some(turn) = self.driver.turn() {
            let sent = message.try_send(&turn.socket().value);
            if !would_block(&sent) {
                turn.end();
                return sent.map_err(|error| message.give_back(error));
            }
            tried = true;
        }
        match self.run(Interest::SEND, tried, |socket| message.try_send(socket)).await {
            Ok(len) => Ok(len),
            Err(error) => Err(message.give_back(error)),
        }
    }
}

/// The future of [`Socket::send`].
struct Sending<'s, 'd, F> {
    socket: &'s Socket,
    frame: PendingFrame<'d, F>,
    /// From the first attempt on that would have blocked.
    wait: Option<Wait<&'s Waiters>>,
}

// The frame is moved, where it is not borrowed.
impl<F> Unpin for Sending<'_, '_, F> {}

impl<'d, F: IntoFrame<'d>> Future for Sending<'_, 'd, F> {
    type Output = Result<usize>;

    /// Compiled into the task as far as most sends go: the data is borrowed, and need not wait.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let mut tried = false;
        if let (None, Some(bytes)) = (&this.wait, this.frame.borrowed()) {
            if let Some(turn) = this.socket.driver.turn() {
                let sent = turn.socket().value.send(bytes, Flags::DONTWAIT);
                if !would_block(&sent) {
                    turn.end();
                    return Poll::Ready(sent);
                }
                tried = true;
            }
        }
        this.poll_further(tried, cx)
    }
}

impl<'d, F: IntoFrame<'d>> Sending<'_, 'd, F> {
    #[inline(never)]
    fn poll_further(&mut self, tried: bool, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let Sending { socket, frame, wait } = self;
        let wait = wait.get_or_insert_with(|| Wait::new(&**socket.driver.waiters(), Interest::SEND));
        let sent = socket
            .driver
            .poll_further(tried, cx, wait, &mut |state| frame.try_send(&state.value));
        match sent {
            Poll::Ready(Err(error)) => Poll::Ready(Err(frame.give_back(error))),
            sent => sent,
        }
    }
}
