//! [`RawContext`]: libzmq's context, which no thread uses any more once it is being freed.

use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Condvar, Mutex, MutexGuard};

use zmq_sys as sys;

use super::errno::Errno;
use super::fork::ProcessId;
use super::ret;
use super::socket::RawSocket;
use crate::sync::{lock, wait};

/// The context and whether it still exists.
///
/// `zmq_ctx_term` frees the context, so the pointer is taken out of the state before that call: later calls
/// find `Ending` or `Gone` and get `ETERM`, and none can touch freed memory.
pub(crate) struct RawContext {
    state: Mutex<ContextState>,
    ended: Condvar,
    /// The process that made it: a forked child has the memory, but not the threads.
    process: ProcessId,
}

enum ContextState {
    Live(ContextPtr),
    Ending,
    Gone,
}

#[derive(Clone, Copy)]
struct ContextPtr(NonNull<c_void>);

// SAFETY: a libzmq context is made to be used by many threads at once (zmq_ctx_new(3), "Thread safety").
unsafe impl Send for ContextPtr {}

impl RawContext {
    pub(crate) fn new() -> Result<RawContext, Errno> {
        // SAFETY: has no precondition.
        let ptr = ret::pointer(unsafe { sys::zmq_ctx_new() })?;
        Ok(RawContext::with(ContextState::Live(ContextPtr(ptr))))
    }

    /// A context that cannot be reached: that of a socket whose context belongs to C code.
    pub(crate) fn unknown() -> RawContext {
        RawContext::with(ContextState::Gone)
    }

    /// # Safety
    /// `ptr` is a live context that is terminated here only.
    pub(crate) unsafe fn from_ptr(ptr: NonNull<c_void>) -> RawContext {
        RawContext::with(ContextState::Live(ContextPtr(ptr)))
    }

    fn with(state: ContextState) -> RawContext {
        RawContext {
            state: Mutex::new(state),
            ended: Condvar::new(),
            process: ProcessId::current(),
        }
    }

