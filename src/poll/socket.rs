//! Waiting for one socket: [`Socket::poll`].

use std::time::{Duration, Instant};

use super::wait;
use crate::error::Result;
use crate::ffi::poll::{RawItem, poll as poll_raw};
use crate::flags::State;
use crate::message::Message;
use crate::socket::Socket;
use crate::socket::prefetched;
use crate::socket_type::SocketType;

/// # Waiting
impl Socket {
    /// Waits until the socket is ready for one of `events`, and returns the events for which it is ([`zmq_poll`]); none after
    /// the timeout.
    ///
    /// `None` waits indefinitely, zero does not wait, and other [timeouts](crate::Poller#timeouts) are rounded up to
    /// milliseconds.
    ///
    /// # Errors
    /// `EINVAL` for neither POLLIN nor POLLOUT without a timeout, which would never end; `ETERM` once the context has ended; `EINTR`
    /// after a signal, if those are not retried.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Context, Flags, POLLIN, POLLOUT, State};
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://one socket")?;
    /// b.connect("inproc://one socket")?;
    /// assert_eq!(b.poll(POLLIN, Some(Duration::from_millis(1)))?, State::empty());
    /// a.send("something", Flags::NONE)?;
    /// assert_eq!(b.poll(POLLIN | POLLOUT, None)?, POLLIN | POLLOUT);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_poll`]: https://libzmq.readthedocs.io/en/latest/zmq_poll.html
    #[doc(alias = "zmq_poll")]
    #[inline]
    pub fn poll(&self, events: State, timeout: impl Into<Option<Duration>>) -> Result<State> {
        poll_one(self, events, timeout.into())
    }

    /// Receives one frame like [`recv`](Socket::recv), but within `timeout`, whatever [`rcvtimeo`](Socket::rcvtimeo) is.
    ///
    /// # Errors
    /// Like [`recv`](Socket::recv); `EAGAIN` if no frame arrives in time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Errno, Socket};
    /// let pull = Socket::new(zmq4::PULL)?;
    /// let error = pull.recv_timeout(Duration::from_millis(1)).unwrap_err();
    /// assert_eq!(error, Errno::EAGAIN);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "receive_timeout")]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Message> {
        let end = Instant::now().checked_add(timeout);
        loop {
            let error = match self.try_recv() {
                Err(error) if error.is_would_block() => error,
                received => return received,
            };
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(error.because(format!("no message arrived within {timeout:?}")));
            }
            self.poll(State::POLLIN, left)?;
        }
    }
}

impl Socket {
    /// The socket as an item of a poll.
    #[inline]
    pub(super) fn poll_item(&self, events: State) -> RawItem<'_> {
        RawItem::socket(self.raw(), self.may_be_thread_safe(), events)
    }

    /// Whether its type is a DRAFT one.
    #[inline]
    pub(super) fn may_be_thread_safe(&self) -> bool {
        self.socket_type().raw() > SocketType::STREAM.raw()
    }
}

/// Inline wherever it is used: the call itself takes only some 800 instructions.
#[inline(always)]
pub(super) fn poll_one(socket: &Socket, events: State, timeout: Option<Duration>) -> Result<State> {
    if socket.raw().is_forked() {
        return Err(wait::forked());
    }
    if prefetched::any() && socket.has_prefetched() {
        return poll_with_prefetched(socket, events, timeout);
    }
    poll_raw_one(socket, events, timeout)
}

/// The socket has a message that a disconnect kept, which libzmq does not report.
#[cold]
#[inline(never)]
fn poll_with_prefetched(socket: &Socket, events: State, timeout: Option<Duration>) -> Result<State> {
    let timeout = if events.contains(State::POLLIN) {
        Some(Duration::ZERO)
    } else {
        timeout
    };
    let ready = poll_raw_one(socket, events, timeout)?;
    Ok(socket.with_prefetched(ready) & events)
}

#[inline(always)]
fn poll_raw_one(socket: &Socket, events: State, timeout: Option<Duration>) -> Result<State> {
    let mut item = [socket.poll_item(events)];
    if !item[0].can_wake() {
        wait::idle(timeout, true)?;
    }
    wait::wait(
        timeout,
        true,
        |ms| poll_raw(&mut item, ms),
        || socket.context().retries(),
    )?;
    Ok(item[0].revents())
}
