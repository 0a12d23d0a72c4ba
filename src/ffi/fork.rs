//! Whether this process is a forked child of the one that made a handle.
//!
//! libzmq itself notices, and then waits indefinitely for threads that the child does not have. So each call checks for a
//! forked child first, at the price of one load.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The process in which a handle was made.
#[derive(Clone, Copy)]
pub(crate) struct ProcessId(&'static ForkFlag);

/// Whether this memory is that of a forked child. Not atomic: it is written in a new child only, before the child has a
/// second thread, and one comparison with memory is all that a check may cost.
struct ForkFlag(UnsafeCell<bool>);

// SAFETY: as said above, no thread reads it while it is written.
unsafe impl Sync for ForkFlag {}

/// The flag of this process, or null before the first handle. It is never freed.
static CURRENT: AtomicPtr<ForkFlag> = AtomicPtr::new(ptr::null_mut());

impl Default for ProcessId {
    fn default() -> ProcessId {
        ProcessId::current()
    }
}

impl ProcessId {
    /// No process: always stale. Not a constant, because Rust 1.85 lets none refer to what may change.
    #[inline]
    pub(super) fn none() -> ProcessId {
        static NONE: ForkFlag = ForkFlag(UnsafeCell::new(true));
        ProcessId(&NONE)
    }

    /// This process.
    pub(crate) fn current() -> ProcessId {
        register_fork_handler();
        // SAFETY: null, or never freed.
        if let Some(flag) = unsafe { CURRENT.load(Ordering::Acquire).as_ref() } {
            return ProcessId(flag);
        }
        let ours = Box::into_raw(Box::new(ForkFlag(UnsafeCell::new(false))));
        match CURRENT.compare_exchange(ptr::null_mut(), ours, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it is never freed.
            Ok(_) => ProcessId(unsafe { &*ours }),
            Err(theirs) => {
                // SAFETY: it was just made and is not shared.
                drop(unsafe { Box::from_raw(ours) });
                // SAFETY: it is never freed.
                ProcessId(unsafe { &*theirs })
            }
        }
    }

    /// Whether this process was forked from that one.
    #[inline]
    pub(crate) fn is_stale(self) -> bool {
        // SAFETY: `ForkFlag` says why it is not written now.
        unsafe { *self.0.0.get() }
    }
}

#[cfg(unix)]
fn register_fork_handler() {
    static REGISTER: std::sync::Once = std::sync::Once::new();

    extern "C" fn in_child() {
        let parent = CURRENT.swap(ptr::null_mut(), Ordering::Relaxed);
        // SAFETY: null, or never freed. The child has a copy of its own.
        if let Some(parent) = unsafe { parent.as_ref() } {
            // SAFETY: the child has one thread so far, and it is here.
            unsafe { *parent.0.get() = true };
        }
    }

    REGISTER.call_once(|| {
        // It fails without memory only; forks are then not noticed.
        // SAFETY: the handler may run in any child: it touches the child's copy of `CURRENT` and nothing else.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

#[cfg(not(unix))]
fn register_fork_handler() {}
