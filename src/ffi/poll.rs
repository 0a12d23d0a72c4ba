//! [`RawItem`]: one item of a poll. [`RawItems`]: those of a poller. [`poll`]: the call that waits.

use std::any::Any;
use std::ffi::{c_int, c_long, c_short, c_void};
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;
#[cfg(feature = "draft")]
use std::sync::Arc;

use zmq_sys as sys;

use super::errno::Errno;
use super::fd::RawFd;
use super::ret;
#[cfg(feature = "draft")]
use super::shared::SharedHandle;
use super::socket::RawSocket;
#[cfg(unix)]
use super::system;
use crate::flags::State;

/// A socket or a descriptor, what is asked of it, and what the last poll found.
///
/// It borrows its socket, which so stays open and on this thread. A descriptor may be closed meanwhile: the system then
/// says that it is broken.
#[repr(transparent)]
pub(crate) struct RawItem<'s> {
    pub(super) raw: sys::zmq_pollitem_t,
    _socket: PhantomData<&'s RawSocket>,
}

/// What can be asked of a socket, and of a descriptor; other bits are left out.
const OF_SOCKETS: c_short = sys::ZMQ_POLLIN | sys::ZMQ_POLLOUT;
#[cfg(unix)]
const OF_FDS: c_short = OF_SOCKETS | sys::ZMQ_POLLPRI;
#[cfg(windows)]
const OF_FDS: c_short = OF_SOCKETS | sys::ZMQ_POLLERR;

/// What is asked in any case. Of a socket it means nothing, but one that is asked nothing at all is not watched by libzmq,
/// and would not notice the end of its context. For a descriptor libzmq reports that by itself, but not in a DRAFT build.
const OF_ALL: c_short = sys::ZMQ_POLLERR;

/// What stands for the descriptor of a socket that may be thread-safe, as DRAFT types are. libzmq does not look at it.
const THREAD_SAFE: RawFd = 1;

impl<'s> RawItem<'s> {
    /// `may_be_thread_safe`: the type of the socket is a DRAFT one.
    #[inline]
    pub(crate) fn socket(socket: &'s RawSocket, may_be_thread_safe: bool, events: State) -> RawItem<'s> {
        RawItem {
            raw: sys::zmq_pollitem_t {
                socket: socket.as_ptr(),
                fd: if may_be_thread_safe { THREAD_SAFE } else { 0 },
                events: events.bits() & OF_SOCKETS | OF_ALL,
                revents: 0,
            },
            _socket: PhantomData,
        }
    }

    /// A thread-safe socket, which other threads may use at the same time.
    #[cfg(feature = "draft")]
    pub(crate) fn thread_safe<S>(socket: &'s SharedHandle<S>, events: State) -> RawItem<'s> {
        RawItem {
            raw: sys::zmq_pollitem_t {
                socket: socket.as_ptr(),
                fd: THREAD_SAFE,
                events: events.bits() & OF_SOCKETS | OF_ALL,
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
                events: of_fd(events),
                revents: 0,
            },
            _socket: PhantomData,
        }
    }

    /// Whether it is the socket with this pointer.
    pub(crate) fn is_socket(&self, socket: *mut c_void) -> bool {
        self.raw.socket == socket
    }

    pub(crate) fn is_fd(&self, fd: RawFd) -> bool {
        self.raw.socket.is_null() && self.raw.fd == fd
    }

    /// The descriptor's number, of no meaning for a socket.
    pub(crate) fn number(&self) -> RawFd {
        self.raw.fd
    }

    pub(crate) fn set_events(&mut self, events: State) {
        self.raw.events = if self.raw.socket.is_null() {
            of_fd(events)
        } else {
            events.bits() & OF_SOCKETS | OF_ALL
        };
        self.raw.revents = 0;
    }

    /// What is asked, of what can be.
    pub(crate) fn events(&self) -> State {
        let askable = if self.raw.socket.is_null() { OF_FDS } else { OF_SOCKETS };
        State::from_bits_retain(self.raw.events & askable)
    }

    #[inline]
    pub(crate) fn revents(&self) -> State {
        State::from_bits_retain(self.raw.revents)
    }

    /// Corrects what the last poll found.
    fn set_revents(&mut self, revents: State) {
        self.raw.revents = revents.bits();
    }

    /// Whether it could become ready: on Unix a broken descriptor is so unasked.
    #[inline]
    pub(crate) fn can_wake(&self) -> bool {
        if self.raw.socket.is_null() {
            self.raw.events != 0
        } else {
            self.raw.events & OF_SOCKETS != 0
        }
    }

    /// Whether libzmq waits on it: on Windows not on a descriptor that is asked nothing.
    pub(crate) fn is_watched(&self) -> bool {
        !self.raw.socket.is_null() || self.raw.events != 0
    }

    fn may_be_thread_safe(&self) -> bool {
        !self.raw.socket.is_null() && self.raw.fd == THREAD_SAFE
    }

    /// `ETERM` if the socket has noticed the end of its context: libzmq gives no descriptor to wait on then.
    fn check_alive(&self) -> Result<(), Errno> {
        if self.raw.socket.is_null() {
            return Ok(());
        }
        let mut fd: RawFd = 0;
        let mut len = size_of::<RawFd>();
        // SAFETY: the socket is open, and `len` is the size of the live `fd`.
        let rc = unsafe { sys::zmq_getsockopt(self.raw.socket, sys::ZMQ_FD, (&raw mut fd).cast(), &mut len) };
        match ret::status(rc) {
            Err(Errno::ETERM) => Err(Errno::ETERM),
            // Thread-safe ones have none in any case.
            _ => Ok(()),
        }
    }
}

/// What owns a [`RawSocket`] for as long as it lives.
pub(crate) trait OwnsSocket: 'static {
    fn raw(&self) -> &RawSocket;
}

/// The items of a poller, and the owners of those sockets that it shares.
#[derive(Default)]
pub(crate) struct RawItems<'s> {
    items: Vec<RawItem<'s>>,
    /// By the socket.
    owners: Vec<(*mut c_void, Rc<dyn Any>)>,
}

