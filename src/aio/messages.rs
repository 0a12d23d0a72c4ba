//! [`Messages`]: the messages of a socket as a stream.

use std::borrow::Borrow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::Socket;
use super::waiters::{Interest, Wait, Waiters};
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::Flags;
use crate::multipart::Multipart;

/// The messages that a socket receives, as a [`Stream`]. It ends when the context ends.
///
/// The socket is given by reference, in an `Arc`, or by value. Several streams and futures may share one socket: each message
/// goes to one of them. Dropping the stream loses no message.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use futures_util::StreamExt;
/// use zmq4::aio;
/// let context = zmq4::Context::new()?;
/// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
/// push.bind("inproc://stream")?;
/// pull.connect("inproc://stream")?;
/// let (push, pull) = (aio::Socket::new(push)?, aio::Socket::new(pull)?);
/// for number in ["1", "2", "3"] {
///     push.send(number).await?;
/// }
/// let mut messages = aio::Messages::new(&pull).take(3);
/// let mut sum = 0;
/// while let Some(message) = messages.next().await {
///     sum += message?[0].as_str().unwrap().parse::<i32>().unwrap();
/// }
/// assert_eq!(sum, 6);
/// # Ok::<(), zmq4::Error>(())
/// # }).unwrap();
/// ```
pub struct Messages<S> {
    wait: Wait<Arc<Waiters>>,
    socket: S,
    ended: bool,
}

impl<S: Borrow<Socket>> Messages<S> {
    /// The messages of this socket.
    pub fn new(socket: S) -> Messages<S> {
        let waiters = Arc::clone(socket.borrow().driver.waiters());
        Messages {
            wait: Wait::new(waiters, Interest::RECV),
            socket,
            ended: false,
        }
    }

    /// The socket.
    pub fn into_inner(self) -> S {
        self.socket
    }
}

impl<S: Borrow<Socket> + Unpin> Stream for Messages<S> {
    type Item = Result<Multipart>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Multipart>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let driver = &this.socket.borrow().driver;
        driver
            .poll(cx, &mut this.wait, &mut |state| {
                state.value.recv_message(Flags::DONTWAIT)
            })
            .map(|received| {
                this.ended = received.as_ref().is_err_and(|error| *error == Errno::ETERM);
                (!this.ended).then_some(received)
            })
    }
}

impl<S: Borrow<Socket> + Unpin> FusedStream for Messages<S> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<S: fmt::Debug> fmt::Debug for Messages<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
