//! [`Reactor`]: calls a handler for each event.

use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::items::Items;
use super::schedule::{Schedule, TimerHandler, TimerId};
use super::stop::StopHandle;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::poll::ItemId;
use crate::refusal::Refusal;

/// The target of [`Reactor::set_verbose`] in the log.
const TARGET: &str = "zmq4::reactor";

/// The handler of an item. The subject, a socket for one, is in the closure.
pub(super) type Handler<'s, E, S> = Box<dyn FnMut(&mut Reactor<'s, E, S>, State) -> Result<(), E> + 's>;

/// The handler of a timer that expires once.
pub(super) type Once<'s, E, S> = Box<dyn FnOnce(&mut Reactor<'s, E, S>) -> Result<(), E> + 's>;

/// The handler of a periodic timer.
pub(super) type Every<'s, E, S> = Box<dyn FnMut(&mut Reactor<'s, E, S>) -> Result<(), E> + 's>;

/// Waits for sockets, channels, descriptors and timers, and calls the handler of each that has an event.
///
/// A handler gets the reactor, and may add and remove anything, itself included. An error that a handler returns ends
/// [`run`](Reactor::run), which returns it unchanged: `E` is any type that a [`zmq4::Error`](crate::Error) converts
/// into. By default it is `Box<dyn Error + Send + Sync>`. A function that passes it on with `?` returns the same type:
/// it does not convert into `Box<dyn Error>`.
///
/// # Order
/// [`run`](Reactor::run) works in passes. A pass has three steps:
/// 1. the timers that have expired, the earliest first;
/// 2. the channels that have values, each up to its limit;
/// 3. a poll, which waits until something is ready or a timer expires, and then the sockets and descriptors that are ready.
///
/// Within a step the order is that of addition, whatever was removed meanwhile. Each socket and descriptor is called once
/// in a pass, so that none can starve the others. A removed handler is not called any more, in the same pass either. An
/// added one is called in a later step at the earliest.
///
/// The channels come before the sockets in each pass, as in Go. So a handler of a socket may wait for a thread that takes
/// its requests and sends the results to a bounded channel of the same reactor: the result that makes room is taken first.
///
/// # State
/// The handlers can share a state that they change, without a `RefCell`: the reactor owns it
/// ([`with_state`](Reactor::with_state)), and a handler reaches it through the reactor
/// ([`state_mut`](Reactor::state_mut)).
///
/// # Sockets, borrowed or shared
/// A reactor borrows its sockets and descriptors, or shares them: it takes `Rc<Socket>` as well as `&Socket`. So a struct
/// can hold sockets and their reactor, and a handler can open a socket and add it.
///
/// # Blocking
/// A handler gets the events of the poll of its pass. If another handler may have received the message since then,
/// receive with [`DONTWAIT`](crate::DONTWAIT). While a handler blocks or computes, all others wait.
///
/// # Wake-ups
/// The thread sleeps until there is an event; it does not poll at intervals. An item that stays ready is handled in each
/// pass, so do not request POLLOUT while there is nothing to send (see [`update_socket`](Reactor::update_socket)).
///
/// # Panics
/// A panic of a handler goes through [`run`](Reactor::run) to its caller, and that handler is removed. The rest is
/// unchanged, and the reactor can be run again.
///
/// # Threads
/// It stays on its thread, like its sockets. Other threads reach it through a [channel](fn@crate::channel) or a
/// [`StopHandle`](crate::StopHandle).
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
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[doc(alias = "zloop")]
pub struct Reactor<'s, E = Box<dyn StdError + Send + Sync>, S = ()> {
    pub(super) items: Items<'s, Handler<'s, E, S>>,
    pub(super) timers: Schedule<Once<'s, E, S>, Every<'s, E, S>>,
    stop_handle: Option<StopHandle>,
    stopping: bool,
    /// Shared with the run: a handler may move the reactor elsewhere meanwhile.
    running: Rc<Cell<bool>>,
    verbose: bool,
    /// Which one it is: a handler may put another reactor in its place, whose ids mean other things.
    pub(super) serial: u64,
    /// Kept from pass to pass, so that none allocates.
    pass: Pass,
    state: S,
}

/// What is to be called in one pass.
#[derive(Default)]
struct Pass {
    due: Vec<TimerId>,
    channels: Vec<ItemId>,
    /// What the last poll found; of channels, what the next pass looks at.
    ready: Vec<(ItemId, State)>,
}

impl<'s> Reactor<'s> {
    /// A reactor whose handlers may return any error that is `Send` and `Sync`, as a boxed one.
    #[doc(alias = "NewReactor")]
    pub fn new() -> Self {
        Reactor::default()
    }

    /// A reactor whose handlers return errors of the type `E`.
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
    /// let mut reactor = zmq4::Reactor::with_errors::<Problem>();
    /// reactor.add_timer_once(Duration::ZERO, |_| Err(Problem::Late));
    /// assert!(matches!(reactor.run(), Err(Problem::Late)));
    /// assert!(matches!(reactor.run(), Err(Problem::Zmq(_))), "no item is left");
    /// ```
    #[doc(alias = "NewReactor")]
    pub fn with_errors<E: From<Error>>() -> Reactor<'s, E> {
        Reactor::default()
    }
}

