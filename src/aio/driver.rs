//! [`Driver`]: the wake-up protocol between a socket, its reactor and the tasks that wait.
//!
//! libzmq's descriptor becomes readable when a command arrives at an idle socket, and any call may take the command, for
//! receiving as well as for sending, before the reactor has seen it. No wake-up is lost:
//!
//! - All calls are made under the socket's lock. A task that cannot go on asks for the socket's events, which takes every
//!   command that has arrived, and joins the waiters under the same lock. A later command makes a new edge.
//! - The reactor's waker wakes all waiters, which look at the socket again. An edge that the reactor has kept is cleared
//!   before the look, never after it.
//! - A call that may have taken an edge finds the waiters under the lock, asks for the events on their behalf and wakes
//!   those that can go on.
//!
//! Most calls need not wait. They begin with a [`Turn`], one attempt without anything to wait with; only after `EAGAIN` there are
//! [`Attempts`], which go on with the second step.
//!
//! `models/` has this file in a model, with every order of events.

use std::future::Future;
use std::mem;
use std::ops::Deref;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::waiters::{Interest, Wait, Waiters};

/// A socket behind a lock, and the reactor that watches its descriptor.
pub(crate) trait Port {
    /// What a call on the socket fails with.
    type Error;
    /// The socket, for calls that do not block.
    type Socket: Events<Error = Self::Error>;
    type Locked<'p>: Deref<Target = Self::Socket>
    where
        Self: 'p;

    fn lock(&self) -> Self::Locked<'_>;

    /// Takes an edge that the reactor has seen, or has `waker` called at the next one.
    fn poll_edge(&self, waker: &Waker) -> Poll<Result<(), Self::Error>>;

    fn is_would_block(error: &Self::Error) -> bool;
}

/// What the protocol asks a socket.
pub(crate) trait Events {
    type Error;

    /// What the socket could do without blocking; takes all commands that have arrived.
    fn events(&self) -> Result<Interest, Self::Error>;

    /// Counts a call; `false` if the task has made so many without a pause that others must have their turn.
    fn spend(&self) -> bool;

    /// The task waits now, or gives way.
    fn pause(&self);

    /// Takes edges that nothing waited for. The events are asked for afterwards, if a task waits.
    fn settle(&self) {}
}

/// A port, and those who wait for it.
pub(crate) struct Driver<P> {
    port: P,
    waiters: Arc<Waiters>,
    /// Wakes all waiters.
    waker: Waker,
}

impl<P: Port> Driver<P> {
    pub(crate) fn new(port: P) -> Driver<P> {
        let waiters = Arc::new(Waiters::default());
        Driver {
            port,
            waker: Waker::from(Arc::clone(&waiters)),
            waiters,
        }
    }

    pub(crate) fn into_port(self) -> P {
        self.port
    }

    pub(crate) fn waiters(&self) -> &Arc<Waiters> {
        &self.waiters
    }

