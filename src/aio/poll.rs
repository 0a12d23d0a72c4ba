//! Sending and receiving for futures that are written by hand.

use std::mem::ManuallyDrop;
use std::task::{Context, Poll};

use super::Socket;
use super::waiters::{Interest, Wait};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::{Flags, State};
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket;

impl Socket {
    /// Receives one frame, or has the task woken when there is one.
    ///
    /// Like [`recv`](Socket::recv). As with every `poll` method, of several tasks that poll for receiving, the last one is woken;
    /// futures of the other methods are woken as well.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv).
    pub fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Result<Message>> {
        self.poll_with(cx, Interest::RECV, |socket| socket.recv(Flags::DONTWAIT))
    }

    /// Receives one message with all its frames, or has the task woken when there is one. See [`poll_recv`](Socket::poll_recv).
    ///
    /// # Errors
    /// Like [`recv_message`](Socket::recv_message).
    pub fn poll_recv_message(&self, cx: &mut Context<'_>) -> Poll<Result<Multipart>> {
        self.poll_with(cx, Interest::RECV, |socket| socket.recv_message(Flags::DONTWAIT))
    }

    /// Sends one frame, or has the task woken when there is room for it. The message is empty once it is sent, and intact
    /// before and after an error. Of several tasks that poll for sending, the last one is woken.
    ///
    /// # Errors
    /// Like [`send`](Socket::send).
    pub fn poll_send(&self, cx: &mut Context<'_>, message: &mut Message) -> Poll<Result<usize>> {
        self.poll_with(cx, Interest::SEND, |socket| socket.send(&mut *message, Flags::DONTWAIT))
    }

    /// Sends all frames as one message, or has the task woken when there is room for it. The frames are gone once they are
    /// sent, and intact before and after an error. Of several tasks that poll for sending, the last one is woken.
    ///
    /// # Errors
    /// Like [`send_message`](Socket::send_message).
    pub fn poll_send_message(&self, cx: &mut Context<'_>, frames: &mut Multipart) -> Poll<Result<usize>> {
        self.poll_with(cx, Interest::SEND, |socket| socket.send_message_dontwait(&mut *frames))
    }

    /// Returns those of `events` that the socket can do without blocking, or has the task woken when it can do one.
    ///
    /// # Errors
    /// Like [`ready`](Socket::ready).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use std::future::poll_fn;
    /// use zmq4::{POLLIN, POLLOUT, aio};
    /// let context = zmq4::Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://by hand")?;
    /// b.connect("inproc://by hand")?;
    /// let (a, b) = (aio::Socket::new(a)?, aio::Socket::new(b)?);
    /// a.send("something").await?;
    /// assert_eq!(poll_fn(|cx| b.poll_ready(cx, POLLIN | POLLOUT)).await?, POLLIN | POLLOUT);
    /// assert_eq!(poll_fn(|cx| b.poll_recv(cx)).await?, "something");
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn poll_ready(&self, cx: &mut Context<'_>, events: State) -> Poll<Result<State>> {
        let interest = Interest::from(events);
        if interest.is_none() {
            return Poll::Ready(Err(no_events()));
        }
        self.poll_with(cx, interest, |socket| ready(socket, events))
    }

    pub(super) fn poll_with<T>(
        &self,
        cx: &mut Context<'_>,
        interest: Interest,
        mut attempt: impl FnMut(&socket::Socket) -> Result<T>,
    ) -> Poll<Result<T>> {
        // It stays among the waiters until it is woken.
        let mut wait = ManuallyDrop::new(Wait::of_poll(&**self.driver.waiters(), interest));
        self.driver.poll(cx, &mut *wait, &mut |state| attempt(&state.value))
    }
}

/// Those of `events` that the socket can do now; `EAGAIN` for none.
pub(super) fn ready(socket: &socket::Socket, events: State) -> Result<State> {
    let ready = socket.events()? & events;
    if ready.is_empty() {
        return Err(Error::new(Call::Poll, Errno::EAGAIN));
    }
    Ok(ready)
}

pub(super) fn no_events() -> Error {
    Error::new(Call::Poll, Errno::EINVAL).because("neither POLLIN nor POLLOUT is waited for")
}