impl<S> Reactor<'_, Box<dyn StdError + Send + Sync>, S> {
    /// A reactor whose handlers share a state: [`state_mut`](Reactor::state_mut) in a handler,
    /// [`into_state`](Reactor::into_state) at the end.
    ///
    /// `S` may be a reference, `&mut App`, to a state that outlives the reactor. With errors of a type of its own it is
    /// made by `Reactor::<App, Problem>::from_state(state)`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::{Context, Flags, POLLIN, Reactor};
    ///
    /// #[derive(Default)]
    /// struct Counts {
    ///     messages: u32,
    ///     ticks: u32,
    /// }
    ///
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
    /// a.bind("inproc://with_state")?;
    /// b.connect("inproc://with_state")?;
    /// let mut reactor = Reactor::with_state(Counts::default());
    /// reactor.add_socket(&a, POLLIN, |reactor, socket, _| {
    ///     socket.recv(Flags::NONE)?;
    ///     reactor.state_mut().messages += 1;
    ///     Ok(())
    /// })?;
    /// reactor.add_timer_every(Duration::from_millis(1), |reactor| {
    ///     reactor.state_mut().ticks += 1;
    ///     if reactor.state().messages == 1 {
    ///         reactor.stop();
    ///     }
    ///     Ok(())
    /// });
    /// b.send("Hello", Flags::NONE)?;
    /// reactor.run()?;
    /// let counts = reactor.into_state();
    /// assert!(counts.messages == 1 && counts.ticks > 0);
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "NewReactor")]
    #[doc(alias = "run_with")]
    pub fn with_state(state: S) -> Self {
        Reactor::from_state(state)
    }
}

impl<E, S: Default> Default for Reactor<'_, E, S> {
    fn default() -> Self {
        Reactor::from_state(S::default())
    }
}

impl<E, S> Reactor<'_, E, S> {
    /// Like [`with_state`](Reactor::with_state), with errors of any type: the compiler infers it from the handlers or from a
    /// type that is written out.
    ///
    /// ```
    /// let mut reactor: zmq4::Reactor<'_, zmq4::Error, Vec<u32>> = zmq4::Reactor::from_state(Vec::new());
    /// reactor.add_timer_once(std::time::Duration::ZERO, |reactor| {
    ///     reactor.state_mut().push(1);
    ///     reactor.stop();
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// assert_eq!(reactor.into_state(), [1]);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn from_state(state: S) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Reactor {
            items: Items::default(),
            timers: Schedule::default(),
            stop_handle: None,
            stopping: false,
            running: Rc::default(),
            verbose: false,
            serial: NEXT.fetch_add(1, Ordering::Relaxed),
            pass: Pass::default(),
            state,
        }
    }

    /// The state that the handlers share.
    pub fn state(&self) -> &S {
        &self.state
    }

    /// The state that the handlers share, to be changed.
    pub fn state_mut(&mut self) -> &mut S {
        &mut self.state
    }

    /// Drops the reactor with its handlers, and returns the state.
    pub fn into_state(self) -> S {
        self.state
    }
}

