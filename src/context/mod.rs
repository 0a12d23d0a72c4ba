//! [`Context`]: owns the sockets of a program and the threads that move their messages.

pub(crate) mod closing;
pub(crate) mod fd_limit;
pub(crate) mod inproc;
pub(crate) mod monitors;
mod open;
mod pending;
pub(crate) mod registry;
mod servers;
mod stop_monitor;
#[cfg(unix)]
mod threads;
mod unfinished;

use std::ffi::c_int;
use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::thread;

use zmq_sys as sys;

use crate::error::{Call, Error, Result};
use crate::ffi::context::RawContext;
use crate::ffi::defer::{self, DeferDrops};
use crate::ffi::errno::Errno;
use crate::sync::lock;
use crate::version;
use registry::Registry;

/// A handle of a libzmq context: the sockets in it, and the threads that move their messages.
///
/// A program mostly has one. Handles are counted: `clone` gives another one for the same context, each socket holds
/// one, and dropping the last terminates it. So sockets and handles may be dropped in any order.
///
/// # Termination
/// Dropping the last handle waits until what was sent is delivered, as long as the lingers of the sockets allow:
/// with libzmq's default, indefinitely if a message has no peer to go to. [`Socket::set_linger`] or
/// [`set_blocky(false)`](Context::set_blocky) puts a limit to that. To stop a program from any thread, call
/// [`shutdown`](Context::shutdown): every call on the sockets, blocked ones too, then returns `ETERM`, and their owners
/// drop them. [`term`](Context::term) does the same and waits for it.
///
/// # Threads
/// A context may be used by any number of threads at once, during and after its termination too.
///
/// # Fork
/// A forked child must create its own context. Calls on inherited sockets return `EINTR` there, and dropping inherited
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
    ending: Ending,
    retry_after_eintr: AtomicBool,
}

/// What the drop of the last handle ends.
struct Ending {
    raw: RawContext,
    registry: Mutex<Registry>,
}

/// The registry, locked. Calls into libzmq that are made under the lock may release owners of sent bytes; their drops are
/// deferred until it is unlocked.
pub(crate) struct LockedRegistry<'c> {
    registry: MutexGuard<'c, Registry>,
    /// Declared after the lock: owners are dropped when it is unlocked.
    _hold: DeferDrops,
}

impl Deref for LockedRegistry<'_> {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

impl DerefMut for LockedRegistry<'_> {
    fn deref_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }
}

impl Context {
    /// Makes a context ([`zmq_ctx_new`]). Its threads start with its first socket.
    ///
    /// # Errors
    /// `EMFILE` if the process has no descriptor left, `ENOMEM` if there is no memory; `ENOTSUP` if the libzmq that
    /// was found at run time is older than 4.3.3.
    ///
    /// [`zmq_ctx_new`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_new.html
    #[doc(alias = "zmq_ctx_new")]
    #[doc(alias = "NewContext")]
    pub fn new() -> Result<Context> {
        version::check(version::version()).map_err(|refusal| Error::refused(Call::CtxNew, refusal))?;
        // libzmq aborts, instead of failing, if it cannot have a descriptor.
        fd_limit::check(fd_limit::CONTEXT).map_err(|refusal| Error::refused(Call::CtxNew, refusal))?;
        let raw = RawContext::new().map_err(|errno| Error::new(Call::CtxNew, errno))?;
        let most = c_int::try_from(Registry::DEFAULT_SOCKETS + Registry::RESERVE).unwrap_or(c_int::MAX);
        raw.set(sys::ZMQ_MAX_SOCKETS, most)
            .map_err(|errno| Error::new(Call::CtxSet, errno).about_option("ZMQ_MAX_SOCKETS"))?;
        Ok(Context::with(raw, Registry::new()))
    }

