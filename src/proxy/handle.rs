//! [`Proxy`]: a proxy on a dedicated thread.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::ends::ProxyEnds;
use super::run::{self, Control, Outcome, ProxyState, ended_by};
use super::sockets::ProxySockets;
use super::statistics::Statistics;
use crate::error::{Call, Error, Result};
use crate::flags::State;
use crate::poll::Poller;
use crate::service::{Commands, Service};
use crate::socket::Socket;

/// A proxy on a dedicated thread, controlled by this handle.
///
/// It relays messages like the function [`proxy`](fn@super::proxy), between the same socket types. It owns the sockets
/// while it runs; [`terminate`](Proxy::terminate) returns them. Dropping the handle terminates the proxy, waits for its
/// thread, and closes the sockets.
///
/// A command has taken effect when its method returns. Commands never wait for a peer, even if the queue of the back or
/// capture socket is full.
///
/// # Threads
/// Any number of threads may use the handle at the same time. On the proxy's own thread, where a logger or the owner of
/// sent bytes may run, commands fail with `EDEADLK`, and dropping the handle does not wait: the thread closes the
/// sockets. The sockets may belong to different contexts; the proxy ends with `ETERM` when one of them is terminated.
/// The handle keeps the sockets afterwards, so [`Context::term`](crate::Context::term) waits until the handle is
/// dropped.
///
/// ```
/// use zmq4::{Context, Flags, Proxy};
/// let context = Context::new()?;
/// let (front, back) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
/// front.bind("inproc://front")?;
/// back.bind("inproc://back")?;
/// let (source, sink) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
/// source.connect("inproc://front")?;
/// sink.connect("inproc://back")?;
///
/// let proxy = Proxy::start(front, back, None)?;
/// source.send("Hello", Flags::NONE)?;
/// assert_eq!(sink.recv(Flags::NONE)?, "Hello");
///
/// proxy.pause()?;
/// source.send("World", Flags::NONE)?;
/// assert_eq!(proxy.statistics()?.back.sent.messages, 1);
/// proxy.resume()?;
/// assert_eq!(sink.recv(Flags::NONE)?, "World");
///
/// let sockets = proxy.terminate()?;
/// assert_eq!(sockets.front.socket_type(), zmq4::PULL);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_proxy_steerable")]
#[doc(alias = "ProxySteerable")]
#[must_use = "a proxy that is dropped ends"]
pub struct Proxy {
    service: Service<Request, Ended>,
    shared: Arc<Shared>,
}

/// What both the handle and the thread look at.
#[derive(Default)]
struct Shared {
    paused: AtomicBool,
    /// The error that ended the proxy; `None` after [`Proxy::terminate`].
    error: OnceLock<Option<Error>>,
}

/// What the thread gives back.
type Ended = (ProxySockets, Option<Error>);

struct Request {
    command: Command,
    reply: crossbeam_channel::Sender<Statistics>,
}

#[derive(Clone, Copy)]
enum Command {
    Pause,
    Resume,
    Statistics,
    Terminate,
}

impl Proxy {
    /// Starts a thread that relays messages between `front` and `back`, and sends a copy of each to `capture`.
    ///
    /// # Errors
    /// `EINVAL` for socket types that cannot be [combined](fn@super::proxy); `EMFILE` if the process has no file
    /// descriptor left; `EAGAIN` if the system cannot start a thread. The sockets are in the error:
    /// [`Error::into_proxy_sockets`].
    #[doc(alias = "zmq_proxy")]
    pub fn start(front: Socket, back: Socket, capture: Option<Socket>) -> Result<Proxy> {
        let sockets = ProxySockets::new(front, back, capture);
        if let Err(error) = sockets.ends() {
            return Err(sockets.in_error(error));
        }
        let commands = match Commands::new(Call::Proxy) {
            Ok(commands) => commands,
            Err(error) => return Err(sockets.in_error(error)),
        };
        let shared = Arc::new(Shared::default());
        let shared_with_thread = Arc::clone(&shared);
        let run = move |commands, sockets| shared_with_thread.run(commands, sockets);
        match Service::start(Call::Proxy, "proxy", commands, sockets, run) {
            Ok(service) => Ok(Proxy { service, shared }),
            Err((error, sockets)) => Err(sockets.in_error(error)),
        }
    }

    /// Pauses the proxy until [`resume`](Proxy::resume). Messages wait in their queues.
    ///
    /// # Errors
    /// The error that ended the proxy, for instance `ETERM` if a context was terminated. `EDEADLK` on the proxy's own
    /// thread.
    pub fn pause(&self) -> Result<()> {
        self.ask(Command::Pause).map(drop)
    }

    /// Resumes the proxy after a [`pause`](Proxy::pause).
    ///
    /// # Errors
    /// Like [`pause`](Proxy::pause).
    pub fn resume(&self) -> Result<()> {
        self.ask(Command::Resume).map(drop)
    }

    /// The number of messages, frames and bytes relayed since the start.
    ///
    /// # Errors
    /// Like [`pause`](Proxy::pause).
    pub fn statistics(&self) -> Result<Statistics> {
        self.ask(Command::Statistics)
    }

