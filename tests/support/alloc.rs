//! Allocators that observe what is allocated and freed. They see the whole process, so a binary that installs one holds
//! nothing else.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// Counts the allocations of each thread.
pub struct Counting;

impl Counting {
    /// The number of allocations of this thread so far.
    pub fn count() -> usize {
        COUNT.get()
    }
}

// SAFETY: forwards every call to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: as above; `ptr` came from `System`.
        unsafe { System.dealloc(ptr, layout) }
    }
}

/// Searches each block that is freed for secrets.
pub struct Searching {
    secrets: &'static [&'static [u8]],
    found: AtomicUsize,
}

impl Searching {
    pub const fn new(secrets: &'static [&'static [u8]]) -> Searching {
        Searching {
            secrets,
            found: AtomicUsize::new(0),
        }
    }

    /// How many freed blocks held a secret so far.
    pub fn found(&self) -> usize {
        self.found.load(Ordering::Relaxed)
    }

    /// How many blocks that `act` freed held a secret.
    pub fn found_in(&self, act: impl FnOnce()) -> usize {
        let before = self.found();
        act();
        self.found() - before
    }
}

// SAFETY: forwards every call to the system's allocator; a block is read while it is still allocated.
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that the whole block may be read, and nothing of an earlier owner is found in it.
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the block has this size, was zeroed when it was allocated, and is not yet freed.
        let block = unsafe { std::slice::from_raw_parts(ptr, layout.size()) };
        for secret in self.secrets {
            if block.windows(secret.len()).any(|bytes| bytes == *secret) {
                self.found.fetch_add(1, Ordering::Relaxed);
            }
        }
        // SAFETY: as above; `ptr` came from `System`.
        unsafe { System.dealloc(ptr, layout) }
    }
}
