//! [`SharedHandle`]: a thread-safe socket, whose send and receive calls need no lock of ours.

use std::ffi::{c_int, c_short, c_void};
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard};

use zmq_sys as sys;

use super::defer::DeferDrops;
use super::errno::Errno;
use super::fork::ProcessId;
use super::handle::LiveSocket;
use super::ret;
use super::socket::RawSocket;
use crate::flags::State;
use crate::sync;

/// What owns a [`RawSocket`], the same one at all times.
pub(crate) trait OwnsRawSocket {
    fn raw_socket(&self) -> &RawSocket;
}

/// A thread-safe socket: libzmq locks it in each call. Its owner has state of this crate's, and so is behind a mutex.
pub(crate) struct SharedHandle<S> {
    ptr: NonNull<c_void>,
    process: ProcessId,
    owner: Mutex<S>,
}

// SAFETY: libzmq allows any thread to use a thread-safe socket at any time (zmq_socket(3), "Thread safety"); the owner is behind
// a mutex.
unsafe impl<S: Send> Send for SharedHandle<S> {}

// SAFETY: as above.
unsafe impl<S: Send> Sync for SharedHandle<S> {}

/// The owner, locked. It cannot be exchanged for another one, which the pointer would not follow.
pub(crate) struct OwnerGuard<'h, S> {
    owner: MutexGuard<'h, S>,
    /// Declared after the lock: owners of sent bytes, whose drops may lock the socket, are dropped when it is unlocked.
    _hold: DeferDrops,
}

impl<S> Deref for OwnerGuard<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.owner
    }
}

impl<S: OwnsRawSocket> SharedHandle<S> {
    /// Gives the owner back if its socket is not thread-safe.
    pub(crate) fn new(owner: S) -> Result<SharedHandle<S>, S> {
        let raw = owner.raw_socket();
        if raw.get_int(sys::ZMQ_THREAD_SAFE) != Ok(1) {
            return Err(owner);
        }
        let Some(ptr) = NonNull::new(raw.as_ptr()) else {
            return Err(owner);
        };
        Ok(SharedHandle {
            ptr,
            process: ProcessId::current(),
            owner: Mutex::new(owner),
        })
    }
}

impl<S> SharedHandle<S> {
    pub(crate) fn lock(&self) -> OwnerGuard<'_, S> {
        OwnerGuard {
            owner: sync::lock(&self.owner),
            _hold: DeferDrops::new(),
        }
    }

    pub(crate) fn into_owner(self) -> S {
        sync::into_inner(self.owner)
    }

    /// The socket for sending and receiving, unless this is a forked child.
    #[inline]
    pub(crate) fn live(&self) -> Result<LiveSocket<'_>, Errno> {
        if self.process.is_stale() {
            return Err(Errno::EINTR);
        }
        // SAFETY: the owner keeps the socket open as long as this lives, and several threads may use it.
        Ok(unsafe { LiveSocket::new(self.ptr) })
    }

    /// The pointer by which others know the socket, valid as long as this.
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    /// The pointer for a call, unless this is a forked child.
    pub(super) fn live_ptr(&self) -> Result<*mut c_void, Errno> {
        self.live().map(LiveSocket::ptr)
    }

    /// The events for which the socket is ready. `ETERM` once the context has ended.
    pub(crate) fn events(&self) -> Result<State, Errno> {
        let events = self.get_int(sys::ZMQ_EVENTS)?;
        Ok(State::from_bits_truncate(events as c_short))
    }

    /// An option that is an int.
    pub(crate) fn get_int(&self, option: c_int) -> Result<c_int, Errno> {
        let mut value: c_int = 0;
        let mut len = size_of::<c_int>();
        let socket = self.live()?.ptr();
        // SAFETY: the socket is open and thread-safe, and `len` is the size of the live `value`.
        ret::status(unsafe { sys::zmq_getsockopt(socket, option, (&raw mut value).cast(), &mut len) })?;
        Ok(value)
    }

    /// Whether this is another process than the one that made the socket.
    pub(crate) fn is_forked(&self) -> bool {
        self.process.is_stale()
    }
}
