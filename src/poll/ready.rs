//! Waiting until items of a [`Poller`] are ready.

use std::time::Duration;

use super::{Polled, Poller, wait};
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::ffi::fork::ProcessId;
use crate::ffi::poll::poll as poll_raw;
use crate::flags::State;
use crate::socket::Socket;
use crate::socket::prefetched;

impl<'s> Poller<'s> {
    /// Waits until something is ready, and gives what is, in the order of addition (`zmq_poll`); nothing, where the time
    /// ran out.
    ///
    /// What is given may be copied out of the poller, which then can be changed: [`Polled`] is `Copy`.
    ///
    /// # Errors
    /// `EINVAL` where nothing could become ready and there is no time-out; `EMFILE` for more items than the process may
    /// have descriptors (`RLIMIT_NOFILE`), or than 16383 on Windows; `ETERM` once the context of any socket has ended;
    /// `EINTR` after a signal, if a socket's context says so, and in a forked child with sockets of the parent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Errno, Poller};
    /// let mut nothing = Poller::new();
    /// assert_eq!(nothing.poll(None).unwrap_err(), Errno::EINVAL);
    /// assert!(nothing.poll(Some(Duration::from_millis(1)))?.is_empty());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_poll")]
    #[doc(alias = "Poll")]
    #[inline]
    pub fn poll(&mut self, timeout: Option<Duration>) -> Result<&[Polled<'s>]> {
        if prefetched::any() {
            return self.poll_with_prefetched(timeout);
        }
        let ready = self.wait(timeout)?;
        // One item alone has a way of its own, because the call itself takes only some 800 instructions.
        if let ([item], [entry]) = (self.items.as_slice(), self.entries.as_mut_slice()) {
            entry.set_events(item.revents());
            return Ok(if ready > 0 { &self.entries } else { &[] });
        }
        Ok(self.collect(ready))
    }

    /// Those of several items that are ready.
    #[inline(always)]
    fn collect(&mut self, ready: usize) -> &[Polled<'s>] {
        self.ready.clear();
        if ready > 0 {
            for (item, entry) in self.items.iter().zip(&self.entries) {
                let events = item.revents();
                if !events.is_empty() {
                    self.ready.push(entry.with(events));
                }
            }
        }
        &self.ready
    }

    /// A socket of the process has a message that a disconnect kept: one of these items may be it.
    #[cold]
    #[inline(never)]
    fn poll_with_prefetched(&mut self, timeout: Option<Duration>) -> Result<&[Polled<'s>]> {
        let ready = self.wait_with_prefetched(timeout)?;
        Ok(self.collect(ready))
    }

    /// Waits as [`poll`](Poller::poll) does, and gives all items, in the order of addition: those that are not ready with
    /// `State::empty()`.
    ///
    /// # Errors
    /// As [`poll`](Poller::poll).
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{POLLIN, Poller, Socket};
    /// let (first, second) = (Socket::new(zmq4::PULL)?, Socket::new(zmq4::PULL)?);
    /// let mut poller = Poller::new();
    /// poller.add(&first, POLLIN)?;
    /// poller.add(&second, POLLIN)?;
    /// let all = poller.poll_all(Some(Duration::ZERO))?;
    /// assert_eq!(all.len(), 2);
    /// assert!(all.iter().all(|item| item.events().is_empty()));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_poll")]
    #[doc(alias = "PollAll")]
    pub fn poll_all(&mut self, timeout: Option<Duration>) -> Result<&[Polled<'s>]> {
        self.wait_with_prefetched(timeout)?;
        for (item, entry) in self.items.iter().zip(&mut self.entries) {
            entry.set_events(item.revents());
        }
        Ok(&self.entries)
    }

    /// How many items are ready, with those that have a message that a disconnect kept.
    #[cold]
    #[inline(never)]
    fn wait_with_prefetched(&mut self, timeout: Option<Duration>) -> Result<usize> {
        match self.poll_prefetched() {
            0 => self.wait_rarely(timeout),
            ready => Ok(ready),
        }
    }

    /// How many items are ready where a socket has a message that a disconnect kept; 0 where none has one, and after an
    /// error, which the next poll finds as well.
    #[cold]
    #[inline(never)]
    fn poll_prefetched(&mut self) -> usize {
        if !self.has_prefetched() || self.wait_rarely(Some(Duration::ZERO)).is_err() {
            return 0;
        }
        for (item, entry) in self.items.iter_mut().zip(&self.entries) {
            if let Some(socket) = entry.socket() {
                item.set_revents(socket.with_prefetched(item.revents()) & item.events());
            }
        }
        self.items.iter().filter(|item| !item.revents().is_empty()).count()
    }

    /// [`wait`](Poller::wait), apart from where it is inlined.
    #[cold]
    #[inline(never)]
    fn wait_rarely(&mut self, timeout: Option<Duration>) -> Result<usize> {
        self.wait(timeout)
    }

    /// How many items are ready, as far as libzmq knows.
    #[inline]
    fn wait(&mut self, timeout: Option<Duration>) -> Result<usize> {
        if self.process.is_stale() {
            self.after_fork()?;
        }
        if self.wakers == 0 && wait::idle(timeout, self.items.is_empty(), || self.check_contexts())? {
            return Ok(0);
        }
        let Poller { items, entries, .. } = self;
        wait::wait(
            timeout,
            items.len() == 1,
            |ms| poll_raw(items, ms),
            || {
                let mut sockets = entries.iter().filter_map(Polled::socket);
                sockets.all(|socket| socket.context().retries())
            },
        )
    }

    fn check_contexts(&self) -> Result<(), Errno> {
        let mut sockets = self.entries.iter().filter_map(Polled::socket);
        sockets.try_for_each(Socket::check_context)
    }

    /// Whether a socket that is waited for has a message that a disconnect kept, of which libzmq does not know.
    #[cold]
    fn has_prefetched(&self) -> bool {
        let mut items = self.items.iter().zip(&self.entries);
        items.any(|(item, entry)| {
            item.events().contains(State::POLLIN) && entry.socket().is_some_and(Socket::has_prefetched)
        })
    }

    /// This process is a forked child since the last poll: were all sockets made here?
    #[cold]
    fn after_fork(&mut self) -> Result<()> {
        let mut sockets = self.entries.iter().filter_map(Polled::socket);
        if sockets.any(|socket| socket.raw().is_forked()) {
            return Err(wait::forked());
        }
        self.process = ProcessId::current();
        Ok(())
    }
}