    /// The context of the process, on which [`Socket::new`](crate::Socket::new) opens sockets.
    ///
    /// It is made on the first call, and is never dropped: a program that ends does not wait for what it sent, unless it
    /// calls [`zmq4::term`](crate::term) first. Once terminated, it stays terminated. A library creates its own context.
    ///
    /// # Plugins
    /// A plugin is a shared library that a program loads and unloads again (`dlopen`, `dlclose`). The threads of a context run
    /// code of libzmq, and the process crashes if that code is unloaded while they run. So a plugin makes a context of its own
    /// and drops it, with all sockets, before it is unloaded, or calls [`zmq4::term`](crate::term) then if it has used the default
    /// context. `term` waits until all sockets of the context are closed. A plugin that cannot know when it is unloaded is
    /// linked with `-z nodelete`, and stays.
    ///
    /// # Errors
    /// Like [`Context::new`].
    pub fn global() -> Result<Context> {
        static GLOBAL: OnceLock<Context> = OnceLock::new();
        static MAKING: Mutex<()> = Mutex::new(());
        // A failure is not stored: the next call may find a free descriptor.
        let _making = lock(&MAKING);
        if let Some(context) = GLOBAL.get() {
            return Ok(context.clone());
        }
        let context = Context::new()?;
        Ok(GLOBAL.get_or_init(|| context).clone())
    }

    pub(crate) fn with(raw: RawContext, registry: Registry) -> Context {
        Context(Arc::new(Inner {
            ending: Ending {
                raw,
                registry: Mutex::new(registry),
            },
            retry_after_eintr: AtomicBool::new(true),
        }))
    }

    /// A context that C code created. Its limits are known to libzmq only.
    pub(crate) fn foreign(raw: RawContext) -> Context {
        Context::with(raw, Registry::foreign())
    }

    pub(crate) fn raw(&self) -> &RawContext {
        &self.0.ending.raw
    }

