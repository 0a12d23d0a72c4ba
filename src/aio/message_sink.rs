//! [`MessageSink`]: a socket as a sink for messages.

use std::borrow::Borrow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_sink::Sink;

use super::Socket;
use super::waiters::{Interest, Wait, Waiters};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::multipart::Multipart;

/// A socket as a [`Sink`] for messages.
///
/// The socket is given by reference, in an `Arc`, or by value. The sink holds one message, which is sent by the next call, a
/// flush or a close; one that was not sent is lost when the sink is dropped. After an error the message is in the error
/// ([`Error::into_multipart`]), and the sink goes on with the next. A message that comes while another one is held, without
/// asking whether the sink is ready, is in an `EBUSY`. Closing flushes, and leaves the socket open.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use futures_util::SinkExt;
/// use zmq4::{Multipart, aio};
/// let context = zmq4::Context::new()?;
/// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
/// push.bind("inproc://sink")?;
/// pull.connect("inproc://sink")?;
/// let (push, pull) = (aio::Socket::new(push)?, aio::Socket::new(pull)?);
/// let mut sink = aio::MessageSink::new(&push);
/// sink.feed(Multipart::from_iter(["1", "one"])).await?;
/// sink.send(Multipart::from_iter(["2", "two"])).await?;
/// assert_eq!(pull.recv_message().await?, ["1", "one"]);
/// assert_eq!(pull.recv_message().await?, ["2", "two"]);
/// # Ok::<(), zmq4::Error>(())
/// # }).unwrap();
/// ```
pub struct MessageSink<S> {
    wait: Wait<Arc<Waiters>>,
    socket: S,
    pending: Option<Multipart>,
}

impl<S: Borrow<Socket>> MessageSink<S> {
    /// A sink that sends through this socket.
    pub fn new(socket: S) -> MessageSink<S> {
        let waiters = Arc::clone(socket.borrow().driver.waiters());
        MessageSink {
            wait: Wait::new(waiters, Interest::SEND),
            socket,
            pending: None,
        }
    }

    /// The socket. A message that was not sent is lost.
    pub fn into_inner(self) -> S {
        self.socket
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(pending) = &mut self.pending else {
            return Poll::Ready(Ok(()));
        };
        let driver = &self.socket.borrow().driver;
        let attempt =
            &mut |state: &super::locked::State<super::locked::Open>| state.value.send_message_dontwait(&mut *pending);
        let sent = ready!(driver.poll(cx, &mut self.wait, attempt));
        let pending = self.pending.take();
        Poll::Ready(match (sent, pending) {
            (Ok(_), _) => Ok(()),
            (Err(error), Some(frames)) => Err(error.returning(frames)),
            (Err(error), None) => Err(error),
        })
    }
}

impl<S: Borrow<Socket> + Unpin> Sink<Multipart> for MessageSink<S> {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll_send(cx)
    }

    fn start_send(self: Pin<&mut Self>, frames: Multipart) -> Result<()> {
        let this = self.get_mut();
        if this.pending.is_some() {
            let error = Error::new(Call::Aio, Errno::EBUSY)
                .because("the sink holds a message, and was not asked whether it is ready");
            return Err(error.returning(frames));
        }
        this.pending = Some(frames);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll_send(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll_send(cx)
    }
}

impl<S: fmt::Debug> fmt::Debug for MessageSink<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageSink")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
