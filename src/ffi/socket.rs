//! [`RawSocket`]: owns one libzmq socket and closes it once.

use std::cell::{Cell, OnceCell};
use std::ffi::{CStr, c_int, c_long, c_short, c_void};
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;
use std::sync::Arc;

use zmq_sys as sys;

use super::fork::Origin;
use super::message::RawMessage;
use super::monitor::Watched;
use super::ret;
use crate::errno::Errno;

/// A socket, which one thread at a time may use.
pub(crate) struct RawSocket {
    ptr: NonNull<c_void>,
    origin: Origin,
    /// Whether closing it is ours.
    owned: bool,
    /// As `origin`, or no process where something must be looked at before each send: one load tells both.
    sends_from: Cell<Origin>,
    /// The same for receives.
    recvs_from: Cell<Origin>,
    /// What its monitors know it by, once it has had one.
    watched: OnceCell<Arc<Watched>>,
    /// Not `Sync`: libzmq's sockets have no locks.
    _one_thread: PhantomData<Cell<()>>,
}

/// A socket in the process that made it: in a forked child libzmq would never return from a call.
#[derive(Clone, Copy)]
pub(crate) struct Here<'s>(&'s RawSocket);

// SAFETY: a socket may move between threads with a full fence, which Rust's ways of moving it give (zmq_socket(3),
// "Thread safety").
unsafe impl Send for RawSocket {}

impl RawSocket {
    /// # Safety
    /// `ctx` is a live context.
    pub(super) unsafe fn open(ctx: *mut c_void, ty: c_int) -> Result<RawSocket, Errno> {
        // SAFETY: the caller vouches for the context.
        let ptr = ret::pointer(unsafe { sys::zmq_socket(ctx, ty) })?;
        // SAFETY: the socket was just made and has no other owner.
        Ok(unsafe { RawSocket::from_ptr(ptr) })
    }

    /// # Safety
    /// `ptr` is an open socket that nobody else closes.
    pub(super) unsafe fn from_ptr(ptr: NonNull<c_void>) -> RawSocket {
        RawSocket {
            ptr,
            origin: Origin::here(),
            owned: true,
            sends_from: Cell::new(Origin::NOWHERE),
            recvs_from: Cell::new(Origin::NOWHERE),
            watched: OnceCell::new(),
            _one_thread: PhantomData,
        }
    }

    /// # Safety
    /// `ptr` is a socket that stays open as long as the `RawSocket`, which does not close it.
    pub(super) unsafe fn view(ptr: NonNull<c_void>) -> RawSocket {
        // SAFETY: nobody closes it meanwhile, this view neither.
        let mut raw = unsafe { RawSocket::from_ptr(ptr) };
        raw.owned = false;
        raw
    }

    /// No socket: each call on it is `EINTR`, as in a forked child. What a socket has whose own one was given up.
    pub(crate) fn nowhere() -> RawSocket {
        RawSocket {
            ptr: NonNull::dangling(),
            origin: Origin::NOWHERE,
            owned: false,
            sends_from: Cell::new(Origin::NOWHERE),
            recvs_from: Cell::new(Origin::NOWHERE),
            watched: OnceCell::new(),
            _one_thread: PhantomData,
        }
    }

    /// The pointer, no longer closed on drop.
    pub(super) fn into_ptr(mut self) -> *mut c_void {
        self.leave_monitors();
        self.owned = false;
        self.ptr.as_ptr()
    }

    pub(super) fn watched(&self) -> &Arc<Watched> {
        // SAFETY: `leave_monitors` is called before the socket is closed or given up.
        self.watched.get_or_init(|| Arc::new(unsafe { Watched::new(self.ptr) }))
    }

    fn leave_monitors(&self) {
        if let Some(watched) = self.watched.get() {
            watched.leave();
        }
    }

    /// The pointer, valid as long as the socket.
    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    /// The pointer for a call, unless this is a forked child, where libzmq would never return from it.
    #[inline]
    pub(super) fn open_here(&self) -> Result<*mut c_void, Errno> {
        if self.is_forked() {
            return Err(Errno::EINTR);
        }
        Ok(self.as_ptr())
    }

