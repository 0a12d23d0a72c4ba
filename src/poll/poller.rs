//! [`Poller`]: waits for many sockets and descriptors at once.

use std::any::Any;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::handle::SocketHandle;
use super::polled::{ItemId, Polled};
use super::wait;
use crate::error::Result;
use crate::ffi::fork::ProcessId;
use crate::ffi::poll::{RawItem, RawItems};
use crate::flags::State;
#[cfg(feature = "draft")]
use crate::shared::SharedSocket;
use crate::socket::Socket;
use crate::socket::prefetched;

/// Waits for many sockets and descriptors at once, and returns those that are ready.
///
/// Each is an item with an id that stays valid until the item is removed, and is never reused. The items keep the order
/// in which they were added, and every result is in that order.
///
/// # Items
/// Sockets, of several contexts if need be, and on Unix any descriptor that `poll(2)` takes, on Windows sockets of the
/// system. The same socket or descriptor twice is rejected: [`update`](Poller::update) changes its events. The poller
/// borrows its items, so none can be closed while it is there.
///
/// # Shared sockets
/// [`Poller::shared`] makes a poller that takes `Rc<Socket>` instead of `&Socket`, so that a struct can hold sockets and
/// the poller that watches them. Any poller takes an `Rc` or `Arc` of a descriptor's owner.
///
/// # Tokens
/// An item has a token, a number that [`Polled::token`] returns, so that a program can `match` on it. It is given by
/// [`add_with_token`](Poller::add_with_token); otherwise it is the number of items that were added before it: 0, 1, 2.
///
/// # Events
/// [`POLLIN`](crate::POLLIN) and [`POLLOUT`](crate::POLLOUT) for sockets, which ignore other bits; for descriptors
/// [`POLLPRI`](crate::POLLPRI) too. On Unix [`POLLERR`](crate::POLLERR) reports that a descriptor hung up, failed, or was
/// closed while the poller had it, whether it was asked for or not. A socket without events, `State::empty()`, stays in
/// the poller and is never ready; the end of its context ends the wait all the same.
///
/// # Timeouts
/// `None` waits indefinitely, zero does not wait. Any other timeout is rounded up to milliseconds, and the poll takes no
/// less than that unless something is ready; a century and [`Duration::MAX`] are allowed. If no item could become ready,
/// a poll sleeps for the whole timeout and returns nothing; without a timeout that is an error, where C sleeps 71 minutes
/// and Go returns at once.
///
/// # Signals
/// A signal neither ends nor prolongs the wait, unless a socket's context is set to return `EINTR`
/// ([`Context::set_retry_after_eintr`](crate::Context::set_retry_after_eintr)).
///
/// # Cost
/// A poll does not allocate, libzmq itself does not for up to 16 items, and the time is in proportion to the number of
/// items, ready or not.
///
/// # Threads
/// It stays on the thread of its sockets: it is neither `Send` nor `Sync`.
///
/// ```
/// use std::time::Duration;
/// use zmq4::{Context, Flags, POLLIN, Poller};
/// let context = Context::new()?;
/// let (tasks, vent) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
/// tasks.bind("tcp://127.0.0.1:*")?;
/// vent.connect(&tasks.last_endpoint()?)?;
/// let control = context.socket(zmq4::PAIR)?;
/// control.bind("inproc://control")?;
///
/// let mut poller = Poller::new();
/// poller.add_with_token(&tasks, POLLIN, 0)?;
/// poller.add_with_token(&control, POLLIN, 1)?;
///
/// vent.send("a task", Flags::NONE)?;
/// for ready in poller.poll(Some(Duration::from_secs(10)))? {
///     match ready.token() {
///         0 => assert_eq!(tasks.recv(Flags::NONE)?, "a task"),
///         1 => println!("control: {}", control.recv(Flags::NONE)?),
///         other => unreachable!("token {other}"),
///     }
/// }
/// assert!(poller.poll(Some(Duration::ZERO))?.is_empty());
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_poll")]
#[doc(alias = "zmq_poller_new")]
pub struct Poller<'s, H = &'s Socket> {
    pub(super) items: RawItems<'s>,
    /// What is returned of each item, in the same order, in which the ids grow.
    pub(super) entries: Vec<Polled<'s, H>>,
    pub(super) ready: Vec<Polled<'s, H>>,
    /// Those items that are sockets of several threads.
    #[cfg(feature = "draft")]
    pub(super) shared_sockets: Vec<(ItemId, SharedSocket)>,
    /// The owners of shared descriptors.
    pub(super) owners: Vec<(ItemId, Box<dyn Any>)>,
    pub(super) next: u64,
    /// How many items can end a wait.
    pub(super) wakers: usize,
    /// The process that all sockets are known to be of.
    process: ProcessId,
}

impl<'s> Poller<'s> {
    /// A poller without items, which borrows its sockets.
    #[doc(alias = "NewPoller")]
    pub fn new() -> Poller<'s> {
        Poller::default()
    }
}

