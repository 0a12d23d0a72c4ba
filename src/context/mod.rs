//! [`Context`]: what all sockets of a program belong to.

pub(crate) mod book;
pub(crate) mod headroom;
pub(crate) mod kept;
mod reading;
pub(crate) mod watches;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::endpoint::Role;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::ffi::context::RawContext;
use crate::ffi::socket::RawSocket;
use crate::socket::kind::SocketType;
use book::Book;

/// A handle of a libzmq context: the sockets in it, and the threads that move their messages.
///
/// A program mostly has one. Handles are counted: `clone` gives another one for the same context, each socket holds
/// one, and dropping the last terminates it. So sockets and handles may be dropped in any order.
///
/// # Termination
/// Dropping the last handle waits until what was sent is delivered, as long as the lingers of the sockets allow:
/// with libzmq's default, for ever, where a message has nobody to go to. [`Socket::set_linger`] or
/// [`set_blocky(false)`](Context::set_blocky) puts a limit to that. To stop a program from any thread, call
/// [`shutdown`](Context::shutdown): every call on the sockets, blocked ones too, then answers `ETERM`, and their owners
/// drop them. [`term`](Context::term) does the same and waits for it.
///
/// # Threads
/// A context may be used by any number of threads at once, during and after its termination too.
///
/// # Fork
/// A forked child must make a context of its own. Inherited sockets answer `EINTR` there, and dropping inherited
/// handles does nothing.
///
/// ```
/// use zmq4::{Context, Flags};
/// let context = Context::new()?;
/// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
/// a.bind("inproc://pair")?;
/// b.connect("inproc://pair")?;
/// a.send("Hello", Flags::NONE)?;
/// assert_eq!(b.recv(Flags::NONE)?, "Hello");
/// # Ok::<(), zmq4::Error>(())
/// ```
///
/// [`Socket::set_linger`]: crate::Socket::set_linger
#[derive(Clone)]
#[doc(alias = "zmq_ctx_new")]
#[doc(alias = "NewContext")]
pub struct Context(Arc<Inner>);

struct Inner {
    raw: RawContext,
    book: Mutex<Book>,
    retry_after_eintr: AtomicBool,
}

impl Context {
    /// Makes a context (`zmq_ctx_new`). Its threads start with its first socket.
    ///
    /// # Errors
    /// `EMFILE` where the process has no descriptor left, `ENOMEM` where there is no memory.
    #[doc(alias = "zmq_ctx_new")]
    #[doc(alias = "NewContext")]
    pub fn new() -> Result<Context> {
        // libzmq aborts rather than fails where a descriptor or two for its own use are missing.
        if !headroom::descriptors(headroom::CONTEXT) {
            return Err(headroom::exhausted(Call::CtxNew));
        }
        let raw = RawContext::new().map_err(|errno| Error::new(Call::CtxNew, errno))?;
        let context = Context::own(raw, Book::new());
        context.set_max_sockets(Book::DEFAULT_SOCKETS)?;
        Ok(context)
    }

    /// The context of the process, on which [`Socket::new`](crate::Socket::new) opens sockets.
    ///
    /// It is made on the first call, and is never dropped: a program that ends does not wait for what it sent, unless it
    /// calls [`zmq4::term`](crate::term) first. Once terminated it stays so. A library makes a context of its own.
    ///
    /// # Errors
    /// As [`Context::new`].
    pub fn global() -> Result<Context> {
        static GLOBAL: OnceLock<Context> = OnceLock::new();
        static MAKING: Mutex<()> = Mutex::new(());
        // A failure is not kept: the next call may find a free descriptor.
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(context) = GLOBAL.get() {
            return Ok(context.clone());
        }
        let context = Context::new()?;
        Ok(GLOBAL.get_or_init(|| context).clone())
    }

    pub(crate) fn own(raw: RawContext, book: Book) -> Context {
        Context(Arc::new(Inner {
            raw,
            book: Mutex::new(book),
            retry_after_eintr: AtomicBool::new(true),
        }))
    }

    /// A context made by somebody else, whose limits are its maker's.
    pub(crate) fn foreign(raw: RawContext) -> Context {
        Context::own(raw, Book::foreign())
    }