    /// Locks the socket for one attempt, before there is anything to wait with. `None` if the task must give way. Then, and if the
    /// attempt would block, the caller goes on with [`run`](Driver::run) at once: the attempt may have taken an edge.
    ///
    /// Compiled into the caller, as [`Turn::end`] is, so that a call that need not wait costs little more than the blocking one.
    #[inline(always)]
    pub(crate) fn turn(&self) -> Option<Turn<'_, P>> {
        let socket = self.port.lock();
        socket.spend().then_some(Turn { driver: self, socket })
    }

    /// Makes attempts until one ends in something else than `EAGAIN`. If one was `tried` in a [turn](Driver::turn), the socket's events
    /// are asked for first.
    pub(crate) fn run<A>(&self, interest: Interest, tried: bool, attempt: A) -> Attempts<'_, P, A> {
        Attempts {
            driver: self,
            wait: Wait::new(&self.waiters, interest),
            attempt,
            tried,
        }
    }

    /// Makes an attempt, and has the task woken when another one is worth making.
    #[inline]
    pub(crate) fn poll<T, W: Deref<Target = Waiters>>(
        &self,
        cx: &mut Context<'_>,
        wait: &mut Wait<W>,
        attempt: &mut impl FnMut(&P::Socket) -> Result<T, P::Error>,
    ) -> Poll<Result<T, P::Error>> {
        let socket = self.port.lock();
        if !socket.spend() {
            return self.yield_now(socket, cx);
        }
        match attempt(&socket) {
            Err(error) if P::is_would_block(&error) => self.poll_blocked(socket, cx, wait, attempt),
            done => {
                if !self.waiters.is_empty() {
                    self.leave(socket, wait);
                }
                Poll::Ready(done)
            }
        }
    }

    /// The same after a [turn](Driver::turn): if an attempt was `tried` in it, the socket's events are asked for first.
    #[inline]
    pub(crate) fn poll_further<T, W: Deref<Target = Waiters>>(
        &self,
        tried: bool,
        cx: &mut Context<'_>,
        wait: &mut Wait<W>,
        attempt: &mut impl FnMut(&P::Socket) -> Result<T, P::Error>,
    ) -> Poll<Result<T, P::Error>> {
        if tried {
            self.poll_blocked(self.port.lock(), cx, wait, attempt)
        } else {
            self.poll(cx, wait, attempt)
        }
    }

    /// Lets other tasks run first.
    #[cold]
    #[inline(never)]
    fn yield_now<T>(&self, socket: P::Locked<'_>, cx: &mut Context<'_>) -> Poll<T> {
        socket.pause();
        socket.settle();
        self.wake_ready(socket);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The task waits no longer, and others may.
    #[cold]
    #[inline(never)]
    fn leave<W: Deref<Target = Waiters>>(&self, socket: P::Locked<'_>, wait: &mut Wait<W>) {
        let left = wait.leave();
        self.wake_ready(socket);
        drop(left);
    }

    /// An attempt ended in `EAGAIN`.
    #[cold]
    #[inline(never)]
    fn poll_blocked<'p, T, W: Deref<Target = Waiters>>(
        &'p self,
        mut socket: P::Locked<'p>,
        cx: &mut Context<'_>,
        wait: &mut Wait<W>,
        attempt: &mut impl FnMut(&P::Socket) -> Result<T, P::Error>,
    ) -> Poll<Result<T, P::Error>> {
        loop {
            let done = match socket.events() {
                Err(error) => Err(error),
                // Nothing is ready that an attempt could find.
                Ok(ready) if ready.and(wait.interest()).is_none() => {
                    ready!(self.park(socket, ready, cx, wait))?;
                    socket = self.port.lock();
                    attempt(&socket)
                }
                Ok(ready) => match attempt(&socket) {
                    Err(error) if P::is_would_block(&error) => {
                        ready!(self.park(socket, ready, cx, wait))?;
                        socket = self.port.lock();
                        attempt(&socket)
                    }
                    done => done,
                },
            };
            if !done.as_ref().is_err_and(P::is_would_block) {
                self.leave(socket, wait);
                return Poll::Ready(done);
            }
        }
    }

    /// Joins the waiters. Ready where an edge came meanwhile.
    fn park<W: Deref<Target = Waiters>>(
        &self,
        socket: P::Locked<'_>,
        ready: Interest,
        cx: &mut Context<'_>,
        wait: &mut Wait<W>,
    ) -> Poll<Result<(), P::Error>> {
        let woken = wait.park(ready, cx.waker());
        socket.pause();
        drop(socket);
        woken.wake();
        self.port.poll_edge(&self.waker)
    }

    /// Makes calls of any kind on the socket, which may take an edge.
    pub(crate) fn with<T>(&self, calls: impl FnOnce(&P::Socket) -> T) -> T {
        let socket = self.port.lock();
        // They may have taken an edge before they panic.
        let result = panic::catch_unwind(AssertUnwindSafe(|| calls(&socket)));
        socket.settle();
        self.wake_ready(socket);
        result.unwrap_or_else(|payload| panic::resume_unwind(payload))
    }

    /// After calls that may have taken an edge: wakes the tasks that can go on.
    #[cold]
    #[inline(never)]
    fn wake_ready(&self, socket: P::Locked<'_>) {
        if self.waiters.is_empty() {
            return;
        }
        // An error is found by each task itself.
        let ready = socket.events().unwrap_or(Interest::BOTH);
        let woken = self.waiters.take(ready);
        drop(socket);
        woken.wake();
    }
}

/// One attempt on the locked socket.
pub(crate) struct Turn<'d, P: Port> {
    driver: &'d Driver<P>,
    socket: P::Locked<'d>,
}

impl<P: Port> Turn<'_, P> {
    #[inline(always)]
    pub(crate) fn socket(&self) -> &P::Socket {
        &self.socket
    }

    /// The attempt did not end in `EAGAIN`.
    #[inline(always)]
    pub(crate) fn end(self) {
        if self.driver.waiters.is_empty() {
            drop(self.socket);
        } else {
            self.driver.wake_ready(self.socket);
        }
    }
}

/// Attempts until one ends in something else than `EAGAIN`.
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Attempts<'d, P, A> {
    driver: &'d Driver<P>,
    wait: Wait<&'d Waiters>,
    attempt: A,
    /// An attempt has just been made in a turn.
    tried: bool,
}

impl<T, P: Port, A: FnMut(&P::Socket) -> Result<T, P::Error> + Unpin> Future for Attempts<'_, P, A> {
    type Output = Result<T, P::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let tried = mem::take(&mut this.tried);
        this.driver.poll_further(tried, cx, &mut this.wait, &mut this.attempt)
    }
}
