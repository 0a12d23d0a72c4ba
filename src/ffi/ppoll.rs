//! [`SignalMask`], and a poll during which it holds.

use std::ffi::{c_int, c_long, c_short};
use std::mem::MaybeUninit;
use std::ptr;

use smallvec::SmallVec;
use zmq_sys as sys;

use super::errno::Errno;
use super::poll::{RawItem, RawItems};
use super::ret;

/// A set of signals.
#[derive(Clone, Copy)]
pub(crate) struct SignalMask(libc::sigset_t);

impl SignalMask {
    pub(crate) fn empty() -> SignalMask {
        let mut set = MaybeUninit::uninit();
        // SAFETY: initialises the set, and cannot fail.
        unsafe { libc::sigemptyset(set.as_mut_ptr()) };
        // SAFETY: it is initialised.
        SignalMask(unsafe { set.assume_init() })
    }

    /// The signals that this thread blocks, after a change of them: `how` is `SIG_BLOCK` or the like.
    fn change(how: c_int, set: *const libc::sigset_t) -> SignalMask {
        let mut before = SignalMask::empty();
        // SAFETY: the set is null or live, and the place for the previous one is live. It fails for an unknown `how` only.
        unsafe { libc::pthread_sigmask(how, set, &mut before.0) };
        before
    }

    pub(crate) fn current() -> SignalMask {
        SignalMask::change(libc::SIG_BLOCK, ptr::null())
    }

    pub(crate) fn block(&self) -> SignalMask {
        SignalMask::change(libc::SIG_BLOCK, &self.0)
    }

    pub(crate) fn replace(&self) -> SignalMask {
        SignalMask::change(libc::SIG_SETMASK, &self.0)
    }

    /// `EINVAL` if there is no such signal.
    pub(crate) fn add(&mut self, signal: c_int) -> Result<(), Errno> {
        // SAFETY: the set is initialised.
        ret::status(unsafe { libc::sigaddset(&mut self.0, signal) })
    }

    /// `EINVAL` if there is no such signal.
    pub(crate) fn remove(&mut self, signal: c_int) -> Result<(), Errno> {
        // SAFETY: the set is initialised.
        ret::status(unsafe { libc::sigdelset(&mut self.0, signal) })
    }

    pub(crate) fn contains(&self, signal: c_int) -> bool {
        // SAFETY: the set is initialised.
        unsafe { libc::sigismember(&self.0, signal) == 1 }
    }
}

impl RawItems<'_> {
    /// Like [`poll`](RawItems::poll), and this thread blocks the signals of `mask` meanwhile, and no others. It may return 0 before the
    /// timeout. `ENOTSUP` if an item is a thread-safe socket, which has no descriptor; `EINTR` after a signal.
    ///
    /// libzmq's own call is built on `select`, and writes beyond its sets for descriptors from 1024 up.
    pub(crate) fn ppoll(&mut self, timeout_ms: c_long, mask: &SignalMask) -> Result<usize, Errno> {
        self.check()?;
        let mut fds = SmallVec::<[libc::pollfd; 16]>::new();
        for item in self.iter() {
            fds.push(item.pollfd()?);
        }
        // Sockets say what they are ready for before the wait, since their descriptor reports changes only; and after a signal.
        let looked = ppoll(&mut fds, 0, mask);
        if looked.is_err_and(|errno| errno != Errno::EINTR) {
            return looked.map(|_| 0);
        }
        let ready = self.collect(&fds)?;
        if ready > 0 {
            return Ok(ready);
        }
        looked?;
        if timeout_ms == 0 {
            return Ok(0);
        }
        ppoll(&mut fds, timeout_ms, mask)?;
        self.collect(&fds)
    }

    fn collect(&mut self, fds: &[libc::pollfd]) -> Result<usize, Errno> {
        let mut ready = 0;
        for (item, fd) in self.items_mut().iter_mut().zip(fds) {
            item.raw.revents = if item.raw.socket.is_null() {
                of_system(fd.revents)
            } else {
                item.socket_option(sys::ZMQ_EVENTS)? as c_short & item.raw.events
            };
            ready += usize::from(item.raw.revents != 0);
        }
        Ok(ready)
    }
}

impl RawItem<'_> {
    fn pollfd(&self) -> Result<libc::pollfd, Errno> {
        let (fd, events) = if self.raw.socket.is_null() {
            (self.raw.fd, to_system(self.raw.events))
        } else {
            match self.socket_option(sys::ZMQ_FD) {
                Err(Errno::EINVAL) => return Err(Errno::ENOTSUP),
                fd => (fd?, libc::POLLIN),
            }
        };
        Ok(libc::pollfd { fd, events, revents: 0 })
    }

    /// An option of the socket that is an `int`.
    fn socket_option(&self, option: c_int) -> Result<c_int, Errno> {
        let mut value: c_int = 0;
        let mut len = size_of::<c_int>();
        // SAFETY: the socket is open, and `len` is the size of the live `value`.
        ret::status(unsafe { sys::zmq_getsockopt(self.raw.socket, option, (&raw mut value).cast(), &mut len) })?;
        Ok(value)
    }
}

/// A timeout of -1 is indefinite.
fn ppoll(fds: &mut [libc::pollfd], timeout_ms: c_long, mask: &SignalMask) -> Result<c_int, Errno> {
    let timeout = libc::timespec {
        // The type's name is deprecated for musl, where it is to become wider.
        tv_sec: (timeout_ms / 1000) as _,
        tv_nsec: timeout_ms % 1000 * 1_000_000,
    };
    let timeout = if timeout_ms < 0 {
        ptr::null()
    } else {
        &raw const timeout
    };
    // SAFETY: the descriptors, the timeout and the mask are live.
    ret::number(unsafe { libc::ppoll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, timeout, &mask.0) })
}

const BITS: [(c_short, c_short); 3] = [
    (sys::ZMQ_POLLIN, libc::POLLIN),
    (sys::ZMQ_POLLOUT, libc::POLLOUT),
    (sys::ZMQ_POLLPRI, libc::POLLPRI),
];

fn to_system(events: c_short) -> c_short {
    let bits = BITS.iter().filter(|(zmq, _)| events & zmq != 0);
    bits.fold(0, |all, (_, system)| all | system)
}

/// Whatever else the system reports is an error, as in `zmq_poll`.
fn of_system(revents: c_short) -> c_short {
    let known = BITS.iter().filter(|(_, system)| revents & system != 0);
    let other = revents & !(libc::POLLIN | libc::POLLOUT | libc::POLLPRI);
    known.fold(if other != 0 { sys::ZMQ_POLLERR } else { 0 }, |all, (zmq, _)| all | zmq)
}
