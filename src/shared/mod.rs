//! [`SharedSocket`]: a thread-safe socket that several threads use at the same time.

mod readiness;

pub use readiness::SocketReadiness;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use zmq_sys as sys;

use crate::context::Context;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::shared::{OwnerGuard, OwnsRawSocket, SharedHandle};
use crate::ffi::socket::{Direction, LiveSocket, RawSocket};
use crate::flags::{Flags, State};
use crate::message::Message;
use crate::refusal::Refusal;
use crate::socket::Socket;
use crate::socket::reasons::{Unsent, explain, timed_out};
use crate::socket_type::SocketType;
use crate::sync::into_inner;

/// A thread-safe socket that several threads use at the same time, without a lock: a [`CLIENT`](crate::CLIENT),
/// [`SERVER`](crate::SERVER), [`RADIO`](crate::RADIO), [`DISH`](crate::DISH), [`GATHER`](crate::GATHER), [`SCATTER`](crate::SCATTER),
/// [`PEER`](crate::PEER) or [`CHANNEL`](crate::CHANNEL) of libzmq's DRAFT API. It needs the feature `draft`.
///
/// It is `Send` and `Sync`, and its clones are handles of the same socket, which is closed when the last one is dropped. Sends and receives
/// go straight to libzmq, which locks the socket for the time of the call, and not while it waits. Each message is received by
/// one thread. No signal ends a wait, only the [timeouts](Socket::set_rcvtimeo) and the end of the context. Messages have one frame, so there is no [`SNDMORE`](crate::SNDMORE) here and no multipart message.
///
/// With a libzmq that is not [repaired](crate::has), two thread-safe sockets that send to each other over inproc at the same time hang: use
/// ipc or tcp between them. An owner given to [`Message::from_owner`] must take no lock in its drop that is held during a send here.
///
/// Any thread waits for it with [`poll`](SharedSocket::poll), a [`Poller`](crate::Poller::add_shared_socket), a
/// [`Reactor`](crate::Reactor::add_shared_socket), or an event loop of another library ([`readiness`](SharedSocket::readiness)).
///
/// Everything else, as binding, connecting, options, groups and monitors, is a call of [`Socket`], which [`lock`](SharedSocket::lock)
/// lends to one thread at a time.
///
/// ```
/// use std::thread;
/// use zmq4::{Context, Message, SharedSocket};
/// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
/// let context = Context::new()?;
/// let server = SharedSocket::new(context.socket(zmq4::SERVER)?)?;
/// server.lock()?.bind("inproc://double")?;
/// for _ in 0..2 {
///     let server = server.clone();
///     thread::spawn(move || {
///         // Until the context ends.
///         while let Ok(request) = server.recv() {
///             let mut reply = Message::from(request.repeat(2));
///             reply.set_routing_id(request.routing_id().unwrap_or_default())?;
///             server.send(reply)?;
///         }
///         Ok::<(), zmq4::Error>(())
///     });
/// }
///
/// let client = context.socket(zmq4::CLIENT)?;
/// client.connect("inproc://double")?;
/// client.send("ab", zmq4::Flags::NONE)?;
/// assert_eq!(client.recv(zmq4::Flags::NONE)?, "abab");
/// context.shutdown()?;
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedSocket {
    handle: Arc<SharedHandle<Socket>>,
    ty: SocketType,
    context: Context,
}

/// The [`Socket`] within a [`SharedSocket`], for one thread at a time. Other threads may send and receive meanwhile.
pub struct SocketGuard<'s>(OwnerGuard<'s, Socket>);

impl OwnsRawSocket for Socket {
    fn raw_socket(&self) -> &RawSocket {
        self.raw()
    }
}