    /// Whether the proxy is paused.
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Acquire)
    }

    /// Whether the proxy has ended. By itself it ends with an error only.
    pub fn is_finished(&self) -> bool {
        !self.service.is_running()
    }

    /// Terminates the proxy and returns its open sockets, and the messages that were
    /// [received and not sent](ProxySockets::undelivered).
    ///
    /// # Errors
    /// Like [`pause`](Proxy::pause), and the sockets are in the error: [`Error::into_proxy_sockets`]. `EDEADLK` on the
    /// proxy's own thread, which ends and closes them.
    pub fn terminate(mut self) -> Result<ProxySockets> {
        self.service.check_caller()?;
        // It fails where the proxy has ended, and the thread says why.
        let _ = self.ask(Command::Terminate);
        match self.finish()? {
            (sockets, None) => Ok(sockets),
            (sockets, Some(error)) => Err(sockets.in_error(error)),
        }
    }

    /// Waits until an error ends the proxy, and returns it: usually `ETERM`, when a context is shut down.
    ///
    /// # Errors
    /// Always. The sockets are in the error: [`Error::into_proxy_sockets`]. `EDEADLK` on the proxy's own thread, which
    /// then ends and closes them.
    ///
    /// ```
    /// use zmq4::{Context, Errno, Proxy};
    /// let context = Context::new()?;
    /// let proxy = Proxy::start(context.socket(zmq4::XSUB)?, context.socket(zmq4::XPUB)?, None)?;
    /// context.shutdown()?;
    /// let Err(error) = proxy.join();
    /// assert_eq!(error, Errno::ETERM);
    /// assert_eq!(error.into_proxy_sockets().unwrap().back.socket_type(), zmq4::XPUB);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn join(mut self) -> Result<Infallible> {
        let (sockets, error) = self.finish()?;
        Err(sockets.in_error(error.unwrap_or_else(|| self.service.panicked())))
    }

    fn ask(&self, command: Command) -> Result<Statistics> {
        self.service.check_caller()?;
        let (reply, answer) = crossbeam_channel::bounded(1);
        // A thread that has ended drops the request, and with it the way back.
        self.service.send(Request { command, reply });
        answer.recv().map_err(|_| self.error())
    }

    /// Why a command got no reply.
    fn error(&self) -> Error {
        match self.shared.error.get() {
            Some(Some(error)) => ended_by(Call::Proxy, error),
            _ => self.service.panicked(),
        }
    }

    /// Waits for the thread.
    fn finish(&mut self) -> Result<(ProxySockets, Option<Error>)> {
        let ended = self.service.join()?;
        ended.ok_or_else(|| self.service.panicked())
    }
}

/// The service waits for the thread.
impl Drop for Proxy {
    fn drop(&mut self) {
        let (reply, _) = crossbeam_channel::bounded(1);
        let command = Command::Terminate;
        self.service.send(Request { command, reply });
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("is_paused", &self.is_paused())
            .field("is_finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

impl ProxySockets {
    fn ends(&self) -> Result<ProxyEnds<'_>> {
        ProxyEnds::check(Call::Proxy, &self.front, &self.back, self.capture.as_ref())
    }
}

impl Shared {
    /// The thread.
    fn run(&self, queue: Commands<Request>, mut sockets: ProxySockets) -> Ended {
        let mut control = ThreadControl {
            queue,
            paused: &self.paused,
            terminated: None,
        };
        let ran = sockets.ends().map(|ends| run::run(ends, &mut control));
        let error = match ran {
            Ok(Outcome {
                result,
                undelivered,
                statistics,
            }) => {
                sockets.undelivered = undelivered;
                sockets.statistics = statistics;
                result.err()
            }
            Err(error) => Some(error),
        };
        let kept = error.as_ref().map(|error| ended_by(Call::Proxy, error));
        // Before the requests are dropped, whose senders then look here.
        let _ = self.error.set(kept);
        if let Some((reply, statistics)) = control.terminated.take() {
            let _ = reply.send(statistics);
        }
        drop(control);
        (sockets, error.map(|error| ended_by(Call::Proxy, &error)))
    }
}

/// The thread's end of the handle.
struct ThreadControl<'s> {
    queue: Commands<Request>,
    paused: &'s AtomicBool,
    /// Who waits for the end.
    terminated: Option<(crossbeam_channel::Sender<Statistics>, Statistics)>,
}

impl<'s> Control<'s> for ThreadControl<'_> {
    fn watch(&self, poller: &mut Poller<'s>) -> Result<()> {
        poller.add_fd(Arc::clone(self.queue.waker()), State::POLLIN).map(drop)
    }

    fn handle_command(&mut self, state: &mut ProxyState, statistics: &Statistics) -> Result<()> {
        let Some(Request { command, reply }) = self.queue.next() else {
            return Ok(());
        };
        match command {
            Command::Pause => state.paused = true,
            Command::Resume => state.paused = false,
            Command::Statistics => {}
            Command::Terminate => {
                state.terminated = true;
                self.terminated = Some((reply, *statistics));
                return Ok(());
            }
        }
        self.paused.store(state.paused, Ordering::Release);
        let _ = reply.send(*statistics);
        Ok(())
    }
}
