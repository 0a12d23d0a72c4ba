//! [`RawSocket`]: owns one libzmq socket and closes it once.

use std::cell::Cell;
use std::ffi::{CStr, c_int, c_long, c_short, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

use zmq_sys as sys;

use super::fork::Origin;
use super::message::RawMessage;
use super::ret;
use crate::errno::Errno;

/// A socket, which one thread at a time may use.
pub(crate) struct RawSocket {
    ptr: NonNull<c_void>,
    origin: Origin,
    /// Whether closing it is ours.
    owned: bool,
    /// Not `Sync`: libzmq's sockets have no locks.
    _one_thread: PhantomData<Cell<()>>,
}

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

    /// The pointer, no longer closed on drop.
    pub(super) fn into_ptr(mut self) -> *mut c_void {
        self.owned = false;
        self.ptr.as_ptr()
    }

    /// The pointer, valid as long as the socket.
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    /// The pointer for a call, unless this is a forked child, where libzmq would never return from it.
    #[inline]
    fn open_here(&self) -> Result<*mut c_void, Errno> {
        if self.is_forked() {
            return Err(Errno::EINTR);
        }
        Ok(self.as_ptr())
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

    #[inline]
    pub(crate) fn send(&self, data: &[u8], flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the bytes are live for the call, which copies them.
        ret::status(unsafe { sys::zmq_send(self.open_here()?, data.as_ptr().cast(), data.len(), flags) })
    }

    /// Sends the message and leaves it empty; it is intact after a failure.
    #[inline]
    pub(crate) fn send_message(&self, message: &mut RawMessage, flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open and the message is initialised.
        ret::status(unsafe { sys::zmq_msg_send(message.as_mut_ptr(), self.open_here()?, flags) })
    }

    /// Receives a message and answers how long it is, `c_int::MAX` where it is that or longer.
    #[inline]
    pub(crate) fn recv_message(&self, message: &mut RawMessage, flags: c_int) -> Result<c_int, Errno> {
        // SAFETY: the socket is open and the message is initialised.
        ret::number(unsafe { sys::zmq_msg_recv(message.as_mut_ptr(), self.open_here()?, flags) })
    }

    /// Reads a frame into `data`, and says how long the frame was.
    #[inline]
    pub(crate) fn recv(&self, data: &mut [u8], flags: c_int) -> Result<usize, Errno> {
        // SAFETY: the socket is open, and libzmq writes at most the length given.
        let rc = unsafe { sys::zmq_recv(self.open_here()?, data.as_mut_ptr().cast(), data.len(), flags) };
        ret::number(rc).map(|len| len as usize)
    }

    /// Waits for `events` on this socket alone; a time-out of -1 is for ever. Answers what is ready.
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

impl Drop for RawSocket {
    fn drop(&mut self) {
        // In a forked child, closing would write to descriptors that the parent uses.
        if self.owned && !self.is_forked() {
            // SAFETY: the pointer came from `zmq_socket` and is closed nowhere else.
            unsafe { sys::zmq_close(self.ptr.as_ptr()) };
        }
    }
}