impl<'s> Poller<'s, Rc<Socket>> {
    /// A poller without items, which shares its sockets: [`add`](Poller::add) takes `Rc<Socket>`.
    ///
    /// A socket stays open while it is an item. A struct that holds it has the type `Poller<'static, Rc<Socket>>`.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use zmq4::{Context, Flags, POLLIN, Poller, Socket};
    ///
    /// struct Worker {
    ///     tasks: Rc<Socket>,
    ///     poller: Poller<'static, Rc<Socket>>,
    /// }
    ///
    /// impl Worker {
    ///     fn new(context: &Context) -> zmq4::Result<Worker> {
    ///         let tasks = Rc::new(context.socket(zmq4::PULL)?);
    ///         tasks.bind("inproc://tasks")?;
    ///         let mut poller = Poller::shared();
    ///         poller.add(Rc::clone(&tasks), POLLIN)?;
    ///         Ok(Worker { tasks, poller })
    ///     }
    ///
    ///     fn next(&mut self) -> zmq4::Result<String> {
    ///         self.poller.poll(None)?;
    ///         self.tasks.recv_string(Flags::NONE)
    ///     }
    /// }
    ///
    /// let context = Context::new()?;
    /// let mut worker = Worker::new(&context)?;
    /// let vent = context.socket(zmq4::PUSH)?;
    /// vent.connect("inproc://tasks")?;
    /// vent.send("a task", Flags::NONE)?;
    /// assert_eq!(worker.next()?, "a task");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn shared() -> Self {
        Poller::default()
    }
}

impl<H> Default for Poller<'_, H> {
    fn default() -> Self {
        Poller {
            items: RawItems::default(),
            entries: Vec::new(),
            ready: Vec::new(),
            #[cfg(feature = "draft")]
            shared_sockets: Vec::new(),
            owners: Vec::new(),
            next: 0,
            wakers: 0,
            process: ProcessId::default(),
        }
    }
}

