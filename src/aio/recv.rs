//! Receiving.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Socket;
use super::driver::Turn;
use super::locked::Open;
use super::port::SocketPort;
use super::socket::would_block;
use super::waiters::{Interest, Wait, Waiters};
use crate::error::{Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;

impl Socket {
    /// Receives one frame (`zmq_msg_recv`). [`Message::more`] says whether more frames of its message follow, which are there
    /// already. If several tasks receive, use [`recv_message`](Socket::recv_message): the next frame may go to another task.
    ///
    /// Cancel-safe: a receive that is dropped has taken nothing.
    ///
    /// # Errors
    /// Like [`Socket::recv`](crate::Socket::recv), without `EAGAIN`, and `ECANCELED` once the tokio runtime has ended.
    #[doc(alias = "zmq_msg_recv")]
    #[inline]
    pub async fn recv(&self) -> Result<Message> {
        let tried = match RawMessage::filled(|message| self.recv_now(message)) {
            Ok(message) => return Ok(Message(message)),
            Err(Stopped::Failed(error)) => return Err(error),
            Err(Stopped::Tried) => true,
            Err(Stopped::Untried) => false,
        };
        self.run(Interest::RECV, tried, |socket| socket.recv(Flags::DONTWAIT))
            .await
    }

    /// Receives one frame into a message that is used again, and returns the number of bytes.
    ///
    /// Cancel-safe: a receive that is dropped has taken nothing. What the message held before may be released then.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    #[doc(alias = "zmq_msg_recv")]
    #[inline]
    pub fn recv_msg_into(&self, message: &mut Message) -> impl Future<Output = Result<usize>> {
        Receiving {
            socket: self,
            message,
            wait: None,
        }
    }

    /// Receives one message with all its frames.
    ///
    /// Cancel-safe: a receive that is dropped has taken nothing.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use zmq4::aio;
    /// let context = zmq4::Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://in time")?;
    /// b.connect("inproc://in time")?;
    /// let (a, b) = (aio::Socket::new(a)?, aio::Socket::new(b)?);
    /// let moment = Duration::from_millis(1);
    /// assert!(tokio::time::timeout(moment, b.recv_message()).await.is_err());
    /// a.send_message(["all", "frames"]).await?;
    /// assert_eq!(b.recv_message().await?, ["all", "frames"]);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "RecvMessage")]
    #[inline]
    pub async fn recv_message(&self) -> Result<Multipart> {
        let mut tried = false;
        if let Some(turn) = self.driver.turn() {
            let received = turn.socket().value.recv_message(Flags::DONTWAIT);
            if !would_block(&received) {
                turn.end();
                return received;
            }
            tried = true;
        }
        self.run(Interest::RECV, tried, |socket| socket.recv_message(Flags::DONTWAIT))
            .await
    }

    /// Receives one message into frames that are used again, and returns the number of frames.
    ///
    /// Cancel-safe: a receive that is dropped has taken nothing. What the frames held before may be released then.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    #[doc(alias = "RecvMessage")]
    #[inline]
    pub async fn recv_message_into(&self, frames: &mut Multipart) -> Result<usize> {
        let mut tried = false;
        if let Some(turn) = self.driver.turn() {
            let received = turn.socket().value.recv_message_into(frames, Flags::DONTWAIT);
            if !would_block(&received) {
                turn.end();
                return received;
            }
            tried = true;
        }
        self.run(Interest::RECV, tried, |socket| {
            socket.recv_message_into(frames, Flags::DONTWAIT)
        })
        .await
    }

    /// Receives a frame that is there already. It is moved, if at all, after the turn.
    #[inline(always)]
    fn recv_now(&self, message: &mut RawMessage) -> Result<(), Stopped> {
        let Some(turn) = self.driver.turn() else {
            return Err(Stopped::Untried);
        };
        match turn.socket().value.recv_unchecked(message) {
            Some(Ok(())) => {
                turn.end();
                Ok(())
            }
            Some(Err(errno)) => Err(stopped(turn, errno)),
            None => Err(Stopped::Untried),
        }
    }
}

/// The future of [`Socket::recv_msg_into`].
struct Receiving<'s, 'm> {
    socket: &'s Socket,
    message: &'m mut Message,
    /// From the first attempt on that would have blocked.
    wait: Option<Wait<&'s Waiters>>,
}

impl Future for Receiving<'_, '_> {
    type Output = Result<usize>;

    /// Compiled into the task as far as most receives go: a frame is there.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let mut tried = false;
        if this.wait.is_none() {
            match this.socket.recv_now(&mut this.message.0) {
                Ok(()) => return Poll::Ready(Ok(this.message.len())),
                Err(Stopped::Failed(error)) => return Poll::Ready(Err(error)),
                Err(Stopped::Tried) => tried = true,
                Err(Stopped::Untried) => {}
            }
        }
        this.poll_further(tried, cx)
    }
}

impl Receiving<'_, '_> {
    #[cold]
    #[inline(never)]
    fn poll_further(&mut self, tried: bool, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let Receiving { socket, message, wait } = self;
        let wait = wait.get_or_insert_with(|| Wait::new(&**socket.driver.waiters(), Interest::RECV));
        socket.driver.poll_further(tried, cx, wait, &mut |state| {
            state.value.recv_msg_into(message, Flags::DONTWAIT)
        })
    }
}

/// Why no frame was received in a turn.
enum Stopped {
    /// The attempt needs more than the fast path, or the task must give way.
    Untried,
    /// It would block, or a signal interrupted it.
    Tried,
    Failed(Error),
}

#[cold]
#[inline(never)]
fn stopped(turn: Turn<'_, SocketPort<Open>>, errno: Errno) -> Stopped {
    if errno == Errno::EAGAIN || errno == Errno::EINTR {
        return Stopped::Tried;
    }
    let error = turn.socket().value.recv_failed(errno, Flags::DONTWAIT);
    turn.end();
    Stopped::Failed(error)
}
