//! [`DeferDrops`]: puts off the drops of owners whose bytes libzmq gives back.
//!
//! An owner's drop is the program's own code: it may close a socket, or open one. So it must not run in the middle of a
//! call that is made under a lock of ours, nor may it wait for a context to end: see [`is_dropping`].

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};

use crate::unwind;

thread_local! {
    /// Twice the number of guards, and [`NONE_DEFERRED`]: zero if the last guard has gone and there are owners to drop.
    static DEFERRING: Cell<u32> = const { Cell::new(NONE_DEFERRED) };
    static DROPS: Cell<u32> = const { Cell::new(0) };
    /// Not dropped with the thread, so that it can be used until the very end; it is empty then.
    static DEFERRED: RefCell<ManuallyDrop<Vec<Box<dyn Send>>>> = const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

const NONE_DEFERRED: u32 = 1;
const GUARD: u32 = 2;

/// While one lives, owners are kept that libzmq gives back on this thread; they are dropped after the last one.
pub(crate) struct DeferDrops(PhantomData<*const ()>);

impl DeferDrops {
    #[inline]
    pub(crate) fn new() -> DeferDrops {
        DEFERRING.set(DEFERRING.get() + GUARD);
        DeferDrops(PhantomData)
    }
}

impl Drop for DeferDrops {
    #[inline]
    fn drop(&mut self) {
        let deferring = DEFERRING.get() - GUARD;
        DEFERRING.set(deferring);
        if deferring == 0 {
            drop_deferred();
        }
    }
}

#[cold]
#[inline(never)]
fn drop_deferred() {
    while DEFERRING.get() == 0 {
        DEFERRING.set(NONE_DEFERRED);
        let owners = ManuallyDrop::into_inner(DEFERRED.with(|list| mem::take(&mut *list.borrow_mut())));
        owners.into_iter().for_each(drop_now);
    }
}

/// Drops an owner that libzmq gives back, or keeps it for the end of the hold.
pub(super) fn drop_owner<T: Send + 'static>(owner: Box<T>) {
    let deferring = DEFERRING.get();
    if deferring < GUARD {
        return drop_now(owner);
    }
    DEFERRING.set(deferring & !NONE_DEFERRED);
    DEFERRED.with(|list| list.borrow_mut().push(owner));
}

/// Whether this thread is dropping an owner: it may be one of libzmq's own, which must not wait for libzmq.
pub(crate) fn is_dropping() -> bool {
    DROPS.get() > 0
}

fn drop_now<T: ?Sized>(owner: Box<T>) {
    DROPS.set(DROPS.get() + 1);
    // Nothing may unwind into C.
    let _ = unwind::caught(|| drop(owner));
    DROPS.set(DROPS.get() - 1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    struct Noisy(Arc<()>);

    impl Drop for Noisy {
        fn drop(&mut self) {
            assert!(is_dropping());
            // What it gives back itself is dropped as well.
            drop_owner(Box::new(Arc::clone(&self.0)));
        }
    }

    #[test]
    fn owners_are_dropped_after_the_last_guard() {
        let count = Arc::new(());
        let outer = DeferDrops::new();
        let inner = DeferDrops::new();
        drop_owner(Box::new(Noisy(Arc::clone(&count))));
        drop(inner);
        assert_eq!(Arc::strong_count(&count), 2);
        drop(outer);
        assert_eq!(Arc::strong_count(&count), 1);
        drop_owner(Box::new(Noisy(Arc::clone(&count))));
        assert_eq!(Arc::strong_count(&count), 1, "at once");
        assert!(!is_dropping());
    }
}
