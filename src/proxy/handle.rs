//! [`Proxy`]: a proxy on a thread of its own.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};

use super::pair::Joined;
use super::pump::{self, Control, Outcome, Standing, ended_by};
use super::sockets::ProxySockets;
use super::statistics::Statistics;
use crate::channel::{self, Receiver, Sender, TryRecvError};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::fork::Origin;
use crate::flags::State;
use crate::poll::Poller;
use crate::socket::Socket;
use crate::sync::lock;

/// A proxy on a thread of its own, which this handle steers.
///
/// It does what the function [`proxy`](fn@super::proxy) does, and joins the same sockets. It owns them while it runs;
/// [`terminate`](Proxy::terminate) gives them back. Dropping the handle terminates the proxy, waits for that, and closes
/// the sockets.
///
/// An order has taken effect when its method returns. No order waits for a peer: a proxy whose back, or whose capture
/// socket, has no room obeys as well.
///
/// # Threads
/// Any number of threads may use the handle at once. On the proxy's own thread, where a logger and the owners of bytes may run,
/// its orders fail with `EDEADLK`, and dropping it does not wait: the thread closes the sockets. The sockets may be of different contexts; the proxy ends with
/// `ETERM` when one of these does. The handle keeps them afterwards too: [`Context::term`](crate::Context::term) waits until
/// it is dropped.
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
    requests: Sender<Request>,
    shared: Arc<Shared>,
    /// `None` once it was joined, or let go.
    thread: Option<JoinHandle<()>>,
    origin: Origin,
}

struct Shared {
    /// Where the thread takes the sockets from, and puts them back.
    sockets: Mutex<Option<ProxySockets>>,
    paused: AtomicBool,
    /// How it ended: an error, unless it was terminated.
    ended: OnceLock<Option<Error>>,
}

struct Request {
    order: Order,
    done: crossbeam_channel::Sender<Statistics>,
}

#[derive(Clone, Copy)]
enum Order {
    Pause,
    Resume,
    Statistics,
    Terminate,
}

impl Proxy {
    /// Starts a thread that passes messages between `front` and `back`, and a copy of each to `capture`.
    ///
    /// # Errors
    /// `EINVAL` for types that do not [go together](fn@super::proxy); `EMFILE` where the process has no descriptor left,
    /// `EAGAIN` where the system has no thread left. The sockets are in the error: [`Error::into_proxy_sockets`].
    #[doc(alias = "zmq_proxy")]
    pub fn start(front: Socket, back: Socket, capture: Option<Socket>) -> Result<Proxy> {
        let failed = |errno| Error::new(Call::Proxy, errno);
        let sockets = ProxySockets::new(front, back, capture);
        if let Err(error) = sockets.joined() {
            return Err(sockets.in_error(error));
        }
        let (requests, orders) = match channel::channel() {
            Ok(ends) => ends,
            Err(error) => return Err(sockets.in_error(failed(error.errno()))),
        };
        let shared = Arc::new(Shared {
            sockets: Mutex::new(Some(sockets)),
            paused: AtomicBool::new(false),
            ended: OnceLock::new(),
        });
        let theirs = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name("zmq4-proxy".to_owned())
            .spawn(move || theirs.run(orders));
        match spawned {
            Ok(thread) => Ok(Proxy {
                requests,
                shared,
                thread: Some(thread),
                origin: Origin::here(),
            }),
            Err(error) => {
                let errno = error.raw_os_error().map_or(Errno::EAGAIN, Errno::new);
                let error = failed(errno).because("no thread for the proxy");
                Err(match shared.take() {
                    Some(sockets) => sockets.in_error(error),
                    None => error,
                })
            }
        }
    }

    /// Stops passing messages on, until [`resume`](Proxy::resume); those that come wait in their queues.
    ///
    /// # Errors
    /// That which has ended the proxy: `ETERM` once a context has. `EDEADLK` on the proxy's own thread.
    pub fn pause(&self) -> Result<()> {
        self.ask(Order::Pause).map(drop)
    }

    /// Passes messages on again after a [`pause`](Proxy::pause).
    ///
    /// # Errors
    /// As [`pause`](Proxy::pause).
    pub fn resume(&self) -> Result<()> {
        self.ask(Order::Resume).map(drop)
    }

