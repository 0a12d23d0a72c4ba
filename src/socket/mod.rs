//! [`Socket`]: one end of a messaging pattern.

// In this order the page of `Socket` has them. Blank lines keep rustfmt from sorting them.
mod open;

mod endpoints;

mod send;

mod recv;

#[cfg(feature = "draft")]
mod groups;
#[cfg(feature = "draft")]
mod peers;

mod attached;
mod borrowed;
mod event_socket;
mod frames;
mod half_written;
pub(crate) mod ids;
mod metadata;
mod modes;
mod monitor_guard;
mod multipart_send;
#[cfg(any(feature = "tokio", feature = "async-io", test))]
pub(crate) mod nonblocking;
mod ownership;
mod payload;
pub(crate) mod preconditions;
pub(crate) mod prefetched;
pub(crate) mod reasons;
pub(crate) mod relay_buffer;
pub(crate) mod retry;
mod staged;
pub(crate) mod topic;

use std::cell::Cell;
use std::ffi::c_int;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys as sys;

use crate::context::Context;
use crate::ffi::one_thread::OneThread;
use crate::ffi::socket::{Direction, RawSocket};
use crate::message::Message;
use crate::socket_type::SocketType;

pub use event_socket::EventSocket;
pub use frames::IntoFrames;
pub use metadata::Metadata;
pub use payload::IntoFrame;

use modes::Modes;
use preconditions::Preconditions;
use prefetched::Prefetched;

/// One end of a messaging pattern: binds and connects to endpoints, sends and receives messages.
///
/// A socket holds a handle of its [`Context`] and is closed when it is dropped. Messages that were sent are still
/// delivered within its [`linger`](Socket::linger) period.
///
/// # Threads
/// A socket may be moved to another thread, but only one thread may use it: it is `Send` and not `Sync`, because
/// libzmq's sockets have no locks. Give each thread a socket of its own and connect them over inproc.
///
/// # Blocking
/// Sends and receives block indefinitely by default. [`DONTWAIT`](crate::DONTWAIT) makes one call non-blocking, and a
/// [timeout](Socket::set_rcvtimeo) applies to all calls; both end with `EAGAIN`. [`Context::shutdown`] ends blocking
/// calls of all sockets with `ETERM`. Calls interrupted by a signal are retried, unless
/// [`Context::set_retry_after_eintr`] disables that.
///
/// # Work happens inside calls
/// I/O threads transfer bytes in the background. All other work is done inside calls of the socket: it accepts new
/// peers, sends its subscriptions to them, processes theirs, and frees peers that have disconnected. Until the next
/// call this work waits. A SUB that binds sends no subscriptions to new publishers until then, and misses what they
/// publish meanwhile; a bound socket keeps about 12 kB for each client that has disconnected. Sends, receives, polls
/// and [`events`](Socket::events) do this work. A socket that is otherwise idle can call `events` periodically, for
/// instance from a timer.
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
    /// Whether it may have monitors, or read one: see `monitor_guard`.
    has_monitors: OneThread<Cell<bool>>,
    raw: RawSocket,
    slot: RegistrySlot,
    ty: SocketType,
    /// `ZMQ_RCVTIMEO` and `ZMQ_SNDTIMEO` in milliseconds, so that only calls with a timeout read the clock.
    rcvtimeo: OneThread<Cell<c_int>>,
    sndtimeo: OneThread<Cell<c_int>>,
    /// Size from which uniquely owned data is sent without copying.
    move_threshold: OneThread<Cell<usize>>,
    preconditions: OneThread<Preconditions>,
    modes: OneThread<Modes>,
    prefetched: OneThread<Prefetched>,
}

/// A socket's place in its context.
struct RegistrySlot {
    context: Context,
    /// A number that is never reused; the address of a socket may be, before the context knows that it is closed.
    socket: usize,
    /// Whether this crate closes the socket.
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
        // Monitors are stopped before the socket is closed.
        self.stop_monitors();
        if self.slot.held {
            let raw = mem::replace(&mut self.raw, RawSocket::none());
            self.slot.context.close(self.slot.socket, self.ty, raw);
        }
        // The context may end after it.
    }
}

impl Socket {
    /// A socket that the context has just opened.
    pub(crate) fn opened(raw: RawSocket, context: Context, ty: SocketType) -> Socket {
        if [SocketType::SUB, SocketType::XSUB].contains(&ty) {
            // libzmq drops subscriptions beyond the mark. The option is an integer of any socket, so it cannot fail.
            let _ = raw.set_int(sys::ZMQ_SNDHWM, 0);
        }
        Socket::with(raw, context, ty, true)
    }

    /// Wraps a socket that C code opened and may have set options of; `held` if this crate closes it.
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
        // Its endpoints are unknown.
        socket.move_threshold.set(Message::MOVE_THRESHOLD);
        if ty == SocketType::REQ {
            socket.may_lose_peers();
        }
        socket
    }

    fn with(raw: RawSocket, context: Context, ty: SocketType, held: bool) -> Socket {
        let socket = Socket {
            has_monitors: OneThread::default(),
            slot: RegistrySlot::new(context, held),
            raw,
            ty,
            rcvtimeo: OneThread::new(Cell::new(-1)),
            sndtimeo: OneThread::new(Cell::new(-1)),
            move_threshold: OneThread::new(Cell::new(Message::ZERO_COPY_THRESHOLD)),
            preconditions: OneThread::new(Preconditions::new(held)),
            modes: OneThread::default(),
            prefetched: OneThread::default(),
        };
        socket.set_timeout(Direction::Recv, -1);
        socket.set_timeout(Direction::Send, -1);
        socket
    }

    /// Hands the socket and its context over to the caller, who closes the socket and then drops the context.
    pub(crate) fn give_up(mut self) -> (RawSocket, Context) {
        self.release_monitors();
        self.preconditions.attached.release();
        let raw = mem::replace(&mut self.raw, RawSocket::none());
        if mem::take(&mut self.slot.held) {
            self.context().released(self.id());
        }
        (raw, self.context().clone())
    }

    #[inline]
    pub(crate) fn raw(&self) -> &RawSocket {
        &self.raw
    }

    pub(crate) fn preconditions(&self) -> &Preconditions {
        &self.preconditions
    }

    /// The number by which the context knows the socket.
    pub(crate) fn id(&self) -> usize {
        self.slot.socket
    }

    /// Whether this crate closes the socket.
    pub(crate) fn is_held(&self) -> bool {
        self.slot.held
    }
}

/// The type, and the routing id if one is set, in the format of Go's package.
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
