//! Whether this process is a forked child of the one that made a handle.
//!
//! libzmq itself notices, and then waits for ever for threads that the child does not have. So the child must be told
//! apart before each call, at the price of one load.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many forks lie between this process and the one that loaded the library.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The process that something was made in.
#[derive(Clone, Copy)]
pub(super) struct Origin(u32);

impl Origin {
    /// This process.
    pub(super) fn here() -> Origin {
        watch();
        Origin(GENERATION.load(Ordering::Relaxed))
    }

    /// Whether this process came from that one by forking.
    #[inline]
    pub(super) fn is_elsewhere(self) -> bool {
        self.0 != GENERATION.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn watch() {
    static WATCH: std::sync::Once = std::sync::Once::new();

    extern "C" fn in_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
    }

    WATCH.call_once(|| {
        // It fails for want of memory only, and then forks go unnoticed.
        // SAFETY: the handler may run in any child: it touches an atomic and nothing else.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

#[cfg(not(unix))]
fn watch() {}
