//! [`Socket`]: one end of a messaging pattern.

mod attached;
mod borrowed;
mod endpoints;
mod frames;
#[cfg(feature = "draft")]
mod groups;
pub(crate) mod ids;
pub(crate) mod preconditions;

mod metadata;
mod modes;
mod monitor_guard;
mod multipart_send;
#[cfg(any(feature = "tokio", feature = "async-io", test))]
pub(crate) mod nonblocking;
mod open;
mod payload;
#[cfg(feature = "draft")]
mod peers;
pub(crate) mod prefetched;
mod recv;
pub(crate) mod relay_buffer;
pub(crate) mod retry;
mod send;
mod staged;
pub(crate) mod topic;

use std::cell::Cell;
use std::ffi::c_int;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys as sys;

use crate::context::Context;
use crate::endpoint::Role;
use crate::error::Result;
use crate::ffi::socket::{Direction, RawSocket};
use crate::message::Message;
use crate::socket_type::SocketType;

pub use frames::IntoFrames;
pub use metadata::Metadata;
pub use payload::IntoFrame;

use modes::Modes;
use preconditions::Preconditions;
use prefetched::Prefetched;

/// One end of a messaging pattern: binds and connects to endpoints, sends and receives messages.
///
/// It holds a handle of its [`Context`], and is closed when it is dropped; what it has sent is still delivered then,
/// within its [`linger`](Socket::linger).
///
/// # Threads
/// A socket may move to another thread, and only one thread may use it: it is `Send` and not `Sync`, because libzmq's
/// sockets have no locks. Two threads that want to talk to one socket have a socket each, over inproc.
///
/// # Blocking
/// Sends and receives wait for ever by default. [`DONTWAIT`](crate::DONTWAIT) makes one not wait, a
/// [time-out](Socket::set_rcvtimeo) limits all; both end in `EAGAIN`. [`Context::shutdown`] ends the wait of all sockets
/// with `ETERM`. A signal does not end it, unless [`Context::set_retry_after_eintr`] says so.
///
/// # Work happens inside calls
/// I/O threads move the bytes in the background. Everything else a socket does inside its own calls: it takes new peers in, sends them
/// its subscriptions, learns of theirs, and lets go of peers that have left. While its thread does something else,
/// this work waits. A SUB that binds is sent nothing by the publishers that connect until its next call, and what they publish before is
/// lost; a bound socket keeps about 12 kB of each client that came and left. Sends, receives, polls and
/// [`events`](Socket::events) do the work; one call of `events` is enough, so a socket that has nothing to do otherwise calls it
/// now and then, from a timer for instance.
///
/// ```
/// use zmq4::{Flags, Socket};
/// let server = Socket::new(zmq4::REP)?;
/// server.bind("tcp://127.0.0.1:*")?;
/// let client = Socket::new(zmq4::REQ)?;
/// client.connect(&server.last_endpoint()?)?;
/// client.send("Hello", Flags::NONE)?;
/// assert_eq!(server.recv_string(Flags::NONE)?, "Hello");
/// server.send("World", Flags::NONE)?;
/// assert_eq!(client.recv_string(Flags::NONE)?, "World");
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_socket")]
pub struct Socket {
    /// Whether it has had to do with monitors: see `monitor_guard`.
    has_monitors: Cell<bool>,
    raw: RawSocket,
    slot: RegistrySlot,
    ty: SocketType,
    /// `ZMQ_RCVTIMEO` and `ZMQ_SNDTIMEO` in milliseconds, so that only a call that has a time-out looks at the clock.
    rcvtimeo: Cell<c_int>,
    sndtimeo: Cell<c_int>,
    /// Size from which uniquely owned data is sent without copying.
    move_threshold: Cell<usize>,
    preconditions: Preconditions,
    modes: Modes,
    prefetched: Prefetched,
}

/// A socket's place in its context.
struct RegistrySlot {
    context: Context,
    /// A number that no other socket has had. An address may be used again before it is known here that a socket is closed.
    socket: usize,
    /// Whether closing the socket is ours.
    held: bool,
}

impl RegistrySlot {
    fn new(context: Context, held: bool) -> RegistrySlot {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        RegistrySlot {
            context,
            socket: NEXT.fetch_add(1, Ordering::Relaxed),
            held,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Monitors end first, or are to end with the socket.
        self.stop_monitors();
        if self.slot.held {
            let raw = mem::replace(&mut self.raw, RawSocket::none());
            self.slot.context.close(self.slot.socket, self.ty, raw);
        }
        // The context may end after it.
    }
}

impl Socket {
    /// Opens a socket in the default context, [`Context::global`] (`zmq_socket`).
    ///
    /// # Errors
    /// As [`Context::socket`].
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn new(ty: SocketType) -> Result<Socket> {
        Context::global()?.socket(ty)
    }