impl<E: From<Error>, S> Reactor<'_, E, S> {
    /// Calls handlers until one fails, a [`stop`](Reactor::stop) is requested, or nothing is left to wait for.
    ///
    /// It can be run again: handlers that were not called because it ended find their events still there.
    ///
    /// # Errors
    /// The error of a handler, unchanged. With [`Reactor::new`] errors are `Box<dyn Error + Send + Sync>`: a function that passes them on
    /// by `?` returns that type, since it does not convert into `Box<dyn Error>`. `EINVAL` if there is no socket, channel, descriptor or timer (any more), or
    /// none of them could ever wake it; `EFSM` inside a handler. Those of [`Poller::poll`](crate::Poller::poll):
    /// `ETERM` once the context of a socket has ended; `EINTR` after a signal, if it is not retried; `EMFILE`.
    #[doc(alias = "Run")]
    pub fn run(&mut self) -> Result<(), E> {
        if self.running.replace(true) {
            return Err(Error::refused(
                Call::Reactor,
                Refusal::new(Errno::EFSM, "the reactor is running already"),
            )
            .into());
        }
        let running = Running {
            flag: Rc::clone(&self.running),
            reactor: self,
        };
        // A handler may have moved the reactor out of an earlier run.
        running.reactor.remove_orphans();
        while !running.reactor.stop_requested() {
            running.reactor.pass()?;
        }
        running.reactor.clear_stop();
        Ok(())
    }

    fn pass(&mut self) -> Result<(), E> {
        let mut pass = std::mem::take(&mut self.pass);
        let result = self.run_once(&mut pass);
        self.pass = pass;
        result
    }

    fn run_once(&mut self, pass: &mut Pass) -> Result<(), E> {
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
            if self.stop_requested() || self.serial != serial {
                return Ok(());
            }
            self.call_timer(id, now)?;
        }
        if self.serial != serial {
            return Ok(());
        }
        self.items.channels(&mut pass.channels);
        for &id in &pass.channels {
            if self.stop_requested() || self.serial != serial {
                return Ok(());
            }
            // A channel that was woken and has no value resets its waker.
            let woken = pass.ready.binary_search_by_key(&id, |&(id, _)| id).is_ok();
            self.call(id, if woken { State::POLLIN } else { State::empty() })?;
        }
        if self.stop_requested() || self.serial != serial || self.is_empty() {
            return Ok(());
        }
        // It returns at once if a channel still has values, because its waker is readable.
        self.items.poll(self.timers.timeout(), &mut pass.ready)?;
        self.drain_waker(&pass.ready);
        for &(id, events) in &pass.ready {
            if self.stop_requested() || self.serial != serial {
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
        // An earlier handler of this pass may have removed it, or changed its events.
        let Some((mut handler, events)) = self.items.take(id, events) else {
            return Ok(());
        };
        if self.verbose {
            if let Some(subject) = self.items.describe(id) {
                log::debug!(target: TARGET, "Reactor({self:p}) {{{subject} {events}}}");
            }
        }
        let serial = self.serial;
        let result = handler(self, events);
        if self.serial == serial {
            self.items.put(id, handler);
        }
        result
    }

    fn call_timer(&mut self, id: TimerId, now: Instant) -> Result<(), E> {
        let Some(taken) = self.timers.take(id, now) else {
            return Ok(());
        };
        self.trace(format_args!("timer {}", id.0));
        match taken {
            TimerHandler::Once(handler) => handler(self),
            TimerHandler::Every(mut handler) => {
                let serial = self.serial;
                let result = handler(self);
                if self.serial == serial {
                    self.timers.put(id, handler);
                }
                result
            }
        }
    }
}

impl<E, S> Reactor<'_, E, S> {
    /// Ends [`run`](Reactor::run), with `Ok`, after the handler that is being called.
    ///
    /// The others of that pass are not called: their events are still there in the next run. A request is kept until a run
    /// has ended by it: outside a run, or if a run ends with an error, it ends the next run at once.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Returns a handle that ends [`run`](Reactor::run) from any thread, at any time.
    ///
    /// The first one takes a descriptor of the process (two on Unix systems other than Linux).
    ///
    /// # Errors
    /// `EMFILE` if the process has no descriptor left; `EINVAL` as [`add_channel`](Reactor::add_channel).
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_timer_once(Duration::from_secs(3600), |_| Err("too late".into()));
    /// let handle = reactor.stop_handle()?;
    /// std::thread::spawn(move || handle.stop());
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    pub fn stop_handle(&mut self) -> Result<StopHandle> {
        if let Some(handle) = &self.stop_handle {
            return Ok(handle.clone());
        }
        let handle = StopHandle::new(|waker| self.items.add_waker(waker))?;
        Ok(self.stop_handle.insert(handle).clone())
    }

    /// Whether the run is to end.
    pub(super) fn stop_requested(&self) -> bool {
        self.stopping || self.stop_handle.as_ref().is_some_and(StopHandle::is_requested)
    }

    /// Resets the waker of the stop handle if it was readable, before the request is looked at.
    fn drain_waker(&self, ready: &[(ItemId, State)]) {
        if let Some(handle) = &self.stop_handle {
            handle.drain(ready);
        }
    }

    /// The run has ended: the requests so far are met.
    fn clear_stop(&mut self) {
        self.stopping = false;
        if let Some(handle) = &self.stop_handle {
            handle.clear();
        }
    }

    /// Logs each handler that is called, through the `log` crate at the level "debug", with the target `zmq4::reactor`.
    ///
    /// The default is `false`. It logs which socket and events, which channel, descriptor or timer, never what they carry.
    #[doc(alias = "SetVerbose")]
    pub fn set_verbose(&mut self, verbose: bool) {
        self.verbose = verbose;
    }

    /// Removes what has lost its handler.
    fn remove_orphans(&mut self) {
        self.items.remove_orphans();
        self.timers.remove_orphans();
    }

    pub(super) fn trace(&self, what: fmt::Arguments<'_>) {
        if self.verbose {
            log::debug!(target: TARGET, "Reactor({self:p}) {what}");
        }
    }
}

impl<E, S> fmt::Debug for Reactor<'_, E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor")
            .field("items", &self.items)
            .field("timers", &self.timers.len())
            .finish()
    }
}

/// However a run ends, the next one can begin, and the item of a handler that was lost in a panic is removed.
struct Running<'r, 's, E, S> {
    reactor: &'r mut Reactor<'s, E, S>,
    flag: Rc<Cell<bool>>,
}

impl<E, S> Drop for Running<'_, '_, E, S> {
    fn drop(&mut self) {
        self.flag.set(false);
        self.reactor.remove_orphans();
    }
}