/// # Waiting
impl<'s, H: SocketHandle<'s>> Poller<'s, H> {
    /// Waits until something is ready, and returns what is, in the order of addition ([`zmq_poll`]); nothing after the
    /// timeout.
    ///
    /// The results may be copied out of the poller, which then can be changed: [`Polled`] is `Copy`.
    ///
    /// # Errors
    /// `EINVAL` if nothing could become ready and there is no timeout; `EMFILE` for more items than the process may
    /// have descriptors (`RLIMIT_NOFILE`), or than 16383 on Windows; `ETERM` once the context of any socket has ended;
    /// `EINTR` after a signal, if a socket's context is set so, and in a forked child with sockets of the parent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Errno, Poller};
    /// let mut nothing = Poller::new();
    /// assert_eq!(nothing.poll(None).unwrap_err(), Errno::EINVAL);
    /// assert!(nothing.poll(Some(Duration::from_millis(1)))?.is_empty());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_poll`]: https://libzmq.readthedocs.io/en/latest/zmq_poll.html
    #[doc(alias = "zmq_poll")]
    #[doc(alias = "Poll")]
    #[inline]
    pub fn poll(&mut self, timeout: impl Into<Option<Duration>>) -> Result<&[Polled<'s, H>]> {
        let timeout = timeout.into();
        if prefetched::any() {
            return self.poll_with_prefetched(timeout);
        }
        let ready = self.wait(timeout)?;
        // One item alone has a path of its own, because the call itself takes only some 800 instructions.
        if let ([item], [entry]) = (&*self.items, self.entries.as_mut_slice()) {
            entry.set_events(item.revents());
            return Ok(if ready > 0 { &self.entries } else { &[] });
        }
        Ok(self.collect(ready))
    }

    /// The ready ones of several items.
    #[inline(always)]
    pub(super) fn collect(&mut self, ready: usize) -> &[Polled<'s, H>] {
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

    /// A socket of the process has a message that a disconnect kept, and may be one of these items.
    #[cold]
    #[inline(never)]
    fn poll_with_prefetched(&mut self, timeout: Option<Duration>) -> Result<&[Polled<'s, H>]> {
        let ready = self.wait_with_prefetched(timeout)?;
        Ok(self.collect(ready))
    }

    /// Waits like [`poll`](Poller::poll), and returns all items, in the order of addition: those that are not ready with
    /// `State::empty()`.
    ///
    /// # Errors
    /// Those of [`poll`](Poller::poll).
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
    pub fn poll_all(&mut self, timeout: impl Into<Option<Duration>>) -> Result<&[Polled<'s, H>]> {
        self.wait_with_prefetched(timeout.into())?;
        for (item, entry) in self.items.iter().zip(&mut self.entries) {
            entry.set_events(item.revents());
        }
        Ok(&self.entries)
    }

    /// Waits like [`poll`](Poller::poll), and returns the ready sockets with their events. Descriptors are left out: it is
    /// for pollers that have sockets only.
    ///
    /// # Errors
    /// Those of [`poll`](Poller::poll).
    ///
    /// ```
    /// use zmq4::{Context, Flags, POLLIN, Poller};
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://poll_sockets")?;
    /// b.connect("inproc://poll_sockets")?;
    /// let mut poller = Poller::new();
    /// poller.add(&a, POLLIN)?;
    /// b.send("Hello", Flags::NONE)?;
    /// for (socket, _) in poller.poll_sockets(None)? {
    ///     assert_eq!(socket.recv(Flags::NONE)?, "Hello");
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_poll")]
    pub fn poll_sockets(&mut self, timeout: impl Into<Option<Duration>>) -> Result<impl Iterator<Item = (H, State)>> {
        let ready = self.poll(timeout)?.iter();
        Ok(ready.filter_map(|item| Some((item.socket()?, item.events()))))
    }

    /// The number of ready items, including those with a message that a disconnect kept.
    #[cold]
    #[inline(never)]
    fn wait_with_prefetched(&mut self, timeout: Option<Duration>) -> Result<usize> {
        match self.poll_prefetched() {
            0 => self.wait_rarely(timeout),
            ready => Ok(ready),
        }
    }

    /// The number of ready items if a socket has a message that a disconnect kept; 0 if none has one, and after an
    /// error, which the next poll meets as well.
    #[cold]
    #[inline(never)]
    pub(super) fn poll_prefetched(&mut self) -> usize {
        if !self.has_prefetched() || self.wait_rarely(Some(Duration::ZERO)).is_err() {
            return 0;
        }
        for (index, entry) in self.entries.iter().enumerate() {
            if let (Some(socket), Some(item)) = (entry.handle(), self.items.get(index)) {
                let revents = socket.with_prefetched(item.revents()) & item.events();
                self.items.set_revents(index, revents);
            }
        }
        self.items.iter().filter(|item| !item.revents().is_empty()).count()
    }

    /// [`wait`](Poller::wait), out of line.
    #[cold]
    #[inline(never)]
    fn wait_rarely(&mut self, timeout: Option<Duration>) -> Result<usize> {
        self.wait(timeout)
    }

    /// Fails in a forked child with sockets of the parent.
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    pub(super) fn check_process(&mut self) -> Result<()> {
        if self.process.is_stale() {
            self.after_fork()?;
        }
        Ok(())
    }

    /// The number of ready items that libzmq reports.
    #[inline]
    fn wait(&mut self, timeout: Option<Duration>) -> Result<usize> {
        if self.process.is_stale() {
            self.after_fork()?;
        }
        if self.wakers == 0 && wait::idle(timeout, self.items.iter().any(RawItem::is_watched))? {
            return Ok(0);
        }
        let Poller { items, entries, .. } = self;
        #[cfg(feature = "draft")]
        let shared_sockets = &self.shared_sockets;
        wait::wait(
            timeout,
            items.len() == 1,
            |ms| items.poll(ms),
            || {
                #[cfg(feature = "draft")]
                if !shared_sockets.iter().all(|(_, socket)| socket.context().retries()) {
                    return false;
                }
                let mut sockets = entries.iter().filter_map(Polled::handle);
                sockets.all(|socket| socket.context().retries())
            },
        )
    }

    /// Whether a socket that is polled for POLLIN has a message that a disconnect kept, which libzmq does not report.
    #[cold]
    fn has_prefetched(&self) -> bool {
        let mut items = self.items.iter().zip(&self.entries);
        items.any(|(item, entry)| {
            item.events().contains(State::POLLIN) && entry.handle().is_some_and(|socket| socket.has_prefetched())
        })
    }

    /// This process is a forked child since the last poll: checks that all sockets were made here.
    #[cold]
    fn after_fork(&mut self) -> Result<()> {
        let mut sockets = self.entries.iter().filter_map(Polled::handle);
        if sockets.any(|socket| socket.raw().is_forked()) {
            return Err(wait::forked());
        }
        #[cfg(feature = "draft")]
        if self
            .shared_sockets
            .iter()
            .any(|(_, socket)| socket.handle().is_forked())
        {
            return Err(wait::forked());
        }
        self.process = ProcessId::current();
        Ok(())
    }
}

/// The items with their events, as Go prints them.
impl<'s, H: SocketHandle<'s>> fmt::Display for Poller<'s, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Poller[")?;
        let mut separator = "";
        for (item, entry) in self.items.iter().zip(&self.entries) {
            f.write_str(separator)?;
            separator = " ";
            #[cfg(feature = "draft")]
            if let Some(socket) = self.shared_socket(entry.id()) {
                write!(f, "{socket:?}{}", item.events())?;
                continue;
            }
            match entry.handle() {
                Some(socket) => write!(f, "{}{}", &**socket, item.events())?,
                None => write!(f, "Fd({}){}", item.number(), item.events())?,
            }
        }
        f.write_str("]")
    }
}

impl<'s, H: SocketHandle<'s>> fmt::Debug for Poller<'s, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
