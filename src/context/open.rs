//! Opening and closing the sockets of a context.

use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::book::Book;
use super::waits::{self, Until};
use super::{Context, headroom};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::socket::RawSocket;
#[cfg(unix)]
use crate::ffi::system;
use crate::socket_type::SocketType;

/// How long to wait for the place, or for the descriptor, of a socket that was closed just now.
const PATIENCE: Duration = Duration::from_secs(1);

enum Refused {
    Full {
        max: u32,
        kept: usize,
    },
    Places,
    Descriptors,
    #[cfg(unix)]
    Threads(usize, Errno),
    #[cfg(unix)]
    Scheduling((Errno, String)),
    Libzmq(Errno),
}

impl Context {
    /// Opens a socket (`zmq_socket`).
    ///
    /// libzmq gives the place of a closed socket back on a thread of its own. If there is no other place, the call waits for
    /// one, 1 second at the most after the last socket was closed.
    ///
    /// # Errors
    /// `EMFILE` if the context has [`max_sockets`](Context::max_sockets) already, or if the process has too few file
    /// descriptors left. Closed sockets count until what they sent is delivered, within their
    /// [`linger`](crate::Socket::linger). `EAGAIN` if the first socket cannot start the context's threads.
    /// `EINVAL` for a type that this libzmq does not have; `EPERM` where the system refuses the scheduling that was asked
    /// for; `ETERM` after [`shutdown`](Context::shutdown).
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn socket(&self, ty: SocketType) -> Result<crate::Socket> {
        let failed = |errno| Error::new(Call::Socket, errno).about_type(ty);
        ty.check().map_err(|(errno, reason)| failed(errno).because(reason))?;
        self.must_be_ours(Call::Socket)?;
        let raw = self.open(ty).map_err(|refusal| match refusal {
            Refused::Full { max, kept: 0 } => failed(Errno::EMFILE).because(format!("the context has its {max} sockets")),
            Refused::Full { max, kept } => failed(Errno::EMFILE).because(format!(
                "the context has its {max} sockets, {kept} of which are closed and kept for inproc names that are not bound"
            )),
            Refused::Places => failed(Errno::EMFILE)
                .because("the context has no place left: closed sockets keep theirs until what they sent is delivered, and inproc peers know"),
            Refused::Descriptors => headroom::exhausted(Call::Socket).about_type(ty),
            #[cfg(unix)]
            Refused::Threads(count, errno) => failed(errno).because(format!(
                "the system refuses the {count} threads of the context (RLIMIT_NPROC, or pids.max of the control group)"
            )),
            #[cfg(unix)]
            Refused::Scheduling((errno, reason)) => failed(errno).because(reason),
            Refused::Libzmq(errno) => failed(errno),
        })?;
        Ok(crate::Socket::opened(raw, self.clone(), ty))
    }

    fn open(&self, ty: SocketType) -> Result<RawSocket, Refused> {
        loop {
            {
                let mut book = self.book();
                if book.is_ended() {
                    return Err(Refused::Libzmq(Errno::ETERM));
                }
                book.release_readers();
                // The place in reserve may not have come back yet.
                let lacks_place = book.settle_due(self.raw()) == Err(Errno::EMFILE);
                let is_full = book.is_full();
                if is_full && !(lacks_place && book.has_closed_within(PATIENCE)) {
                    let (max, kept) = (book.max_sockets(), book.waits.kept());
                    return Err(Refused::Full { max, kept });
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
                            let has_descriptors = headroom::descriptors(headroom::MAILBOX);
                            return Err(if has_descriptors {
                                Refused::Places
                            } else {
                                Refused::Descriptors
                            });
                        }
                    }
                    Err(errno) => return Err(Refused::Libzmq(errno)),
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The first socket starts the threads, and libzmq aborts where they, or their descriptors, cannot be had.
    fn check_threads(&self, book: &Book) -> Result<(), Refused> {
        let threads = self.raw().get(sys::ZMQ_IO_THREADS).map_err(Refused::Libzmq)?;
        let threads = headroom::threads(threads);
        if !headroom::descriptors(headroom::of_threads(threads)) {
            return Err(Refused::Descriptors);
        }
        #[cfg(unix)]
        {
            system::try_threads(threads).map_err(|errno| Refused::Threads(threads, errno))?;
            self.check_scheduling(book).map_err(Refused::Scheduling)?;
        }
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