impl SharedSocket {
    /// Makes a socket one that several threads may use.
    ///
    /// # Errors
    /// `EINVAL` if its [type](SocketType::is_thread_safe) is not thread-safe; [`Error::into_socket`] gives the socket back.
    ///
    /// ```
    /// use zmq4::{Context, Errno, SharedSocket};
    /// let context = Context::new()?;
    /// let error = SharedSocket::new(context.socket(zmq4::DEALER)?).unwrap_err();
    /// assert_eq!(error, Errno::EINVAL);
    /// let dealer = error.into_socket().unwrap();
    /// assert_eq!(dealer.socket_type(), zmq4::DEALER);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn new(socket: Socket) -> Result<SharedSocket> {
        let (ty, context) = (socket.socket_type(), socket.context().clone());
        let handle = SharedHandle::new(socket).map_err(|socket| {
            Error::refused(
                Call::SharedSocket,
                Refusal::invalid("this type is not thread-safe: a thread has its own socket"),
            )
            .about_type(ty)
            .returning(Mutex::new(socket))
        })?;
        let handle = Arc::new(handle);
        Ok(SharedSocket { handle, ty, context })
    }

    /// Sends one message ([`zmq_msg_send`]). A [`SERVER`](crate::SERVER) or [`PEER`](crate::PEER) sends to the peer that
    /// [`Message::set_routing_id`] names, a [`RADIO`](crate::RADIO) to the group that [`Message::set_group`] names.
    ///
    /// # Errors
    /// Like [`Socket::send`]; `EHOSTUNREACH` if no peer has the routing id. The message is in the error
    /// ([`Error::into_message`]).
    ///
    /// [`zmq_msg_send`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_send.html
    #[doc(alias = "zmq_msg_send")]
    #[doc(alias = "SendBytes")]
    pub fn send(&self, message: impl Into<Message>) -> Result<()> {
        self.send_flags(message.into(), Flags::NONE)
    }

    /// Like [`send`](SharedSocket::send), but `EAGAIN` if the call would block.
    ///
    /// # Errors
    /// Like [`send`](SharedSocket::send).
    pub fn try_send(&self, message: impl Into<Message>) -> Result<()> {
        self.send_flags(message.into(), Flags::DONTWAIT)
    }

    fn send_flags(&self, mut message: Message, flags: Flags) -> Result<()> {
        let sent = self.retried(|socket| socket.send_message(&mut message.0, flags.bits()));
        sent.map_err(|errno| {
            let error = match self.timed_out(Direction::Send, flags, errno) {
                Some(error) => error,
                None => Unsent::from(&message).explain(self.socket_type(), Error::new(Call::Send, errno)),
            };
            error.returning(message)
        })
    }

    /// Receives one message ([`zmq_msg_recv`]).
    ///
    /// # Errors
    /// Like [`Socket::recv`].
    ///
    /// [`zmq_msg_recv`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_recv.html
    #[doc(alias = "zmq_msg_recv")]
    #[doc(alias = "RecvBytes")]
    pub fn recv(&self) -> Result<Message> {
        self.recv_flags(Flags::NONE)
    }

    /// Like [`recv`](SharedSocket::recv), but `EAGAIN` if there is no message.
    ///
    /// # Errors
    /// Like [`recv`](SharedSocket::recv).
    pub fn try_recv(&self) -> Result<Message> {
        self.recv_flags(Flags::DONTWAIT)
    }

    fn recv_flags(&self, flags: Flags) -> Result<Message> {
        let mut message = RawMessage::new();
        self.retried(|socket| socket.recv_message(&mut message, flags.bits()))
            .map_err(|errno| {
                self.timed_out(Direction::Recv, flags, errno)
                    .unwrap_or_else(|| explain(Direction::Recv, self.socket_type(), Error::new(Call::Recv, errno)))
            })?;
        Ok(Message(message))
    }

    /// The error of a call that waited until its timeout.
    #[cold]
    fn timed_out(&self, direction: Direction, flags: Flags, errno: Errno) -> Option<Error> {
        if errno != Errno::EAGAIN || flags.contains(Flags::DONTWAIT) {
            return None;
        }
        let (call, option) = match direction {
            Direction::Send => (Call::Send, sys::ZMQ_SNDTIMEO),
            Direction::Recv => (Call::Recv, sys::ZMQ_RCVTIMEO),
        };
        let timeout = self.handle.get_int(option).ok().filter(|&timeout| timeout > 0)?;
        Some(timed_out(direction, timeout, Error::new(call, errno)))
    }

    /// Lends the socket, for everything but plain sends and receives: binding, connecting, options, groups, monitors.
    ///
    /// It waits until no other thread has the socket. Sends and receives of other threads go on. A thread that has the socket already must not
    /// call it again: that call never returns.
    ///
    /// # Errors
    /// `EINTR` in a forked child, where the thread that has the socket may be missing.
    ///
    /// ```
    /// use zmq4::{Context, SharedSocket};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let dish = SharedSocket::new(Context::new()?.socket(zmq4::DISH)?)?;
    /// dish.lock()?.bind("tcp://127.0.0.1:*")?;
    /// dish.lock()?.join("weather")?;
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn lock(&self) -> Result<SocketGuard<'_>> {
        self.context.must_be_ours(Call::SharedSocket)?;
        Ok(SocketGuard(self.handle.lock()))
    }

    /// The socket itself, if this is its only handle.
    ///
    /// # Errors
    /// The handle, if there are others.
    pub fn try_into_inner(self) -> Result<Socket, SharedSocket> {
        let SharedSocket { handle, ty, context } = self;
        Arc::try_unwrap(handle)
            .map(SharedHandle::into_owner)
            .map_err(|handle| SharedSocket { handle, ty, context })
    }

    /// For which of [`POLLIN`](crate::POLLIN) and [`POLLOUT`](crate::POLLOUT) the socket is ready now (`ZMQ_EVENTS`). Another thread may
    /// receive the message before this one does.
    ///
    /// # Errors
    /// `ETERM` once the context has ended; `EINTR` in a forked child.
    #[doc(alias = "ZMQ_EVENTS")]
    #[doc(alias = "GetEvents")]
    pub fn events(&self) -> Result<State> {
        self.handle
            .events()
            .map_err(|errno| Error::new(Call::GetSockOpt, errno).about_option("ZMQ_EVENTS"))
    }

    pub(crate) fn handle(&self) -> &Arc<SharedHandle<Socket>> {
        &self.handle
    }

    /// The type it was opened with.
    pub fn socket_type(&self) -> SocketType {
        self.ty
    }

    /// The context that the socket belongs to.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Makes a call. libzmq waits on a condition variable, which no signal interrupts, so the timeout is libzmq's alone.
    fn retried(&self, mut call: impl FnMut(LiveSocket<'_>) -> Result<(), Errno>) -> Result<(), Errno> {
        let goes_on = || self.context.retries() && !self.handle.is_forked();
        retry_on_intr(goes_on, || call(self.handle.live()?))
    }
}

impl Deref for SocketGuard<'_> {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.0
    }
}

impl fmt::Debug for SharedSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedSocket({:?})", self.ty)
    }
}

impl fmt::Debug for SocketGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Error {
    /// The socket that [`SharedSocket::new`] did not take.
    pub fn into_socket(self) -> Option<Socket> {
        self.take::<Mutex<Socket>>().map(into_inner)
    }
}