    /// The socket for sending and receiving, unless this is a forked child.
    #[inline]
    pub(crate) fn here(&self) -> Result<Here<'_>, Errno> {
        self.open_here().map(|_| Here(self))
    }

    /// As [`here`](RawSocket::here), if [`go_straight`](RawSocket::go_straight) allowed it for sends.
    #[inline]
    pub(crate) fn straight_to_send(&self) -> Option<Here<'_>> {
        (!self.sends_from.get().is_elsewhere()).then_some(Here(self))
    }

    /// As [`here`](RawSocket::here), if [`go_straight`](RawSocket::go_straight) allowed it for receives.
    #[inline]
    pub(crate) fn straight_to_recv(&self) -> Option<Here<'_>> {
        (!self.recvs_from.get().is_elsewhere()).then_some(Here(self))
    }

    /// Says whether nothing need be looked at before each send, and before each receive.
    pub(crate) fn go_straight(&self, sends: bool, recvs: bool) {
        let from = |allowed| if allowed { self.origin } else { Origin::NOWHERE };
        self.sends_from.set(from(sends));
        self.recvs_from.set(from(recvs));
    }

    pub(crate) fn bind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_bind(self.open_here()?, endpoint.as_ptr()) })
    }

    pub(crate) fn unbind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_unbind(self.open_here()?, endpoint.as_ptr()) })
    }

    pub(crate) fn connect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_connect(self.open_here()?, endpoint.as_ptr()) })
    }

    pub(crate) fn disconnect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_disconnect(self.open_here()?, endpoint.as_ptr()) })
    }

    /// Waits for `events` on this socket alone; a time-out of -1 is for ever. Answers what is ready.
    #[inline]
    pub(crate) fn poll(&self, events: c_short, timeout_ms: c_long) -> Result<c_short, Errno> {
        let mut item = sys::zmq_pollitem_t {
            socket: self.open_here()?,
            fd: 0,
            events,
            revents: 0,
        };
        // SAFETY: the item is live and names an open socket.
        ret::number(unsafe { sys::zmq_poll(&mut item, 1, timeout_ms) })?;
        Ok(item.revents)
    }

    pub(crate) fn set(&self, option: c_int, value: &[u8]) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the bytes are live for the call.
        ret::status(unsafe { sys::zmq_setsockopt(self.open_here()?, option, value.as_ptr().cast(), value.len()) })
    }

    /// Sets an option to a null pointer of no length, which is more than an empty value to some.
    pub(crate) fn clear(&self, option: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open, and libzmq reads nothing of a length of 0.
        ret::status(unsafe { sys::zmq_setsockopt(self.as_ptr(), option, std::ptr::null(), 0) })
    }

    pub(crate) fn set_int(&self, option: c_int, value: c_int) -> Result<(), Errno> {
        self.set(option, &value.to_ne_bytes())
    }

    /// Reads an option into `value`, and says how many bytes it has.
    pub(crate) fn get(&self, option: c_int, value: &mut [u8]) -> Result<usize, Errno> {
        let mut len = value.len();
        // SAFETY: the socket is open, and libzmq writes at most `len` bytes.
        let rc = unsafe { sys::zmq_getsockopt(self.open_here()?, option, value.as_mut_ptr().cast(), &mut len) };
        ret::status(rc).map(|()| len)
    }

    pub(crate) fn get_int(&self, option: c_int) -> Result<c_int, Errno> {
        let mut value = [0; size_of::<c_int>()];
        self.get(option, &mut value)?;
        Ok(c_int::from_ne_bytes(value))
    }

    /// Whether this is another process than the one that made the socket.
    #[inline]
    pub(crate) fn is_forked(&self) -> bool {
        self.origin.is_elsewhere()
    }
}

impl Here<'_> {
    #[inline]
    pub(crate) fn send(self, data: &[u8], flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the bytes are live for the call, which copies them.
        ret::status(unsafe { sys::zmq_send(self.0.as_ptr(), data.as_ptr().cast(), data.len(), flags) })
    }

    /// Sends the message and leaves it empty; it is intact after a failure.
    #[inline]
    pub(crate) fn send_message(self, message: &mut RawMessage, flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open and the message is initialised.
        ret::status(unsafe { sys::zmq_msg_send(message.raw_mut(), self.0.as_ptr(), flags) })?;
        message.set_len(0);
        Ok(())
    }

    /// Sends a second message over the same bytes.
    #[inline]
    pub(crate) fn send_share(self, message: &mut RawMessage, flags: c_int) -> Result<(), Errno> {
        let mut share = message.share()?;
        self.send_message(&mut share, flags)?;
        // It is empty now: closing it would do nothing.
        mem::forget(share);
        Ok(())
    }

    /// Receives a message in place of another one.
    #[inline]
    pub(crate) fn recv_message(self, message: &mut RawMessage, flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open and the message is initialised.
        match ret::number(unsafe { sys::zmq_msg_recv(message.raw_mut(), self.0.as_ptr(), flags) }) {
            Ok(len) => {
                message.set_len(len);
                Ok(())
            }
            Err(errno) => {
                // What it held may be released, or not.
                message.forget_len();
                Err(errno)
            }
        }
    }

    /// Reads a frame into `data`, and says how long the frame was.
    #[inline]
    pub(crate) fn recv(self, data: &mut [u8], flags: c_int) -> Result<c_int, Errno> {
        // SAFETY: the socket is open, and libzmq writes at most the length given.
        ret::number(unsafe { sys::zmq_recv(self.0.as_ptr(), data.as_mut_ptr().cast(), data.len(), flags) })
    }
}

impl Drop for RawSocket {
    fn drop(&mut self) {
        self.leave_monitors();
        // In a forked child, closing would write to descriptors that the parent uses.
        if self.owned && !self.is_forked() {
            // SAFETY: the pointer came from `zmq_socket` and is closed nowhere else.
            unsafe { sys::zmq_close(self.ptr.as_ptr()) };
        }
    }
}