    pub(crate) fn registry(&self) -> LockedRegistry<'_> {
        self.0.ending.registry()
    }

    /// Ends the context for all its sockets at once ([`zmq_ctx_shutdown`]).
    ///
    /// Calls that block return `ETERM`, on any thread, and so do later ones; sockets can only be dropped. A socket notices the end in calls
    /// that wait and in [`events`](crate::Socket::events), and in others within some milliseconds: until then a send or a receive that need
    /// not wait may succeed, and options can be read.
    ///
    /// Returns at once, and may be called any number of times. What is still to be delivered is delivered when the last handle is
    /// dropped, within the lingers that were set before.
    ///
    /// It takes a lock, so it must not be called in a signal handler itself, as `sigaction` installs it. The handler of the
    /// crate `ctrlc` and the loop of `signal-hook` run on a dedicated thread and may call it.
    ///
    /// # Errors
    /// `EINTR` in a forked child.
    ///
    /// ```
    /// use std::thread;
    /// use zmq4::{Context, ETERM};
    /// let context = Context::new()?;
    /// let socket = context.socket(zmq4::PULL)?;
    /// let worker = thread::spawn(move || socket.recv(0).unwrap_err());
    /// context.shutdown()?;
    /// assert_eq!(worker.join().unwrap(), ETERM);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_ctx_shutdown`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_shutdown.html
    #[doc(alias = "zmq_ctx_shutdown")]
    pub fn shutdown(&self) -> Result<()> {
        self.must_be_ours(Call::CtxShutdown)?;
        self.end().map_err(|errno| Error::new(Call::CtxShutdown, errno))
    }

    /// Asked before a lock is taken, which in a forked child may be held by a thread that is not there.
    pub(crate) fn must_be_ours(&self, call: Call) -> Result<()> {
        if self.raw().is_forked() {
            return Err(Error::new(call, Errno::EINTR).because("the context belongs to the parent process"));
        }
        Ok(())
    }

    /// Shuts the context down, waits until all sockets in it are closed and what they sent is delivered within their
    /// lingers, and frees it ([`zmq_ctx_term`]).
    ///
    /// It waits for the sockets of other threads, and so indefinitely if this thread itself still holds one: drop it
    /// first, or use [`shutdown`](Context::shutdown). Later calls return `Ok` at once. Every other call on this
    /// context returns `ETERM` from then on.
    ///
    /// # Errors
    /// `EINTR` after a signal, with [`set_retry_after_eintr(false)`](Context::set_retry_after_eintr), and in a forked
    /// child: the context is shut down and may be terminated again. `EDEADLK` in the drop of an
    /// [owner](crate::Message::from_owner) of sent bytes.
    ///
    /// [`zmq_ctx_term`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_term.html
    #[doc(alias = "zmq_ctx_term")]
    #[doc(alias = "zmq_ctx_destroy")]
    #[doc(alias = "zmq_term")]
    #[doc(alias = "Term")]
    pub fn term(&self) -> Result<()> {
        let failed = |errno| Error::new(Call::CtxTerm, errno);
        self.must_be_ours(Call::CtxTerm)?;
        if defer::is_dropping() {
            return Err(failed(Errno::EDEADLK).because("an owner of sent bytes ends a context while it is dropped"));
        }
        self.end().map_err(failed)?;
        let ending = &self.0.ending;
        ending
            .watched(|| ending.raw.term(|| self.retry_after_eintr()))
            .map_err(failed)
    }

    /// Ends the context for its sockets, once.
    fn end(&self) -> Result<(), Errno> {
        let mut registry = self.registry();
        if !registry.is_ended() {
            registry.bind_all_pending();
            self.raw().shutdown()?;
            registry.end();
        }
        registry.close_zombies(self.raw());
        Ok(())
    }

    /// Whether a call on a socket of this context is to be made again after a signal.
    pub(crate) fn retries(&self) -> bool {
        // In a forked child every call is EINTR: a retry would not end.
        self.retry_after_eintr() && !self.raw().is_forked()
    }

    /// Whether calls that a signal interrupts are made again. The default is `true`.
    #[doc(alias = "GetRetryAfterEINTR")]
    pub fn retry_after_eintr(&self) -> bool {
        self.0.retry_after_eintr.load(Ordering::Relaxed)
    }

    /// Sets whether calls that a signal interrupts are retried, with the remaining time, or fail with
    /// `EINTR`. Applies to all sockets of the context, from their next call on.
    #[doc(alias = "SetRetryAfterEINTR")]
    pub fn set_retry_after_eintr(&self, retry: bool) {
        self.0.retry_after_eintr.store(retry, Ordering::Relaxed);
    }
}

impl Ending {
    fn registry(&self) -> LockedRegistry<'_> {
        LockedRegistry {
            registry: lock(&self.registry),
            _hold: DeferDrops::new(),
        }
    }

    /// Waits for what was sent, and frees the context.
    fn end(&self) {
        {
            let mut registry = self.registry();
            registry.bind_all_pending();
            registry.close_zombies(&self.raw);
        }
        // The only failure is a signal, which must not leak the context.
        let _ = self.watched(|| self.raw.term(|| true));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.ending.raw.is_forked() || self.ending.raw.is_gone() {
            return;
        }
        if !defer::is_dropping() {
            return self.ending.end();
        }
        // This may be a thread of libzmq's own, for which libzmq would wait.
        let nothing = Ending {
            raw: RawContext::unknown(),
            registry: Mutex::new(Registry::foreign()),
        };
        let ending = Arc::new(mem::replace(&mut self.ending, nothing));
        let elsewhere = Arc::clone(&ending);
        let thread = thread::Builder::new().name("zmq4-term".to_owned());
        if thread.spawn(move || elsewhere.end()).is_err() {
            // No thread can be started: leak the context rather than block here.
            ending.raw.release();
        }
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
/// Like [`Context::term`].
#[doc(alias = "Term")]
pub fn term() -> Result<()> {
    Context::global()?.term()
}
