//! Whether this process is a forked child of the one that made a handle.
//!
//! libzmq itself notices, and then waits for ever for threads that the child does not have. So the child must be told
//! apart before each call, at the price of one load.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The process that something was made in.
#[derive(Clone, Copy)]
pub(crate) struct Origin(&'static Left);

/// Whether a process has been left for another one. No atomic: it is written in a new child only, before that has a
/// second thread, and one comparison with memory is all that it may cost.
struct Left(UnsafeCell<bool>);

// SAFETY: as said above, nobody reads it while it is written.
unsafe impl Sync for Left {}

/// This process's own, or null before anything was made in it. What is put there stays for ever.
static HERE: AtomicPtr<Left> = AtomicPtr::new(ptr::null_mut());

impl Default for Origin {
    fn default() -> Origin {
        Origin::here()
    }
}

impl Origin {
    /// No process: always elsewhere. Not a constant, because Rust 1.85 lets none refer to what may change.
    #[inline]
    pub(super) fn none() -> Origin {
        static NONE: Left = Left(UnsafeCell::new(true));
        Origin(&NONE)
    }

    /// This process.
    pub(crate) fn here() -> Origin {
        watch();
        // SAFETY: null, or left by the line below.
        if let Some(here) = unsafe { HERE.load(Ordering::Acquire).as_ref() } {
            return Origin(here);
        }
        let ours = Box::into_raw(Box::new(Left(UnsafeCell::new(false))));
        match HERE.compare_exchange(ptr::null_mut(), ours, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it is never freed.
            Ok(_) => Origin(unsafe { &*ours }),
            Err(theirs) => {
                // SAFETY: it was just made, and nobody has seen it.
                drop(unsafe { Box::from_raw(ours) });
                // SAFETY: it is never freed.
                Origin(unsafe { &*theirs })
            }
        }
    }

    /// Whether this process came from that one by forking.
    #[inline]
    pub(crate) fn is_elsewhere(self) -> bool {
        // SAFETY: `Left` says why nobody writes to it now.
        unsafe { *self.0.0.get() }
    }
}

#[cfg(unix)]
fn watch() {
    static WATCH: std::sync::Once = std::sync::Once::new();

    extern "C" fn in_child() {
        let parent = HERE.swap(ptr::null_mut(), Ordering::Relaxed);
        // SAFETY: null, or never freed. The child has a copy of its own.
        if let Some(parent) = unsafe { parent.as_ref() } {
            // SAFETY: the child has one thread so far, and it is here.
            unsafe { *parent.0.get() = true };
        }
    }

    WATCH.call_once(|| {
        // It fails for want of memory only, and then forks go unnoticed.
        // SAFETY: the handler may run in any child: it touches what the child has of `HERE` and nothing else.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

#[cfg(not(unix))]
fn watch() {}
