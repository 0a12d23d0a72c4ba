//! In place of `src/sync.rs`.

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

/// No more orders are found by looking again.
pub(crate) const SPINS: u32 = 0;

pub(crate) fn spin_loop() {}

pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

pub(crate) fn wait<'m, T>(condition: &Condvar, guard: MutexGuard<'m, T>) -> MutexGuard<'m, T> {
    condition.wait(guard).unwrap()
}

/// Loom reports two threads that have the value at the same time.
pub(crate) struct UnsafeCell<T> {
    value: std::cell::UnsafeCell<T>,
    access: loom::cell::UnsafeCell<()>,
}

impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell {
            value: std::cell::UnsafeCell::new(value),
            access: loom::cell::UnsafeCell::new(()),
        }
    }

    pub(crate) fn get(&self) -> *mut T {
        self.access.with_mut(|_| ());
        self.value.get()
    }

    pub(crate) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}
