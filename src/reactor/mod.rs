//! [`Reactor`]: calls a handler for each thing that happens.

mod channels;
mod fds;
mod items;
mod sockets;
mod stop;
mod timers;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::poll::ItemId;
use crate::refusal::Refusal;

pub use channels::ChannelId;
pub use fds::FdId;
pub use stop::Stopper;
pub use timers::TimerId;

use items::Items;
use timers::{Taken, Timers};

/// Where [`Reactor::set_verbose`] writes to.
const TARGET: &str = "zmq4::reactor";

/// What an item calls. The subject, a socket for one, is in the closure.
type Handler<'s, E> = Box<dyn FnMut(&mut Reactor<'s, E>, State) -> Result<(), E> + 's>;

/// Waits for sockets, channels, descriptors and timers, and calls the handler of each that has something.
///
/// A handler gets the reactor, and with it may add and remove anything, itself included. An error that a handler
/// returns ends [`run`](Reactor::run), which returns that very error: `E` is any type that a
/// [`zmq4::Error`](crate::Error) converts into.
///
/// # Order
/// [`run`](Reactor::run) goes in passes. A pass has three steps:
/// 1. the timers that are due, the earliest first;
/// 2. the channels that have values, each up to its limit;
/// 3. a poll, which waits until something is ready or a timer is due, and then the sockets and descriptors that are ready.
///
/// Within a step the order is that of addition, whatever was removed meanwhile. Each socket and descriptor is called once
/// in a pass, so that none can starve the others. What a handler removes is called no more, from that moment on. What it
/// adds is called in a later step at the earliest.
///
/// The channels come before the sockets in each pass, as in Go. So a handler of a socket may wait for a thread that takes
/// its requests and sends the results to a bounded channel of the same reactor: the result that makes room is taken first.
///
/// # Blocking
/// A handler gets the events of the poll of its pass. If another handler may have received the message since then,
/// receive with [`DONTWAIT`](crate::DONTWAIT). While a handler waits or computes, all others wait.
///
/// # Wake-ups
/// The thread sleeps until something happens: there is no interval. What stays ready is called in each pass; a handler
/// that has nothing to send does not ask for POLLOUT (see [`update_socket`](Reactor::update_socket)).
///
/// # Panics
/// A panic of a handler goes through [`run`](Reactor::run) to its caller, and that handler is removed. The rest is as
/// it was, and can be run again.
///
/// # Threads
/// It stays on its thread, as the sockets that it borrows do. Others talk to it through a
/// [channel](fn@crate::channel) or a [`Stopper`].
///
/// ```
/// use zmq4::{Context, Flags, POLLIN, Reactor};
/// let context = Context::new()?;
/// let server = context.socket(zmq4::REP)?;
/// server.bind("inproc://reactor")?;
/// let client = context.socket(zmq4::REQ)?;
/// client.connect("inproc://reactor")?;
/// client.send("Hello", Flags::NONE)?;
///
/// let mut reactor = Reactor::new();
/// reactor.add_socket(&server, POLLIN, |_, server, _| {
///     let request = server.recv_string(Flags::NONE)?;
///     server.send(format!("{request}, World"), Flags::NONE)?;
///     Ok(())
/// })?;
/// reactor.add_socket(&client, POLLIN, |reactor, client, _| {
///     assert_eq!(client.recv(Flags::NONE)?, "Hello, World");
///     reactor.stop();
///     Ok(())
/// })?;
/// reactor.run()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "zloop")]
pub struct Reactor<'s, E = Box<dyn std::error::Error>> {
    items: Items<'s, Handler<'s, E>>,
    timers: Timers<'s, E>,
    stopper: Option<Stopper>,
    stopping: bool,
    running: bool,
    verbose: bool,
    /// Which one it is: a handler may put another reactor in its place, whose ids mean other things.
    serial: u64,
    /// Kept from pass to pass, so that none allocates.
    pass: Pass,
}

/// What is to be called in one pass.
#[derive(Default)]
struct Pass {
    due: Vec<TimerId>,
    channels: Vec<ItemId>,
    /// What the last poll found; of channels, what the next pass looks at.
    ready: Vec<(ItemId, State)>,
}

impl Reactor<'_> {
    /// A reactor whose handlers may return any error, as a boxed one.
    #[doc(alias = "NewReactor")]
    pub fn new() -> Self {
        Reactor::default()
    }
}

impl<E> Default for Reactor<'_, E> {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Reactor {
            items: Items::default(),
            timers: Timers::default(),
            stopper: None,
            stopping: false,
            running: false,
            verbose: false,
            serial: NEXT.fetch_add(1, Ordering::Relaxed),
            pass: Pass::default(),
        }
    }
}

