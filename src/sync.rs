//! Mutexes without poison: nothing here panics while a lock is held, so that a poisoned one still holds a true value.

use std::sync::{MutexGuard, PoisonError};

// The models of what imports these from here have other ones: see `models/`.
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::sync::{Condvar, Mutex};
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub(crate) use std::{cell::UnsafeCell, hint::spin_loop, sync::atomic::AtomicU32};

/// How often a thread looks again before it waits.
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub(crate) const SPINS: u32 = 100;

/// Locks the mutex, poisoned or not.
#[inline]
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The value of a mutex that has no other owner.
pub(crate) fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Unlocks the mutex until the condition is notified, and locks it again.
pub(crate) fn wait<'m, T>(condition: &Condvar, guard: MutexGuard<'m, T>) -> MutexGuard<'m, T> {
    condition.wait(guard).unwrap_or_else(PoisonError::into_inner)
}
