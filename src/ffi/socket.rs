//! [`RawSocket`]: owns one socket, and closes it once.

use std::cell::OnceCell;
use std::ffi::{CStr, CString, c_int, c_long, c_short, c_void};
use std::mem;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use zmq_sys as sys;

pub(crate) use super::handle::{Direction, LiveSocket};

use super::errno::Errno;
use super::handle::Handle;
use super::message::RawMessage;
use super::monitor::{EventFormat, MonitorHandle, Registration};
use super::one_thread::OneThread;
use super::ret;
use super::retry::retry_on_intr;

/// A socket, which one thread at a time may use.
pub(crate) struct RawSocket {
    handle: Handle,
    /// Its handle for monitors, once it has had one.
    monitor_handle: OneThread<OnceCell<Arc<MonitorHandle>>>,
}

impl RawSocket {
    /// # Safety
    /// `ctx` is a live context.
    pub(crate) unsafe fn open(ctx: *mut c_void, ty: c_int) -> Result<RawSocket, Errno> {
        // SAFETY: the caller vouches for the context.
        unsafe { Handle::open(ctx, ty) }.map(RawSocket::with)
    }

    /// # Safety
    /// `ptr` is an open socket that is closed here only.
    pub(crate) unsafe fn from_ptr(ptr: NonNull<c_void>) -> RawSocket {
        // SAFETY: the caller gives the socket up.
        RawSocket::with(unsafe { Handle::new(ptr, true) })
    }

    /// # Safety
    /// `ptr` is a socket that stays open as long as the `RawSocket`, which does not close it.
    pub(crate) unsafe fn view(ptr: NonNull<c_void>) -> RawSocket {
        // SAFETY: it stays open meanwhile, and this view does not close it.
        RawSocket::with(unsafe { Handle::new(ptr, false) })
    }

    fn with(handle: Handle) -> RawSocket {
        RawSocket {
            handle,
            monitor_handle: OneThread::default(),
        }
    }

    /// No socket: each call on it is `EINTR`, as in a forked child. What a socket has whose own one was given up.
    pub(crate) fn none() -> RawSocket {
        RawSocket::with(Handle::none())
    }

    /// The pointer, no longer closed on drop.
    pub(crate) fn into_ptr(mut self) -> *mut c_void {
        self.leave_monitors();
        self.handle.give_up()
    }

    fn monitor_handle(&self) -> &Arc<MonitorHandle> {
        // SAFETY: `leave_monitors` is called before the socket is closed or given up.
        self.monitor_handle
            .get_or_init(|| Arc::new(unsafe { MonitorHandle::new(self.handle.address()) }))
    }

    /// Sends the socket's events to `endpoint` from now on, in place of an earlier endpoint.
    pub(crate) fn monitor(&self, endpoint: &CStr, events: c_int, format: EventFormat) -> Result<Registration, Errno> {
        let ptr = self.live_ptr()?;
        // SAFETY: the pointer is this socket's, which is open.
        unsafe { self.monitor_handle().start(ptr, endpoint, events, format) }
    }

    /// Stops the monitor of the socket, if there is one.
    pub(crate) fn unmonitor(&self) -> Result<(), Errno> {
        // SAFETY: the socket is open.
        ret::status(unsafe { sys::zmq_socket_monitor(self.live_ptr()?, ptr::null(), 0) })
    }

    fn leave_monitors(&self) {
        if let Some(monitor_handle) = self.monitor_handle.get() {
            monitor_handle.leave();
        }
    }

