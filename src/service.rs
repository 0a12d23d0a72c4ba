//! [`Service`]: a dedicated thread with a command queue, as [`Auth`](crate::auth::Auth), [`Bridge`](crate::Bridge) and
//! [`Proxy`](crate::Proxy) each have one.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread::{self, JoinHandle};

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::fork::ProcessId;
use crate::ffi::waker::Waker;
use crate::refusal::Refusal;
use crate::sync::lock;
use crate::unwind;

/// A thread that takes commands of type `C` and returns a `T`. Dropping it waits for the thread.
///
/// The owner sends a command that ends the thread before it drops the service. On the thread itself, and in a forked
/// child, where there is no such thread, nothing is waited for.
pub(crate) struct Service<C, T> {
    call: Call,
    /// What it is to its user: `proxy`.
    noun: &'static str,
    queue: Arc<Queue<C>>,
    /// `None` once it was joined.
    thread: Option<JoinHandle<Option<T>>>,
    process: ProcessId,
}

/// The thread's end of the command queue. Dropping it closes the queue.
pub(crate) struct Commands<C>(Arc<Queue<C>>);

struct Queue<C> {
    /// Readable while there is a command.
    waker: Arc<Waker>,
    state: Mutex<State<C>>,
}

struct State<C> {
    commands: VecDeque<C>,
    closed: bool,
}

impl<C> Queue<C> {
    fn state(&self) -> MutexGuard<'_, State<C>> {
        lock(&self.state)
    }
}

impl<C> Commands<C> {
    /// The queue of a service that is not started yet.
    ///
    /// # Errors
    /// `EMFILE` if the process has no descriptor left.
    pub(crate) fn new(call: Call) -> Result<Commands<C>> {
        let waker = Waker::new().map_err(|errno| Error::refused(call, Refusal::of_system(errno)))?;
        let state = State {
            commands: VecDeque::new(),
            closed: false,
        };
        Ok(Commands(Arc::new(Queue {
            waker: Arc::new(waker),
            state: Mutex::new(state),
        })))
    }

    /// Readable while there is a command; whoever makes it readable otherwise finds `next` without one.
    pub(crate) fn waker(&self) -> &Arc<Waker> {
        &self.0.waker
    }

    /// The next command, if there is one. After `None` the waker is reset: the caller looks at whatever else it stands
    /// for afterwards.
    pub(crate) fn next(&self) -> Option<C> {
        let mut state = self.0.state();
        let command = state.commands.pop_front();
        if state.commands.is_empty() {
            // Under the lock, so that the wake-up of a command that comes now is not lost.
            self.0.waker.reset();
        }
        command
    }
}

impl<C> Drop for Commands<C> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        let rest = std::mem::take(&mut state.commands);
        drop(state);
        // Whoever waits for the reply to one of these sees that there will be none.
        drop(rest);
    }
}

impl<C: Send + 'static, T: Send + 'static> Service<C, T> {
    /// Starts the thread `zmq4-{noun}`, which takes `commands` and owns `input`.
    ///
    /// # Errors
    /// What the system reports if it has no thread left, `EAGAIN` mostly, with the `input`.
    pub(crate) fn start<I: Send + 'static>(
        call: Call,
        noun: &'static str,
        commands: Commands<C>,
        input: I,
        run: impl FnOnce(Commands<C>, I) -> T + Send + 'static,
    ) -> Result<Service<C, T>, (Error, I)> {
        let queue = Arc::clone(&commands.0);
        // Sent once the thread is there: what a closure owns is lost with a thread that does not start.
        let (hand_over, input_of_thread) = mpsc::sync_channel(1);
        let spawned = thread::Builder::new().name(format!("zmq4-{noun}")).spawn(move || {
            let input = input_of_thread.recv().ok()?;
            Some(run(commands, input))
        });
        let thread = match spawned {
            Ok(thread) => thread,
            Err(error) => return Err((no_thread(call, &error), input)),
        };
        if let Err(mpsc::SendError(input)) = hand_over.send(input) {
            return Err((Error::new(call, Errno::EAGAIN), input));
        }
        Ok(Service {
            call,
            noun,
            queue,
            thread: Some(thread),
            process: ProcessId::current(),
        })
    }
}

impl<C, T> Service<C, T> {
    /// Queues a command, and wakes the thread. A thread that has ended drops the command.
    pub(crate) fn send(&self, command: C) {
        if self.process.is_stale() {
            // The lock may be held by a thread that is not in this process.
            return;
        }
        let mut state = self.queue.state();
        if !state.closed {
            state.commands.push_back(command);
            self.queue.waker.wake();
        }
    }

    /// Whether the thread still takes commands.
    pub(crate) fn is_running(&self) -> bool {
        self.thread.is_some() && !self.process.is_stale() && !self.queue.state().closed
    }

    /// Refuses a call that waits for the thread where it would wait indefinitely.
    ///
    /// # Errors
    /// `EDEADLK` on the thread itself; `EINTR` in a forked child, which does not have the thread.
    pub(crate) fn check_caller(&self) -> Result<()> {
        let failed = |errno, reason| Err(Error::new(self.call, errno).because(reason));
        if self.is_current() {
            return failed(Errno::EDEADLK, format!("this is the thread of the {}", self.noun));
        }
        if self.process.is_stale() {
            return failed(Errno::EINTR, format!("the {} belongs to the parent process", self.noun));
        }
        Ok(())
    }

    /// Waits for the thread, and returns what it returned; `None` if it was joined before.
    ///
    /// # Errors
    /// `EINVAL` if the thread panicked; otherwise as [`check_caller`](Service::check_caller).
    pub(crate) fn join(&mut self) -> Result<Option<T>> {
        self.check_caller()?;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(output)) => Ok(output),
            Some(Err(payload)) => {
                unwind::discard(payload);
                Err(self.panicked())
            }
            None => Ok(None),
        }
    }

    /// The error of a call whose command was dropped by a thread that panicked.
    pub(crate) fn panicked(&self) -> Error {
        let reason = format!("the thread of the {} has panicked", self.noun);
        Error::new(self.call, Errno::EINVAL).because(reason)
    }

    /// Whether this is the thread itself.
    fn is_current(&self) -> bool {
        let thread = self.thread.as_ref().map(|thread| thread.thread().id());
        thread == Some(thread::current().id())
    }
}

impl<C, T> Drop for Service<C, T> {
    fn drop(&mut self) {
        if self.process.is_stale() {
            // Even detaching a thread that is not there may touch it.
            std::mem::forget(self.thread.take());
        } else if !self.is_current() {
            drop(self.join());
        }
    }
}

fn no_thread(call: Call, error: &io::Error) -> Error {
    let errno = Errno::of_io(error, Errno::EAGAIN);
    Error::new(call, errno).because("the system has no thread left")
}