    pub(crate) fn raw(&self) -> &RawContext {
        &self.0.raw
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while the lock is held; a poisoned one still holds a true value.
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the context for all its sockets at once (`zmq_ctx_shutdown`).
    ///
    /// Calls that wait, on any thread, and all later ones answer `ETERM`; sockets can only be dropped. Returns at once,
    /// and may be called any number of times. What is still to be delivered is delivered when the last handle is
    /// dropped, within the lingers that were set before.
    ///
    /// # Errors
    /// `EINTR` in a forked child; `EMFILE` as [`term`](Context::term).
    #[doc(alias = "zmq_ctx_shutdown")]
    pub fn shutdown(&self) -> Result<()> {
        self.must_be_ours(Call::CtxShutdown)?;
        self.0
            .end(&mut self.book())
            .map_err(|errno| Error::new(Call::CtxShutdown, errno))
    }

    /// Asked before a lock is taken, which in a forked child may be held by a thread that is not there.
    pub(crate) fn must_be_ours(&self, call: Call) -> Result<()> {
        if self.0.raw.is_forked() {
            return Err(Error::new(call, Errno::EINTR).because("the context belongs to the parent process"));
        }
        Ok(())
    }

    /// Shuts the context down, waits until all sockets in it are closed and what they sent is delivered within their
    /// lingers, and frees it (`zmq_ctx_term`).
    ///
    /// It waits for the sockets of other threads, and so for ever where this thread itself still holds one: drop it
    /// first, or use [`shutdown`](Context::shutdown). Once it is done it answers `Ok` at once. Every other call on this
    /// context answers `ETERM` from then on.
    ///
    /// # Errors
    /// `EINTR` after a signal, with [`set_retry_after_eintr(false)`](Context::set_retry_after_eintr), and in a forked
    /// child: the context is shut down and may be terminated again. `EMFILE` where libzmq lacks descriptors that it
    /// needs to let go of connections that nobody has bound.
    #[doc(alias = "zmq_ctx_term")]
    #[doc(alias = "zmq_ctx_destroy")]
    #[doc(alias = "zmq_term")]
    #[doc(alias = "Term")]
    pub fn term(&self) -> Result<()> {
        let failed = |errno| Error::new(Call::CtxTerm, errno);
        self.must_be_ours(Call::CtxTerm)?;
        self.0.end(&mut self.book()).map_err(failed)?;
        self.0.raw.term(|| self.retry_after_eintr()).map_err(failed)
    }

    /// Opens a socket (`zmq_socket`).
    ///
    /// # Errors
    /// `EMFILE` where the context has [`max_sockets`](Context::max_sockets) already, or the process no descriptor left;
    /// `EINVAL` for a type that this libzmq does not have; `EPERM` where the system refuses the scheduling that was asked
    /// for; `ETERM` after [`shutdown`](Context::shutdown).
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn socket(&self, ty: SocketType) -> Result<crate::Socket> {
        let failed = |errno| Error::new(Call::Socket, errno).about_type(ty);
        ty.check().map_err(|(errno, reason)| failed(errno).because(reason))?;
        self.must_be_ours(Call::Socket)?;
        let raw = self.open(ty).map_err(|refusal| match refusal {
            Refused::Full(max) => failed(Errno::EMFILE).because(format!("the context has its {max} sockets")),
            Refused::Headroom => headroom::exhausted(Call::Socket).about_type(ty),
            #[cfg(unix)]
            Refused::Scheduling((errno, reason)) => failed(errno).because(reason),
            Refused::Libzmq(errno) => failed(errno),
        })?;
        Ok(crate::Socket::opened(raw, self.clone(), ty))
    }

    fn open(&self, ty: SocketType) -> Result<RawSocket, Refused> {
        let mut book = self.book();
        if book.is_ended() {
            return Err(Refused::Libzmq(Errno::ETERM));
        }
        book.release_readers();
        if book.is_full() {
            return Err(Refused::Full(book.max_sockets()));
        }
        if !book.is_started() {
            // The first socket starts the threads, and libzmq aborts where they cannot have their descriptors.
            let threads = self.0.raw.get(zmq_sys::ZMQ_IO_THREADS).map_err(Refused::Libzmq)?;
            if !headroom::descriptors(headroom::of_threads(threads)) {
                return Err(Refused::Headroom);
            }
            #[cfg(unix)]
            self.check_scheduling(&book).map_err(Refused::Scheduling)?;
        }
        loop {
            match self.0.raw.socket(ty.raw()) {
                Err(Errno::EINTR) if self.retries() => {}
                answer => {
                    let raw = answer.map_err(Refused::Libzmq)?;
                    book.opened();
                    return Ok(raw);
                }
            }
        }
    }

    /// Closes a socket of this context.
    pub(crate) fn close(&self, socket: usize, raw: RawSocket) {
        if self.0.raw.is_forked() {
            return;
        }
        let raw = self.book().keep_reader(socket, raw);
        drop(raw);
        self.book().closed(socket);
    }

    /// Takes note that a socket was given to somebody else, who is to close it.
    pub(crate) fn lent(&self, socket: usize) {
        if !self.0.raw.is_forked() {
            self.book().lent(socket);
        }
    }

    /// Takes note of a socket that somebody else had, or made.
    pub(crate) fn adopted(&self) {
        if !self.0.raw.is_forked() {
            self.book().opened();
        }
    }

    /// Binds or connects a socket to an inproc name, and takes note of it: see [`book`]. Says whether it is a monitor's.
    pub(crate) fn attach_inproc(
        &self,
        role: Role,
        socket: usize,
        name: &str,
        unbound_aborts: bool,
        attach: impl FnOnce(bool) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        if self.0.raw.is_forked() {
            return Err(Errno::EINTR);
        }
        let mut book = self.book();
        if unbound_aborts && !book.is_bound(name) {
            return Err(Errno::EINVAL);
        }
        attach(book.watches.has_name(name))?;
        match role {
            Role::Bind => book.bound(socket, name),
            Role::Connect => book.connected(socket, name),
        }
        Ok(())
    }

    /// Takes note that an inproc name is free again.
    pub(crate) fn unbound_inproc(&self, socket: usize, name: &str) {
        self.book().unbound_by(socket, name);
    }

    /// Whether a call on a socket of this context is to be made again after a signal.
    pub(crate) fn retries(&self) -> bool {
        // In a forked child libzmq answers EINTR for ever.
        self.retry_after_eintr() && !self.0.raw.is_forked()
    }

    /// Whether calls that a signal interrupts are made again. The default is `true`.
    #[doc(alias = "GetRetryAfterEINTR")]
    pub fn retry_after_eintr(&self) -> bool {
        self.0.retry_after_eintr.load(Ordering::Relaxed)
    }

    /// Says whether calls that a signal interrupts are made again, within the time that is left to them, or fail with
    /// `EINTR`. Holds for all sockets of the context, from their next call on.
    #[doc(alias = "SetRetryAfterEINTR")]
    pub fn set_retry_after_eintr(&self, retry: bool) {
        self.0.retry_after_eintr.store(retry, Ordering::Relaxed);
    }
}

enum Refused {
    Full(u32),
    Headroom,
    #[cfg(unix)]
    Scheduling((Errno, String)),
    Libzmq(Errno),
}

impl Inner {
    fn end(&self, book: &mut Book) -> Result<(), Errno> {
        if !book.is_ended() {
            book.settle_pending(&self.raw)?;
            self.raw.shutdown()?;
            book.end();
        }
        book.let_readers_go(&self.raw);
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Inner { raw, book, .. } = self;
        if raw.is_forked() {
            return;
        }
        let book = book.get_mut().unwrap_or_else(PoisonError::into_inner);
        if book.settle_pending(raw).is_err() {
            // Terminating would abort the process: the lesser evil is to leave the context where it is.
            raw.release();
        }
        book.let_readers_go(raw);
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl PartialEq for Context {
    /// Whether both are handles of one context.
    fn eq(&self, other: &Context) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Context {}

/// Terminates the default context: [`Context::term`] on [`Context::global`].
///
/// # Errors
/// As [`Context::term`].
#[doc(alias = "Term")]
pub fn term() -> Result<()> {
    Context::global()?.term()
}
