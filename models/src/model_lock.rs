//! The model of the lock that the sockets are behind.

use std::cell::Cell;
use std::sync::Arc;

use loom::thread;

use crate::lock::Lock;

/// Three threads count, and none waits indefinitely.
pub(crate) fn excludes() {
    let counter = Arc::new(Lock::new(Cell::new(0)));
    let threads = [(); 2].map(|()| {
        let counter = Arc::clone(&counter);
        thread::spawn(move || add(&counter))
    });
    add(&counter);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(counter.lock().get(), 3);
}

fn add(counter: &Lock<Cell<u32>>) {
    let guard = counter.lock();
    let value = guard.get();
    thread::yield_now();
    guard.set(value + 1);
}