impl<'s> RawItems<'s> {
    pub(crate) fn push(&mut self, item: RawItem<'s>) {
        self.items.push(item);
    }

    /// Adds a socket that stays open because its owner is kept here as long as the item.
    pub(crate) fn push_shared<S: OwnsSocket>(&mut self, owner: Rc<S>, may_be_thread_safe: bool, events: State) {
        let RawItem { raw, _socket } = RawItem::socket(owner.raw(), may_be_thread_safe, events);
        self.owners.push((raw.socket, owner));
        self.items.push(RawItem {
            raw,
            _socket: PhantomData,
        });
    }

    /// Adds a thread-safe socket that stays open because its handle is kept here as long as the item.
    #[cfg(feature = "draft")]
    pub(crate) fn push_thread_safe<S: 'static>(&mut self, handle: Arc<SharedHandle<S>>, events: State) {
        let RawItem { raw, _socket } = RawItem::thread_safe(&handle, events);
        self.owners.push((raw.socket, Rc::new(handle)));
        self.items.push(RawItem {
            raw,
            _socket: PhantomData,
        });
    }

    /// Removes an item, and returns whether it could become ready. The `index` is one of an item.
    pub(crate) fn remove(&mut self, index: usize) -> bool {
        let item = self.items.remove(index);
        self.owners.retain(|(socket, _)| *socket != item.raw.socket);
        item.can_wake()
    }

    pub(crate) fn set_events(&mut self, index: usize, events: State) {
        if let Some(item) = self.items.get_mut(index) {
            item.set_events(events);
        }
    }

    /// Corrects what the last poll found.
    pub(crate) fn set_revents(&mut self, index: usize, revents: State) {
        if let Some(item) = self.items.get_mut(index) {
            item.set_revents(revents);
        }
    }

    /// Rejects too many items.
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    pub(super) fn check(&self) -> Result<(), Errno> {
        check(&self.items)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    pub(super) fn items_mut(&mut self) -> &mut [RawItem<'s>] {
        &mut self.items
    }

    /// Like [`poll`].
    #[inline]
    pub(crate) fn poll(&mut self, timeout_ms: c_long) -> Result<usize, Errno> {
        poll(&mut self.items, timeout_ms)
    }
}

impl<'s> Deref for RawItems<'s> {
    type Target = [RawItem<'s>];

    #[inline]
    fn deref(&self) -> &[RawItem<'s>] {
        &self.items
    }
}

fn of_fd(events: State) -> c_short {
    let always = if cfg!(unix) { OF_ALL } else { 0 };
    events.bits() & OF_FDS | always
}

/// Waits until an item is ready, and returns the number of ready items. A timeout of -1 is indefinite, unless there is no item.
///
/// `EMFILE`: there are more items than the process may have descriptors. `ETERM`: a socket's context has ended.
#[inline]
pub(crate) fn poll(items: &mut [RawItem<'_>], timeout_ms: c_long) -> Result<usize, Errno> {
    let len = items.len();
    if len > 1 {
        check(items)?;
    }
    // SAFETY: an item is a transparent `zmq_pollitem_t`, `len` of them are live, and their sockets are open.
    ret::number(unsafe { sys::zmq_poll(items.as_mut_ptr().cast(), len as c_int, timeout_ms) })
        .map(|ready| ready as usize)
}

/// Refuses what libzmq aborts on: too many items in one call, and beside a thread-safe socket one whose context has ended.
#[cold]
#[inline(never)]
fn check(items: &[RawItem<'_>]) -> Result<(), Errno> {
    if c_int::try_from(items.len()).is_err() || items.len() >= limit() {
        return Err(Errno::EMFILE);
    }
    if items.iter().any(RawItem::may_be_thread_safe) {
        items.iter().try_for_each(RawItem::check_alive)?;
    }
    Ok(())
}

/// The system refuses more than the process may have descriptors; libzmq may add one to the items.
#[cfg(unix)]
fn limit() -> usize {
    system::descriptor_limit().unwrap_or(usize::MAX)
}

/// What libzmq's own recipe makes of Winsock's sets (`FD_SETSIZE`).
#[cfg(not(unix))]
fn limit() -> usize {
    16384
}