    fn state(&self) -> MutexGuard<'_, ContextState> {
        lock(&self.state)
    }

    /// Whether this is another process than the one that made the context.
    pub(crate) fn is_forked(&self) -> bool {
        self.process.is_stale()
    }

    /// Runs `call` on the pointer, which stays valid meanwhile.
    fn live<T>(&self, call: impl FnOnce(*mut c_void) -> Result<T, Errno>) -> Result<T, Errno> {
        // Asked first: in a forked child the lock may be held by a thread that is not there.
        if self.is_forked() {
            return Err(Errno::EINTR);
        }
        match *self.state() {
            ContextState::Live(ContextPtr(ptr)) => call(ptr.as_ptr()),
            ContextState::Ending | ContextState::Gone => Err(Errno::ETERM),
        }
    }

    pub(crate) fn get(&self, option: c_int) -> Result<c_int, Errno> {
        self.live(|ptr| {
            // It fails with EFAULT, which no live context does.
            // SAFETY: libzmq looks for null.
            unsafe { sys::zmq_ctx_get(ptr::null_mut(), option) };
            // SAFETY: the context is live.
            ret::value(unsafe { sys::zmq_ctx_get(ptr, option) }, Errno::EFAULT)
        })
    }

    pub(crate) fn set(&self, option: c_int, value: c_int) -> Result<(), Errno> {
        // SAFETY: the context is live.
        self.live(|ptr| ret::status(unsafe { sys::zmq_ctx_set(ptr, option, value) }))
    }

    /// Sets an option to a value of any size.
    #[cfg(feature = "draft")]
    pub(crate) fn set_ext(&self, option: c_int, value: &[u8]) -> Result<(), Errno> {
        let set = |ptr| {
            // SAFETY: the context is live, and libzmq reads as many bytes as it is given.
            ret::status(unsafe { sys::zmq_ctx_set_ext(ptr, option, value.as_ptr().cast(), value.len()) })
        };
        self.live(set)
    }

    /// Reads an option of any size into `value`; how much of it is not said.
    #[cfg(feature = "draft")]
    pub(crate) fn get_ext(&self, option: c_int, value: &mut [u8]) -> Result<(), Errno> {
        let mut len = value.len();
        let get = |ptr| {
            // SAFETY: the context is live, and libzmq writes at most `len` bytes.
            ret::status(unsafe { sys::zmq_ctx_get_ext(ptr, option, value.as_mut_ptr().cast(), &mut len) })
        };
        self.live(get)
    }

    pub(crate) fn socket(&self, ty: c_int) -> Result<RawSocket, Errno> {
        self.live(|ptr| {
            // SAFETY: the context is live.
            unsafe { RawSocket::open(ptr, ty) }
        })
    }

    /// Wakes every blocked call with `ETERM`. Done before or under way, it is not an error.
    pub(crate) fn shutdown(&self) -> Result<(), Errno> {
        // SAFETY: the context is live.
        let done = self.live(|ptr| ret::status(unsafe { sys::zmq_ctx_shutdown(ptr) }));
        done.or_else(|errno| if errno == Errno::ETERM { Ok(()) } else { Err(errno) })
    }

    /// Waits until all sockets are closed and frees the context; a second caller waits for the first.
    ///
    /// `retry` returns whether to go on after a signal; otherwise the context stays, and the call may be made again.
    pub(crate) fn term(&self, retry: impl Fn() -> bool) -> Result<(), Errno> {
        let Some(ContextPtr(ptr)) = self.take() else {
            return Ok(());
        };
        loop {
            // SAFETY: the pointer is live, and out of its place: only this thread has it.
            match ret::status(unsafe { sys::zmq_ctx_term(ptr.as_ptr()) }) {
                Err(Errno::EINTR) if retry() => {}
                Err(errno) => {
                    self.set_state(ContextState::Live(ContextPtr(ptr)));
                    return Err(errno);
                }
                Ok(()) => {
                    self.set_state(ContextState::Gone);
                    return Ok(());
                }
            }
        }
    }

    /// The pointer, taken out of the state by the call that frees it; `None` once the context is gone.
    fn take(&self) -> Option<ContextPtr> {
        let mut state = self.state();
        loop {
            match *state {
                ContextState::Gone => return None,
                ContextState::Live(ptr) => {
                    *state = ContextState::Ending;
                    return Some(ptr);
                }
                ContextState::Ending => {
                    state = wait(&self.ended, state);
                }
            }
        }
    }

    fn set_state(&self, state: ContextState) {
        *self.state() = state;
        self.ended.notify_all();
    }

    /// The pointer, or null once the context is being freed.
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        match *self.state() {
            ContextState::Live(ContextPtr(ptr)) => ptr.as_ptr(),
            ContextState::Ending | ContextState::Gone => ptr::null_mut(),
        }
    }

    /// Gives up the pointer without freeing it, as for a context that C code will terminate. Null if it is gone,
    /// and while another thread frees it.
    pub(crate) fn release(&self) -> *mut c_void {
        let mut state = self.state();
        let ContextState::Live(ContextPtr(ptr)) = *state else {
            return ptr::null_mut();
        };
        *state = ContextState::Gone;
        drop(state);
        self.ended.notify_all();
        ptr.as_ptr()
    }

    /// Whether there is nothing to free any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(*self.state(), ContextState::Gone)
    }
}

impl Drop for RawContext {
    fn drop(&mut self) {
        // A forked child has none of the threads that libzmq would wait for: it leaves the parent's context alone.
        if !self.is_forked() {
            // A failure cannot be reported any more, and a signal must not leak the context.
            let _ = self.term(|| true);
        }
    }
}

/// Wakes every blocked call of a context that is owned elsewhere.
///
/// # Safety
/// `ptr` is a context that is not terminated meanwhile.
pub(crate) unsafe fn shutdown(ptr: NonNull<c_void>) -> Result<(), Errno> {
    // SAFETY: the caller vouches for the context.
    ret::status(unsafe { sys::zmq_ctx_shutdown(ptr.as_ptr()) })
}
