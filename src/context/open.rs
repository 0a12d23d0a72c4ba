//! Opening and closing the sockets of a context.

use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::book::Book;
use super::waits::{self, Until};
use super::{Context, fd_limit};
use crate::ffi::errno::Errno;
use crate::ffi::socket::RawSocket;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

/// How long to wait for the place, or for the descriptor, of a socket that was closed just now.
const PATIENCE: Duration = Duration::from_secs(1);

const NO_PLACE: &str = "the context has no place left: closed sockets keep theirs until what they sent is delivered, and inproc peers know";

impl Context {
    /// Opens a socket of this context, which is counted until [`close`](Context::close).
    pub(crate) fn open(&self, ty: SocketType) -> Result<RawSocket, Refusal> {
        loop {
            {
                let mut book = self.book();
                if book.is_ended() {
                    return Err(Errno::ETERM.into());
                }
                book.release_readers();
                // The place in reserve may not have come back yet.
                let lacks_place = book.settle_due(self.raw()) == Err(Errno::EMFILE);
                let is_full = book.is_full();
                if is_full && !(lacks_place && book.has_closed_within(PATIENCE)) {
                    return Err(full(&book));
                }
                if !book.is_started() {
                    self.check_threads(&book)?;
                }
                let opened = if is_full {
                    Err(Errno::EMFILE)
                } else {
                    self.raw().socket(ty.raw())
                };
                match opened {
                    Ok(raw) => {
                        book.opened();
                        return Ok(raw);
                    }
                    Err(Errno::EINTR) if self.retries() => continue,
                    Err(Errno::EMFILE) => {
                        if !book.has_closed_within(PATIENCE) {
                            fd_limit::check(fd_limit::MAILBOX)?;
                            return Err(Refusal::new(Errno::EMFILE, NO_PLACE));
                        }
                    }
                    Err(errno) => return Err(errno.into()),
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The first socket starts the threads, and libzmq aborts where they, or their descriptors, cannot be had.
    fn check_threads(&self, book: &Book) -> Result<(), Refusal> {
        let threads = fd_limit::threads(self.raw().get(sys::ZMQ_IO_THREADS)?);
        fd_limit::check(fd_limit::of_threads(threads))?;
        #[cfg(unix)]
        super::threads::check(self.raw(), book, threads)?;
        #[cfg(not(unix))]
        let _ = book;
        Ok(())
    }

    /// Closes a socket of this context.
    ///
    /// First, the inproc names that it has bound become free. Names that it alone waits for are settled, if nothing that
    /// it sent may still be delivered there: libzmq would keep the socket until they are bound.
    pub(crate) fn close(&self, socket: usize, ty: SocketType, raw: RawSocket) {
        if self.raw().is_forked() {
            return;
        }
        let mut book = self.book_unread(socket, None);
        for name in book.names_bound_by(socket) {
            // It fails once the context has ended, with which the names end too.
            let _ = raw.unbind_inproc(&name);
        }
        if !book.waits.any_of(socket) {
            let raw = book.keep_reader(socket, raw);
            book.closed(socket, Until::Bound);
            drop(book);
            drop(raw);
            return;
        }
        let until = kept_until(ty, &raw);
        let due = book.waits.due(Some((socket, until)), Instant::now());
        // Where it cannot be done now, it is done when a socket is opened.
        let settled = book.settle(self.raw(), &due);
        let raw = book.keep_reader(socket, raw);
        book.closed(socket, until);
        // Within the lock: to bind a name, libzmq looks whether who waits for it is open.
        drop(raw);
        drop(settled);
    }

    /// Records that a socket was given to C code, which is to close it.
    pub(crate) fn lent(&self, socket: usize) {
        if !self.raw().is_forked() {
            self.book_unread(socket, None).lent(socket);
        }
    }

    /// Records a socket that C code had, or made.
    pub(crate) fn adopted(&self) {
        if !self.raw().is_forked() {
            self.book().opened();
        }
    }
}

fn full(book: &Book) -> Refusal {
    let (max, kept) = (book.max_sockets(), book.waits.kept());
    let reason = match kept {
        0 => format!("the context has its {max} sockets"),
        _ => format!(
            "the context has its {max} sockets, {kept} of which are closed and kept for inproc names that are not bound"
        ),
    };
    Refusal::new(Errno::EMFILE, reason)
}

/// How long connections that are not bound yet are kept for what the socket has sent, when it leaves now.
pub(super) fn kept_until(ty: SocketType, raw: &RawSocket) -> Until {
    let linger = if waits::may_have_sent(ty) {
        raw.get_int(sys::ZMQ_LINGER).unwrap_or(0)
    } else {
        0
    };
    // A negative one is without limit.
    match u64::try_from(linger) {
        Ok(ms) => Until::Due(Instant::now() + Duration::from_millis(ms)),
        Err(_) => Until::Bound,
    }
}