impl<E: From<Error>> Reactor<'_, E> {
    /// A reactor whose handlers return errors of a type of yours.
    ///
    /// ```
    /// use std::time::Duration;
    /// #[derive(Debug)]
    /// enum Problem {
    ///     Zmq(zmq4::Error),
    ///     Late,
    /// }
    /// impl From<zmq4::Error> for Problem {
    ///     fn from(error: zmq4::Error) -> Problem {
    ///         Problem::Zmq(error)
    ///     }
    /// }
    /// let mut reactor = zmq4::Reactor::with_errors();
    /// reactor.add_timer_once(Duration::ZERO, |_| Err(Problem::Late));
    /// assert!(matches!(reactor.run(), Err(Problem::Late)));
    /// assert!(matches!(reactor.run(), Err(Problem::Zmq(_))), "nothing is left");
    /// ```
    #[doc(alias = "NewReactor")]
    pub fn with_errors() -> Self {
        Reactor::default()
    }

    /// Calls handlers until one fails, a [`stop`](Reactor::stop) is asked for, or nothing is left to wait for.
    ///
    /// It can be run again: handlers that were not called because it ended find their events still there.
    ///
    /// # Errors
    /// The error of a handler, as it is. `EINVAL` where there is no socket, channel, descriptor or timer (any more), or
    /// none of them could ever wake it; `EFSM` inside a handler. What [`Poller::poll`](crate::Poller::poll) fails with:
    /// `ETERM` once the context of a socket has ended; `EINTR` after a signal, if those are not retried; `EMFILE`.
    #[doc(alias = "Run")]
    pub fn run(&mut self) -> Result<(), E> {
        if self.running {
            return Err(Error::refused(
                Call::Reactor,
                Refusal::new(Errno::EFSM, "the reactor is running already"),
            )
            .into());
        }
        self.running = true;
        let running = Running(self);
        while !running.0.stops() {
            running.0.pass()?;
        }
        running.0.stopped();
        Ok(())
    }

    fn pass(&mut self) -> Result<(), E> {
        let mut pass = std::mem::take(&mut self.pass);
        let answer = self.pass_through(&mut pass);
        self.pass = pass;
        answer
    }

    fn pass_through(&mut self, pass: &mut Pass) -> Result<(), E> {
        if self.is_empty() {
            return Err(Error::refused(
                Call::Reactor,
                Refusal::invalid("no sockets to poll, no channels to read"),
            )
            .into());
        }
        let serial = self.serial;
        self.timers.due(&mut pass.due);
        let now = Instant::now();
        for &id in &pass.due {
            if self.stops() || self.serial != serial {
                return Ok(());
            }
            self.call_timer(id, now)?;
        }
        if self.serial != serial {
            return Ok(());
        }
        self.items.channels(&mut pass.channels);
        for &id in &pass.channels {
            if self.stops() || self.serial != serial {
                return Ok(());
            }
            // A spurious wake-up: the channel has nothing, and its waker is to be reset.
            let woken = pass.ready.binary_search_by_key(&id, |&(id, _)| id).is_ok();
            self.call(id, if woken { State::POLLIN } else { State::empty() })?;
        }
        if self.stops() || self.serial != serial || self.is_empty() {
            return Ok(());
        }
        // It returns at once where a channel still has values, for its waker stays awake.
        self.items.poll(self.timers.timeout(), &mut pass.ready)?;
        self.hear(&pass.ready);
        for &(id, events) in &pass.ready {
            if self.stops() || self.serial != serial {
                return Ok(());
            }
            if !self.items.is_channel(id) {
                self.call(id, events)?;
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.timers.is_empty()
    }

    fn call(&mut self, id: ItemId, events: State) -> Result<(), E> {
        // A handler before it in this pass may have removed it, or have asked for other events.
        let Some((mut handler, events)) = self.items.take(id, events) else {
            return Ok(());
        };
        if self.verbose {
            if let Some(subject) = self.items.describe(id) {
                log::debug!(target: TARGET, "Reactor({self:p}) {{{subject} {events}}}");
            }
        }
        let serial = self.serial;
        let answer = handler(self, events);
        if self.serial == serial {
            self.items.put(id, handler);
        }
        answer
    }

    fn call_timer(&mut self, id: TimerId, now: Instant) -> Result<(), E> {
        let Some(taken) = self.timers.take(id, now) else {
            return Ok(());
        };
        self.tell(format_args!("timer {}", id.0));
        match taken {
            Taken::Once(handler) => handler(self),
            Taken::Every(mut handler) => {
                let serial = self.serial;
                let answer = handler(self);
                if self.serial == serial {
                    self.timers.put(id, handler);
                }
                answer
            }
        }
    }
}

impl<E> Reactor<'_, E> {
    /// Writes what is called to the log, through the `log` crate at the level "debug", with the target `zmq4::reactor`.
    ///
    /// Off at first. Which socket and events, which channel, descriptor or timer: never what they carry.
    #[doc(alias = "SetVerbose")]
    pub fn set_verbose(&mut self, verbose: bool) {
        self.verbose = verbose;
    }

    fn tell(&self, what: fmt::Arguments<'_>) {
        if self.verbose {
            log::debug!(target: TARGET, "Reactor({self:p}) {what}");
        }
    }
}

impl<E> fmt::Debug for Reactor<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor")
            .field("items", &self.items)
            .field("timers", &self.timers.len())
            .finish()
    }
}

/// However a run ends, the next one can begin, and a handler that was lost in a panic has no item any more.
struct Running<'r, 's, E>(&'r mut Reactor<'s, E>);

impl<E> Drop for Running<'_, '_, E> {
    fn drop(&mut self) {
        self.0.running = false;
        self.0.items.remove_orphans();
        self.0.timers.remove_orphans();
    }
}
