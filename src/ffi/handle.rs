//! [`Handle`]: the pointer of a socket. Calls get it through the check for a forked child only.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

use zmq_sys as sys;

use super::errno::Errno;
use super::fork::ProcessId;
use super::one_thread::OneThread;
use super::ret;

/// A socket's pointer, and the process that it is good for. Closes the socket.
pub(super) struct Handle {
    ptr: OneThread<NonNull<c_void>>,
    process: ProcessId,
    /// Whether closing it is ours.
    owned: bool,
    /// As `process`, or no process if sends need checks: one load decides both.
    sends_from: OneThread<Cell<ProcessId>>,
    /// The same for receives.
    recvs_from: OneThread<Cell<ProcessId>>,
}

/// A way to move messages through a socket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Send,
    Recv,
}

/// A socket in the process that made it: in a forked child libzmq would never return from a call.
#[derive(Clone, Copy)]
pub(crate) struct LiveSocket<'s> {
    ptr: NonNull<c_void>,
    _socket: PhantomData<&'s Handle>,
}

// SAFETY: a socket may move between threads with a full fence, which Rust's ways of moving it give (zmq_socket(3),
// "Thread safety").
unsafe impl Send for Handle {}

impl Handle {
    /// # Safety
    /// `ctx` is a live context.
    pub(super) unsafe fn open(ctx: *mut c_void, ty: c_int) -> Result<Handle, Errno> {
        // SAFETY: the caller vouches for the context.
        let ptr = ret::pointer(unsafe { sys::zmq_socket(ctx, ty) })?;
        // SAFETY: the socket was just made and has no other owner.
        Ok(unsafe { Handle::new(ptr, true) })
    }

    /// # Safety
    /// `ptr` is an open socket: if it is `owned`, it is closed by the handle only, and otherwise not while the handle lives.
    pub(super) unsafe fn new(ptr: NonNull<c_void>, owned: bool) -> Handle {
        Handle {
            ptr: OneThread::new(ptr),
            process: ProcessId::current(),
            owned,
            sends_from: OneThread::new(Cell::new(ProcessId::none())),
            recvs_from: OneThread::new(Cell::new(ProcessId::none())),
        }
    }

    /// No socket: each call on it is `EINTR`, as in a forked child.
    pub(super) fn none() -> Handle {
        // SAFETY: it is never closed, and no call gets its pointer.
        let mut handle = unsafe { Handle::new(NonNull::dangling(), false) };
        handle.process = ProcessId::none();
        handle
    }

    /// The pointer, no longer closed on drop.
    pub(super) fn give_up(&mut self) -> *mut c_void {
        self.owned = false;
        self.ptr.as_ptr()
    }

    /// The pointer by which others know the socket, valid as long as this; no call of this crate is made with it.
    #[inline]
    pub(super) fn address(&self) -> NonNull<c_void> {
        *self.ptr
    }

    /// Whether this is another process than the one that made the socket.
    #[inline]
    pub(super) fn is_forked(&self) -> bool {
        self.process.is_stale()
    }

    /// The socket for a call, unless this is a forked child.
    #[inline]
    pub(super) fn live(&self) -> Result<LiveSocket<'_>, Errno> {
        self.within(self.process).ok_or(Errno::EINTR)
    }

    /// The socket for a call, if [`set_fast_paths`](Handle::set_fast_paths) allowed calls of this direction without checks.
    #[inline]
    pub(super) fn fast_path(&self, direction: Direction) -> Option<LiveSocket<'_>> {
        self.within(match direction {
            Direction::Send => self.sends_from.get(),
            Direction::Recv => self.recvs_from.get(),
        })
    }

    /// Says whether sends, and receives, may be made without checks.
    pub(super) fn set_fast_paths(&self, sends: bool, recvs: bool) {
        let from = |allowed| if allowed { self.process } else { ProcessId::none() };
        self.sends_from.set(from(sends));
        self.recvs_from.set(from(recvs));
    }

    #[inline]
    fn within(&self, process: ProcessId) -> Option<LiveSocket<'_>> {
        (!process.is_stale()).then_some(LiveSocket {
            ptr: *self.ptr,
            _socket: PhantomData,
        })
    }
}

impl LiveSocket<'_> {
    /// # Safety
    /// `ptr` is a socket that stays open as long as the lifetime, and that this thread may use.
    #[cfg(feature = "draft")]
    #[inline]
    pub(super) unsafe fn new(ptr: NonNull<c_void>) -> Self {
        LiveSocket {
            ptr,
            _socket: PhantomData,
        }
    }

    /// The pointer, for a call that is made at once.
    #[inline]
    pub(super) fn ptr(self) -> *mut c_void {
        self.ptr.as_ptr()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // In a forked child, closing would write to descriptors that the parent uses.
        if self.owned && !self.is_forked() {
            // SAFETY: the pointer came from `zmq_socket` and is closed nowhere else.
            unsafe { sys::zmq_close(self.ptr.as_ptr()) };
        }
    }
}
