//! [`RawItem`]: one thing that a poll waits for. [`poll`]: the call that waits.

use std::ffi::{c_int, c_long};
use std::marker::PhantomData;
#[cfg(unix)]
use std::mem::MaybeUninit;
#[cfg(unix)]
pub(crate) use std::os::fd::RawFd;
#[cfg(windows)]
pub(crate) use std::os::windows::io::RawSocket as RawFd;

use zmq_sys as sys;

use super::ret;
use super::socket::RawSocket;
use crate::errno::Errno;
use crate::flags::State;

/// A socket or a descriptor, what is asked of it, and what the last poll found.
///
/// It borrows its socket, which so stays open and on this thread. A descriptor may be closed meanwhile: the system then
/// says that it is broken.
#[repr(transparent)]
pub(crate) struct RawItem<'s> {
    raw: sys::zmq_pollitem_t,
    _socket: PhantomData<&'s RawSocket>,
}

impl<'s> RawItem<'s> {
    #[inline]
    pub(crate) fn socket(socket: &'s RawSocket, events: State) -> RawItem<'s> {
        RawItem {
            raw: sys::zmq_pollitem_t {
                socket: socket.as_ptr(),
                fd: 0,
                events: events.bits(),
                revents: 0,
            },
            _socket: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn fd(fd: RawFd, events: State) -> RawItem<'s> {
        RawItem {
            raw: sys::zmq_pollitem_t {
                socket: std::ptr::null_mut(),
                fd,
                events: events.bits(),
                revents: 0,
            },
            _socket: PhantomData,
        }
    }

    pub(crate) fn is_socket(&self, socket: &RawSocket) -> bool {
        self.raw.socket == socket.as_ptr()
    }

    pub(crate) fn is_fd(&self, fd: RawFd) -> bool {
        self.raw.socket.is_null() && self.raw.fd == fd
    }

    /// The descriptor's number, of no meaning for a socket.
    pub(crate) fn number(&self) -> RawFd {
        self.raw.fd
    }

    pub(crate) fn set_events(&mut self, events: State) {
        self.raw.events = events.bits();
        self.raw.revents = 0;
    }

    pub(crate) fn events(&self) -> State {
        State::from_bits_retain(self.raw.events)
    }

    #[inline]
    pub(crate) fn revents(&self) -> State {
        State::from_bits_retain(self.raw.revents)
    }

    /// Whether anything could end a wait for this item: on Unix a broken descriptor does so unasked.
    #[inline]
    pub(crate) fn can_wake(&self) -> bool {
        self.raw.events != 0 || cfg!(unix) && self.raw.socket.is_null()
    }
}

/// Waits until something is ready, and says how many items are. A time-out of -1 is for ever; no item at all is not.
///
/// `EMFILE`: there are more items than the process may have descriptors.
#[inline]
pub(crate) fn poll(items: &mut [RawItem<'_>], timeout_ms: c_long) -> Result<usize, Errno> {
    let len = items.len();
    if len > 1 && !may_poll(len) {
        return Err(Errno::EMFILE);
    }
    // SAFETY: an item is a transparent `zmq_pollitem_t`, `len` of them are live, and their sockets are open.
    ret::number(unsafe { sys::zmq_poll(items.as_mut_ptr().cast(), len as c_int, timeout_ms) })
        .map(|ready| ready as usize)
}

/// Whether libzmq takes so many items in one call, instead of aborting.
#[cold]
#[inline(never)]
fn may_poll(count: usize) -> bool {
    c_int::try_from(count).is_ok() && count < limit()
}

/// The system refuses more than the process may have descriptors; libzmq may add one to the items.
#[cfg(unix)]
fn limit() -> usize {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: the limit is live, and written to where the call succeeds.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, limit.as_mut_ptr()) } != 0 {
        return usize::MAX;
    }
    // SAFETY: the call succeeded.
    let limit = unsafe { limit.assume_init() };
    usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
}

/// What libzmq's own recipe makes of Winsock's sets (`FD_SETSIZE`).
#[cfg(not(unix))]
fn limit() -> usize {
    16384
}