    /// What has gone through since the start.
    ///
    /// # Errors
    /// As [`pause`](Proxy::pause).
    pub fn statistics(&self) -> Result<Statistics> {
        self.ask(Order::Statistics)
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Acquire)
    }

    /// Whether it has ended, which it does by itself with an error only.
    pub fn is_finished(&self) -> bool {
        // A thread that panicked has left no word.
        self.shared.ended.get().is_some() || self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the proxy, and gives the sockets back, open and as they are; with what was
    /// [received and not sent](ProxySockets::undelivered).
    ///
    /// # Errors
    /// As [`pause`](Proxy::pause), and the sockets are in the error: [`Error::into_proxy_sockets`]. `EDEADLK` on the proxy's own
    /// thread, which ends and closes them.
    pub fn terminate(mut self) -> Result<ProxySockets> {
        self.must_be_ours()?;
        // It fails where the proxy has ended, and the thread says why.
        let _ = self.ask(Order::Terminate);
        let (sockets, error) = self.finish();
        match (sockets, error) {
            (Some(sockets), None) => Ok(sockets),
            (Some(sockets), Some(error)) => Err(sockets.in_error(error)),
            (None, error) => Err(error.unwrap_or_else(lost)),
        }
    }

    /// Waits until an error ends the proxy, and gives it: mostly `ETERM`, when a context is shut down.
    ///
    /// # Errors
    /// Always. The sockets are in it: [`Error::into_proxy_sockets`]. `EDEADLK` on the proxy's own thread, which ends and closes
    /// them.
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
        self.must_be_ours()?;
        let (sockets, error) = self.finish();
        let error = error.unwrap_or_else(lost);
        Err(match sockets {
            Some(sockets) => sockets.in_error(error),
            None => error,
        })
    }

    fn ask(&self, order: Order) -> Result<Statistics> {
        self.must_be_ours()?;
        let (done, answer) = crossbeam_channel::bounded(1);
        // Where the thread has ended, the request is dropped, and with it the way back.
        let _ = self.requests.send(Request { order, done });
        answer.recv().map_err(|_| self.shared.error().unwrap_or_else(lost))
    }

    /// In a forked child there is no thread that could answer, and the thread itself cannot answer itself.
    fn must_be_ours(&self) -> Result<()> {
        if self.is_within() {
            return Err(Error::new(Call::Proxy, Errno::EDEADLK).because("this is the thread of the proxy"));
        }
        if self.origin.is_elsewhere() {
            return Err(Error::new(Call::Proxy, Errno::EINTR).because("the proxy runs in the parent process"));
        }
        Ok(())
    }

    /// Whether this is the proxy's own thread.
    fn is_within(&self) -> bool {
        let thread = self.thread.as_ref().map(|thread| thread.thread().id());
        thread == Some(thread::current().id())
    }

    /// Waits for the thread.
    fn finish(&mut self) -> (Option<ProxySockets>, Option<Error>) {
        if let Some(thread) = self.thread.take() {
            if thread.join().is_err() {
                return (self.shared.take(), Some(lost()));
            }
        }
        (self.shared.take(), self.shared.error())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // On the thread itself it ends the proxy that nobody is left to give orders.
        if self.thread.is_some() && !self.origin.is_elsewhere() && !self.is_within() {
            let _ = self.ask(Order::Terminate);
            self.finish();
        }
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

/// The thread has panicked, as a logger may make it do.
fn lost() -> Error {
    Error::new(Call::Proxy, Errno::EINVAL).because("the thread of the proxy has panicked")
}

impl ProxySockets {
    fn joined(&self) -> Result<Joined<'_>> {
        Joined::check(Call::Proxy, &self.front, &self.back, self.capture.as_ref())
    }
}

impl Shared {
    fn take(&self) -> Option<ProxySockets> {
        lock(&self.sockets).take()
    }

    fn error(&self) -> Option<Error> {
        let error = self.ended.get()?.as_ref()?;
        Some(ended_by(Call::Proxy, error))
    }

    /// The thread.
    fn run(&self, orders: Receiver<Request>) {
        let Some(mut sockets) = self.take() else {
            return;
        };
        let mut commands = Commands {
            orders: &orders,
            paused: &self.paused,
            terminated: None,
        };
        let ran = sockets.joined().map(|joined| pump::run(joined, &mut commands));
        let last = commands.terminated.take();
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
        *lock(&self.sockets) = Some(sockets);
        // Before the requests are dropped, whose askers then look here.
        let _ = self.ended.set(error);
        if let Some((done, statistics)) = last {
            let _ = done.send(statistics);
        }
    }
}

/// The thread's end of the handle.
struct Commands<'s> {
    orders: &'s Receiver<Request>,
    paused: &'s AtomicBool,
    /// Who waits for the end.
    terminated: Option<(crossbeam_channel::Sender<Statistics>, Statistics)>,
}

impl<'s> Control<'s> for Commands<'s> {
    fn watch(&self, poller: &mut Poller<'s>) -> Result<()> {
        poller.add_fd(self.orders, State::POLLIN).map(drop)
    }

    fn obey(&mut self, standing: &mut Standing, statistics: &Statistics) -> Result<()> {
        let request = match self.orders.try_recv() {
            Ok(request) => request,
            Err(TryRecvError::Empty) => return Ok(()),
            Err(TryRecvError::Disconnected) => {
                standing.terminated = true;
                return Ok(());
            }
        };
        match request.order {
            Order::Pause => standing.paused = true,
            Order::Resume => standing.paused = false,
            Order::Statistics => {}
            Order::Terminate => {
                standing.terminated = true;
                self.terminated = Some((request.done, *statistics));
                return Ok(());
            }
        }
        self.paused.store(standing.paused, Ordering::Release);
        let _ = request.done.send(*statistics);
        Ok(())
    }
}
