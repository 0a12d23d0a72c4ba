//! [`Waiters`]: the tasks that wait for one socket.

use std::ops::Deref;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Wake, Waker};

use smallvec::SmallVec;

use crate::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::unwind;

/// What a task waits for, and what a socket is ready for: receiving, sending, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interest(u8);

impl Interest {
    pub(crate) const NONE: Interest = Interest(0);
    pub(crate) const RECV: Interest = Interest(1);
    pub(crate) const SEND: Interest = Interest(2);
    pub(crate) const BOTH: Interest = Interest(3);

    pub(crate) fn or(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    pub(crate) fn and(self, other: Interest) -> Interest {
        Interest(self.0 & other.0)
    }

    pub(crate) fn without(self, other: Interest) -> Interest {
        Interest(self.0 & !other.0)
    }

    pub(crate) fn is_none(self) -> bool {
        self == Interest::NONE
    }
}

/// The tasks that wait for a socket. As a waker, which the reactor has, it wakes all of them.
#[derive(Default)]
pub(crate) struct Waiters {
    list: Mutex<SmallVec<[Waiter; 4]>>,
    /// The length of the list: a call that finds no task waiting takes no lock.
    waiting: AtomicUsize,
}

struct Waiter {
    id: u64,
    interest: Interest,
    /// `None` once the task was woken by another one that found the socket ready and could not use it.
    waker: Option<Waker>,
}

/// Wakers that are called when no lock is held any more: a waker may run any code.
#[derive(Default)]
#[must_use]
pub(crate) struct Woken {
    wakers: SmallVec<[Waker; 4]>,
    /// One that a task has exchanged for another: its end may run any code as well.
    replaced: Option<Waker>,
}

impl Woken {
    /// Calls all of them. If one panics, the others are called before the panic goes on: they are waiters no longer.
    pub(crate) fn wake(self) {
        let mut panicked = None;
        for waker in self.wakers {
            if let Err(payload) = panic::catch_unwind(AssertUnwindSafe(|| waker.wake())) {
                if let Some(earlier) = panicked.replace(payload) {
                    unwind::discard(earlier);
                }
            }
        }
        drop(self.replaced);
        if let Some(payload) = panicked {
            panic::resume_unwind(payload);
        }
    }
}

impl Waiters {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0
    }

    /// Removes the tasks that wait for something of `ready`, which look at the socket again.
    pub(crate) fn take(&self, ready: Interest) -> Woken {
        let mut woken = Woken::default();
        if ready.is_none() {
            return woken;
        }
        let mut list = lock(&self.list);
        list.retain(|waiter| {
            let keep = waiter.interest.and(ready).is_none();
            if !keep {
                woken.wakers.extend(waiter.waker.take());
            }
            keep
        });
        self.waiting.store(list.len(), Ordering::Relaxed);
        drop(list);
        woken
    }

    /// Adds a task that found the socket ready for no more than `ready`, or renews its waker.
    ///
    /// The look has taken the edge for all tasks. So the tasks that wait for something else of `ready` are woken. If the
    /// socket is ready for what this task waits for, and still did not take its message, as a ROUTER that has room for one
    /// peer and not for another, the tasks that wait for the same are woken too, unless it was such a wake-up that brought
    /// this task here: two of them would wake each other without end.
    fn park(&self, id: u64, interest: Interest, ready: Interest, waker: Waker) -> Woken {
        let mut woken = self.take(ready.without(interest));
        let unused = ready.and(interest);
        let mut list = lock(&self.list);
        let own = list.iter_mut().find(|waiter| waiter.id == id);
        let mut passes_on = true;
        match own {
            Some(own) => {
                passes_on = own.waker.is_some();
                woken.replaced = own.waker.replace(waker);
                own.interest = interest;
            }
            None => {
                let waker = Some(waker);
                list.push(Waiter { id, interest, waker });
            }
        }
        if passes_on && !unused.is_none() {
            let others = list.iter_mut().filter(|waiter| waiter.id != id);
            let same = others.filter(|waiter| !waiter.interest.and(unused).is_none());
            woken.wakers.extend(same.filter_map(|waiter| waiter.waker.take()));
        }
        self.waiting.store(list.len(), Ordering::Relaxed);
        drop(list);
        woken
    }

    fn remove(&self, id: u64) -> Option<Waker> {
        let mut list = lock(&self.list);
        let place = list.iter().position(|waiter| waiter.id == id);
        let removed = place.map(|place| list.swap_remove(place));
        self.waiting.store(list.len(), Ordering::Relaxed);
        drop(list);
        removed?.waker
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // A panic of the program's must not unwind into the reactor: tokio aborts then.
        let _ = unwind::caught(|| self.take(Interest::BOTH).wake());
    }
}

/// One task's place among the waiters, which it leaves when this is dropped.
pub(crate) struct Wait<W: Deref<Target = Waiters>> {
    waiters: W,
    interest: Interest,
    /// Zero before the task has waited.
    id: u64,
}

impl<W: Deref<Target = Waiters>> Wait<W> {
    #[inline]
    pub(crate) fn new(waiters: W, interest: Interest) -> Wait<W> {
        Wait {
            waiters,
            interest,
            id: 0,
        }
    }

    /// The place of the `poll` methods, one for each interest. It is kept, not dropped.
    pub(crate) fn of_poll(waiters: W, interest: Interest) -> Wait<W> {
        Wait {
            waiters,
            interest,
            id: u64::from(interest.0),
        }
    }

    #[inline]
    pub(crate) fn interest(&self) -> Interest {
        self.interest
    }

    /// See [`Waiters::park`].
    pub(crate) fn park(&mut self, ready: Interest, waker: &Waker) -> Woken {
        static LAST: AtomicU64 = AtomicU64::new(Interest::BOTH.0 as u64);
        if self.id == 0 {
            self.id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        }
        self.waiters.park(self.id, self.interest, ready, waker.clone())
    }

    /// The task waits no longer. Its waker is dropped when no lock is held any more.
    #[inline]
    #[must_use]
    pub(crate) fn leave(&mut self) -> Option<Waker> {
        if self.id == 0 {
            None
        } else {
            self.waiters.remove(self.id)
        }
    }
}

impl<W: Deref<Target = Waiters>> Drop for Wait<W> {
    #[inline]
    fn drop(&mut self) {
        drop(self.leave());
    }
}
