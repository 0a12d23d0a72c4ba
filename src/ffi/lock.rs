//! [`Lock`]: a mutex for calls that do not block. Locking and unlocking it costs one atomic exchange each if no other thread wants
//! it: there is no poison, for nothing that is done under it leaves the value half changed.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::sync::{AtomicU32, Condvar, Mutex, Ordering, SPINS, UnsafeCell, lock, spin_loop, wait};

const FREE: u32 = 0;
const LOCKED: u32 = 1;
/// Other threads may be waiting for it.
const WANTED: u32 = 2;

pub(crate) struct Lock<T> {
    state: AtomicU32,
    queue: Mutex<()>,
    unlocked: Condvar,
    value: UnsafeCell<T>,
}

/// The value, for one thread. Shared by several, it would lend the value to all of them: it is `Sync` if the value is.
pub(crate) struct LockGuard<'l, T>(&'l Lock<T>, PhantomData<&'l T>);

// SAFETY: one thread at a time has the value.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Lock<T> {
        Lock {
            state: AtomicU32::new(FREE),
            queue: Mutex::new(()),
            unlocked: Condvar::new(),
            value: UnsafeCell::new(value),
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> LockGuard<'_, T> {
        let locked = self
            .state
            .compare_exchange(FREE, LOCKED, Ordering::Acquire, Ordering::Relaxed);
        if locked.is_err() {
            self.lock_contended();
        }
        LockGuard(self, PhantomData)
    }

    pub(crate) fn into_inner(self) -> T {
        self.value.into_inner()
    }

    #[cold]
    #[inline(never)]
    fn lock_contended(&self) {
        for _ in 0..SPINS {
            spin_loop();
            let locked = self
                .state
                .compare_exchange(FREE, LOCKED, Ordering::Acquire, Ordering::Relaxed);
            if locked.is_ok() {
                return;
            }
        }
        // Who unlocks it sees that it is wanted, and takes the queue before it notifies: so not before this thread waits.
        let mut queue = lock(&self.queue);
        while self.state.swap(WANTED, Ordering::Acquire) != FREE {
            queue = wait(&self.unlocked, queue);
        }
    }

    #[cold]
    #[inline(never)]
    fn notify(&self) {
        drop(lock(&self.queue));
        self.unlocked.notify_one();
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: it is locked as long as this guard, which gives shared references only.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> Drop for LockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.0.state.swap(FREE, Ordering::Release) == WANTED {
            self.0.notify();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn lock_counts_right_from_several_threads() {
        const ROUNDS: u32 = 20_000;
        let counter = Lock::new(Cell::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..ROUNDS {
                        let guard = counter.lock();
                        guard.set(guard.get() + 1);
                        if round % 64 == 0 {
                            // The others wait meanwhile, and must be notified.
                            std::thread::yield_now();
                        }
                    }
                });
            }
        });
        assert_eq!(counter.into_inner().get(), 4 * ROUNDS);
    }

    /// Ambiguous, and so not compiled, if the type is `Sync`.
    trait NotSync<Marker> {
        fn holds(&self) -> bool {
            true
        }
    }

    impl<T> NotSync<()> for T {}

    impl<T: Sync> NotSync<u8> for T {}

    #[test]
    fn guard_of_a_cell_is_not_shared_by_threads() {
        let locked = Lock::new(Cell::new(0));
        assert!(locked.lock().holds());
    }

    #[test]
    fn lock_is_free_after_a_panic() {
        let locked = Lock::new(Cell::new(0));
        let panics = catch_unwind(AssertUnwindSafe(|| {
            let guard = locked.lock();
            guard.set(1);
            std::panic::resume_unwind(Box::new(()));
        }));
        panics.unwrap_err();
        assert_eq!(locked.lock().get(), 1);
    }
}
