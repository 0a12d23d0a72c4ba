//! [`Socket`]: a socket whose calls are futures.

use std::fmt;
use std::future::Future;
use std::sync::atomic::AtomicBool;

use super::driver::Driver;
use super::locked::{Open, State as Locked, into_socket, open};
use super::poll::{no_events, ready};
use super::port::SocketPort;
use super::waiters::Interest;
use crate::error::Result;
use crate::flags::State;
use crate::socket;

/// A [`Socket`](crate::Socket) whose calls are futures. [`aio`](super) says what holds for all of them.
pub struct Socket {
    pub(super) driver: Driver<SocketPort<Open>>,
    /// Whether a [request](Socket::request) is under way.
    pub(super) requesting: AtomicBool,
}

impl Socket {
    /// Registers the socket's descriptor (`ZMQ_FD`) with the reactor: tokio's inside a tokio runtime, async-io's elsewhere,
    /// as far as these features are on; on Windows with that of this crate. The thread-safe DRAFT types have no descriptor of their own; they get one (`zmq_poller_fd`).
    ///
    /// # Errors
    /// `ENOTSUP` where there is no reactor: on Unix, with the feature `tokio` alone, outside of a tokio runtime, and in one that was
    /// built without I/O. `EMFILE`, `ENOMEM` or `ENOSPC` if the
    /// system cannot watch one more; `ETERM` once the context has ended. The socket is closed then.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use zmq4::{Errno, aio};
    /// let context = zmq4::Context::new()?;
    /// let socket = aio::Socket::new(context.socket(zmq4::PULL)?)?;
    /// context.shutdown()?;
    /// assert_eq!(socket.recv().await.unwrap_err(), Errno::ETERM);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "ZMQ_FD")]
    pub fn new(socket: socket::Socket) -> Result<Socket> {
        Ok(Socket {
            driver: Driver::new(SocketPort::new(open(socket)?)?),
            requesting: AtomicBool::new(false),
        })
    }

    /// Deregisters the socket and gives it back, for blocking calls or for another runtime.
    ///
    /// # Errors
    /// `EINTR` in a forked child; `EBUSY` if the reactor did not let go of it, which is not known to happen.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use zmq4::{Flags, aio};
    /// let context = zmq4::Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://back")?;
    /// b.connect("inproc://back")?;
    /// let a = aio::Socket::new(a)?;
    /// a.send("async").await?;
    /// a.into_inner()?.send("blocking", Flags::NONE)?;
    /// assert_eq!(b.recv(Flags::NONE)?, "async");
    /// assert_eq!(b.recv(Flags::NONE)?, "blocking");
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn into_inner(self) -> Result<socket::Socket> {
        self.driver.into_port().into_value().map(into_socket)
    }

    /// Calls methods of the socket: to set an option, to bind or connect, to read its state.
    ///
    /// The other tasks' calls wait meanwhile: what is called must not block. A call of the same `aio::Socket` inside never
    /// returns.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let context = zmq4::Context::new()?;
    /// let socket = zmq4::aio::Socket::new(context.socket(zmq4::SUB)?)?;
    /// socket.with(|socket| socket.subscribe("topic"))?;
    /// socket.with(|socket| socket.bind("tcp://127.0.0.1:*"))?;
    /// assert!(socket.with(|socket| socket.last_endpoint())?.starts_with("tcp://"));
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn with<T>(&self, calls: impl FnOnce(&socket::Socket) -> T) -> T {
        self.driver.with(|state| calls(&state.value))
    }

    /// Waits until the socket can do one of `events` without blocking, and returns those that it can.
    ///
    /// Another task may be quicker: what is ready now need not be when the next call is made.
    ///
    /// # Errors
    /// `EINVAL` for neither POLLIN nor POLLOUT; `ETERM` once the context has ended.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use zmq4::{POLLIN, POLLOUT, aio};
    /// let context = zmq4::Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://ready")?;
    /// b.connect("inproc://ready")?;
    /// let (a, b) = (aio::Socket::new(a)?, aio::Socket::new(b)?);
    /// assert_eq!(a.ready(POLLIN | POLLOUT).await?, POLLOUT);
    /// b.send("something").await?;
    /// assert_eq!(a.ready(POLLIN).await?, POLLIN);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "ZMQ_EVENTS")]
    pub async fn ready(&self, events: State) -> Result<State> {
        let interest = Interest::from(events);
        if interest.is_none() {
            return Err(no_events());
        }
        self.run(interest, false, |socket| ready(socket, events)).await
    }

    /// See [`Driver::run`].
    pub(super) fn run<T, A>(
        &self,
        interest: Interest,
        tried: bool,
        mut attempt: A,
    ) -> impl Future<Output = Result<T>> + use<'_, T, A>
    where
        A: FnMut(&socket::Socket) -> Result<T> + Unpin,
    {
        let attempt = move |state: &Locked<Open>| attempt(&state.value);
        self.driver.run(interest, tried, attempt)
    }
}

/// Whether an attempt ended in `EAGAIN`.
#[inline(always)]
pub(super) fn would_block<T>(result: &Result<T>) -> bool {
    match result {
        Ok(_) => false,
        Err(error) => error.is_would_block(),
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}