    /// The pointer, valid as long as the socket: what it is known by, and for C code. Calls use [`live`](RawSocket::live).
    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.handle.address().as_ptr()
    }

    /// The pointer for a call, unless this is a forked child, where libzmq would never return from it.
    #[inline]
    pub(super) fn live_ptr(&self) -> Result<*mut c_void, Errno> {
        self.handle.live().map(LiveSocket::ptr)
    }

    /// The socket for sending and receiving, unless this is a forked child.
    #[inline]
    pub(crate) fn live(&self) -> Result<LiveSocket<'_>, Errno> {
        self.handle.live()
    }

    /// The socket for a call, if [`set_fast_paths`](RawSocket::set_fast_paths) allowed calls of this direction without checks.
    #[inline]
    pub(crate) fn fast_path(&self, direction: Direction) -> Option<LiveSocket<'_>> {
        self.handle.fast_path(direction)
    }

    /// Says whether sends, and receives, may be made without checks.
    pub(crate) fn set_fast_paths(&self, sends: bool, recvs: bool) {
        self.handle.set_fast_paths(sends, recvs);
    }

    /// Whether this is another process than the one that made the socket.
    #[inline]
    pub(crate) fn is_forked(&self) -> bool {
        self.handle.is_forked()
    }

    pub(crate) fn bind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_bind(self.live_ptr()?, endpoint.as_ptr()) })
    }

    pub(crate) fn unbind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_unbind(self.live_ptr()?, endpoint.as_ptr()) })
    }

    /// Unbinds an inproc name, also if signals interrupt the call.
    pub(crate) fn unbind_inproc(&self, name: &str) -> Result<(), Errno> {
        let endpoint = CString::new(format!("inproc://{name}")).map_err(|_| Errno::EINVAL)?;
        retry_on_intr(|| !self.is_forked(), || self.unbind(&endpoint))
    }

    /// Disconnects from an inproc name, also if signals interrupt the call.
    pub(crate) fn disconnect_inproc(&self, name: &str) -> Result<(), Errno> {
        let endpoint = CString::new(format!("inproc://{name}")).map_err(|_| Errno::EINVAL)?;
        retry_on_intr(|| !self.is_forked(), || self.disconnect(&endpoint))
    }

    pub(crate) fn connect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_connect(self.live_ptr()?, endpoint.as_ptr()) })
    }

    pub(crate) fn disconnect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_disconnect(self.live_ptr()?, endpoint.as_ptr()) })
    }

    /// Waits for `events` on this socket alone; a timeout of -1 is indefinite. Returns what is ready.
    #[inline]
    pub(crate) fn poll(&self, events: c_short, timeout_ms: c_long) -> Result<c_short, Errno> {
        let mut item = sys::zmq_pollitem_t {
            socket: self.live_ptr()?,
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
        ret::status(unsafe { sys::zmq_setsockopt(self.live_ptr()?, option, value.as_ptr().cast(), value.len()) })
    }

    /// Sets an option to a null pointer of length 0, which some options distinguish from an empty value.
    pub(crate) fn clear(&self, option: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open, and libzmq reads nothing of a length of 0.
        ret::status(unsafe { sys::zmq_setsockopt(self.live_ptr()?, option, ptr::null(), 0) })
    }

    pub(crate) fn set_int(&self, option: c_int, value: c_int) -> Result<(), Errno> {
        self.set(option, &value.to_ne_bytes())
    }

    /// Reads an option into `value`, and returns its length.
    pub(crate) fn get(&self, option: c_int, value: &mut [u8]) -> Result<usize, Errno> {
        let mut len = value.len();
        // SAFETY: the socket is open, and libzmq writes at most `len` bytes.
        let rc = unsafe { sys::zmq_getsockopt(self.live_ptr()?, option, value.as_mut_ptr().cast(), &mut len) };
        ret::status(rc).map(|()| len)
    }

    pub(crate) fn get_int(&self, option: c_int) -> Result<c_int, Errno> {
        let mut value = [0; size_of::<c_int>()];
        self.get(option, &mut value)?;
        Ok(c_int::from_ne_bytes(value))
    }
}

impl LiveSocket<'_> {
    #[inline]
    pub(crate) fn send(self, data: &[u8], flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the bytes are live for the call, which copies them.
        ret::status(unsafe { sys::zmq_send(self.ptr(), data.as_ptr().cast(), data.len(), flags) })
    }

    /// Sends the message and leaves it empty; it is intact after a failure.
    #[inline]
    pub(crate) fn send_message(self, message: &mut RawMessage, flags: c_int) -> Result<(), Errno> {
        // SAFETY: the socket is open and the message is initialised.
        ret::status(unsafe { sys::zmq_msg_send(message.raw_mut(), self.ptr(), flags) })?;
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
        match ret::number(unsafe { sys::zmq_msg_recv(message.raw_mut(), self.ptr(), flags) }) {
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

    /// Reads a frame into `data`, and returns the length of the frame.
    #[inline]
    pub(crate) fn recv(self, data: &mut [u8], flags: c_int) -> Result<c_int, Errno> {
        // SAFETY: the socket is open, and libzmq writes at most the length given.
        ret::number(unsafe { sys::zmq_recv(self.ptr(), data.as_mut_ptr().cast(), data.len(), flags) })
    }
}

impl Drop for RawSocket {
    fn drop(&mut self) {
        // Before the handle closes it.
        self.leave_monitors();
    }
}