    /// A socket that the context has just opened.
    pub(crate) fn opened(raw: RawSocket, context: Context, ty: SocketType) -> Socket {
        if [SocketType::SUB, SocketType::XSUB].contains(&ty) {
            // libzmq drops subscriptions beyond the mark. The option is an integer of any socket, so it cannot fail.
            let _ = raw.set_int(sys::ZMQ_SNDHWM, 0);
        }
        Socket::with(raw, context, ty, true)
    }

    /// A socket that was made elsewhere, and may have been given options there; `held` if it is ours to close.
    pub(crate) fn adopt(raw: RawSocket, context: Context, held: bool) -> Socket {
        let option = |option| raw.get_int(option).unwrap_or(-1);
        let ty = SocketType::from_raw(option(sys::ZMQ_TYPE));
        let (rcvtimeo, sndtimeo) = (option(sys::ZMQ_RCVTIMEO), option(sys::ZMQ_SNDTIMEO));
        if held {
            context.adopted();
        }
        let socket = Socket::with(raw, context, ty, held);
        socket.set_timeout(Direction::Recv, rcvtimeo);
        socket.set_timeout(Direction::Send, sndtimeo);
        let conflates = socket.raw.get_int(sys::ZMQ_CONFLATE).unwrap_or(0);
        socket.remember_option(sys::ZMQ_CONFLATE, &conflates.to_ne_bytes());
        // Nobody knows where it has been connected to.
        socket.move_threshold.set(Message::MOVE_THRESHOLD);
        if ty == SocketType::REQ {
            socket.may_lose_peers("", Role::Bind);
        }
        socket
    }

    fn with(raw: RawSocket, context: Context, ty: SocketType, held: bool) -> Socket {
        let socket = Socket {
            has_monitors: Cell::new(false),
            slot: RegistrySlot::new(context, held),
            raw,
            ty,
            rcvtimeo: Cell::new(-1),
            sndtimeo: Cell::new(-1),
            move_threshold: Cell::new(Message::ZERO_COPY_THRESHOLD),
            preconditions: Preconditions::new(held),
            modes: Modes::default(),
            prefetched: Prefetched::default(),
        };
        socket.set_timeout(Direction::Recv, -1);
        socket.set_timeout(Direction::Send, -1);
        socket
    }

    /// Gives the socket and its context up to somebody else, who closes the one and then drops the other.
    pub(crate) fn give_up(mut self) -> (RawSocket, Context) {
        self.release_monitors();
        self.preconditions.attached.release();
        let raw = mem::replace(&mut self.raw, RawSocket::none());
        if mem::take(&mut self.slot.held) {
            self.context().released(self.id());
        }
        (raw, self.context().clone())
    }

    /// Closes the socket (`zmq_close`), as dropping it does.
    ///
    /// It does not wait: what was sent goes on being delivered, within the [`linger`](Socket::linger). If the socket holds
    /// the last handle of its context, the context is terminated here, and that waits.
    ///
    /// # Errors
    /// None that is known: a socket that can be reached can be closed.
    #[doc(alias = "zmq_close")]
    #[doc(alias = "Close")]
    pub fn close(self) -> Result<()> {
        drop(self);
        Ok(())
    }

    /// The context that the socket belongs to.
    #[doc(alias = "Context")]
    pub fn context(&self) -> &Context {
        &self.slot.context
    }

    /// The type it was opened with (`ZMQ_TYPE`).
    #[doc(alias = "ZMQ_TYPE")]
    #[doc(alias = "GetType")]
    pub fn socket_type(&self) -> SocketType {
        self.ty
    }

    #[inline]
    pub(crate) fn raw(&self) -> &RawSocket {
        &self.raw
    }

    pub(crate) fn preconditions(&self) -> &Preconditions {
        &self.preconditions
    }

    /// By what the context knows the socket.
    pub(crate) fn id(&self) -> usize {
        self.slot.socket
    }

    /// Whether closing the socket is ours.
    pub(crate) fn is_held(&self) -> bool {
        self.slot.held
    }
}

/// The type, and the routing id where one was set, as Go prints it.
impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.routing_id() {
            Ok(id) if !id.is_empty() => write!(f, "Socket({},\"{}\")", self.ty, id.escape_ascii()),
            _ => write!(f, "Socket({},{:p})", self.ty, self.raw.as_ptr()),
        }
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Socket({:?},{:p})", self.ty, self.raw.as_ptr())
    }
}
