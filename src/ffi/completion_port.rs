//! [`Registration`]: waits for a descriptor on Windows, where tokio waits for its own sockets only. One thread of the process waits for all
//! descriptors, at a completion port. It starts with the first of them.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use polling::{Event, Events, Poller};

use super::descriptor::Descriptor;
use super::fd;
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// A descriptor that the thread watches. Dropping it deregisters.
pub(crate) struct Registration<S> {
    watcher: Arc<Watcher>,
    key: usize,
    wait: Arc<Wait>,
    /// Dropped last: it is open while it is registered.
    descriptor: Descriptor<S>,
}

/// Whom the next edge wakes. While there is no waker, no edge is reported.
#[derive(Default)]
struct Wait(Mutex<Option<Waker>>);

/// The thread, and what it watches.
struct Watcher {
    poller: Poller,
    waits: Mutex<HashMap<usize, Arc<Wait>>>,
}

impl<S> Registration<S> {
    /// `Unsupported` where the system does not poll sockets at a completion port.
    pub(crate) fn new(descriptor: Descriptor<S>) -> io::Result<Registration<S>> {
        static KEYS: AtomicUsize = AtomicUsize::new(0);
        let watcher = Watcher::get()?;
        let key = KEYS.fetch_add(1, Ordering::Relaxed);
        let socket = fd::number(descriptor.fd());
        // SAFETY: the descriptor keeps the socket open, and is dropped after it is deregistered.
        let added = unsafe { watcher.poller.add(socket, Event::none(key)) };
        if let Err(error) = added {
            if error.kind() != io::ErrorKind::AlreadyExists {
                // It may have been added before its wait could not begin.
                let _ = watcher.poller.delete(descriptor.fd());
            }
            return Err(error);
        }
        let wait = Arc::<Wait>::default();
        lock(&watcher.waits).insert(key, Arc::clone(&wait));
        Ok(Registration {
            watcher,
            key,
            wait,
            descriptor,
        })
    }

    /// Has `waker` called when the descriptor is readable, also if it is so already. Ready with an error only.
    pub(crate) fn poll_edge(&self, waker: &Waker) -> Poll<io::Result<()>> {
        let mut waiting = lock(&self.wait.0);
        let is_asked_for = waiting.replace(waker.clone()).is_some();
        if !is_asked_for {
            if let Err(error) = self.ask() {
                *waiting = None;
                return Poll::Ready(Err(error));
            }
        }
        Poll::Pending
    }

    fn ask(&self) -> io::Result<()> {
        let poller = &self.watcher.poller;
        poller.modify(self.descriptor.fd(), Event::readable(self.key))?;
        // If the thread just begins to wait, it has not seen this, and would see it after its next event only.
        poller.notify()
    }
}

impl<S> Drop for Registration<S> {
    fn drop(&mut self) {
        lock(&self.watcher.waits).remove(&self.key);
        let _ = self.watcher.poller.delete(self.descriptor.fd());
        // Not on the thread, which may have the wait for a moment longer: a task may be dropped with its waker.
        let waker = lock(&self.wait.0).take();
        drop(waker);
    }
}

impl Watcher {
    fn get() -> io::Result<Arc<Watcher>> {
        static STARTED: Mutex<Option<Arc<Watcher>>> = Mutex::new(None);
        let mut started = lock(&STARTED);
        if let Some(watcher) = &*started {
            return Ok(Arc::clone(watcher));
        }
        let watcher = Arc::new(Watcher {
            poller: Poller::new()?,
            waits: Mutex::default(),
        });
        let running = Arc::clone(&watcher);
        thread::Builder::new()
            .name(String::from("zmq4 aio"))
            .spawn(move || running.run())?;
        *started = Some(Arc::clone(&watcher));
        Ok(watcher)
    }

    fn run(&self) {
        let (mut events, mut ready) = (Events::new(), Vec::new());
        loop {
            events.clear();
            let waited = self.poller.wait(&mut events, None);
            {
                let waits = lock(&self.waits);
                match waited {
                    Ok(_) => ready.extend(events.iter().filter_map(|event| waits.get(&event.key).cloned())),
                    // It does not say for which of them. They all look, and ask again.
                    Err(_) => ready.extend(waits.values().cloned()),
                }
            }
            for wait in ready.drain(..) {
                wait.wake();
            }
            if waited.is_err() {
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

impl Wait {
    fn wake(&self) {
        let waker = lock(&self.0).take();
        if let Some(waker) = waker {
            // A waker that panics must not end the thread.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}
