//! [`Bridge`]: a socket that other threads use through channels.

mod outcome;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::channel::shared::Shared;
use crate::channel::{Receiver, Sender, bounded_with, channel};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::multipart::Multipart;
use crate::refusal::Refusal;
use crate::service::{Commands, Service};
use crate::socket::Socket;
use crate::socket_type::SocketType;

pub use outcome::{Rejected, StartError, Stopped};

use worker::{Command, Worker};

/// A socket that is owned by a dedicated thread, and that other threads use through channels.
///
/// A [`Socket`] is for one thread. A bridge serves many: any number of [`Sender`]s send messages, and the [`Receiver`]
/// receives them, also in a [`Poller`](crate::Poller).
///
/// # Back pressure
/// Both channels are bounded. While the socket cannot send, the outbound channel fills, and then its senders wait. While
/// the inbound channel is full, the socket is not read; then its high-water mark holds up the peers. Beside the channels
/// the bridge keeps one message, which waits to be sent. A PUB, and a ROUTER that is not
/// [mandatory](Socket::set_router_mandatory), drop messages for a peer that is at its high-water mark, with or without a
/// bridge; a mandatory ROUTER waits for the addressed peer, and messages for other peers wait behind it.
///
/// # Rejected messages
/// A message that the socket rejects with another error than `EAGAIN`, for instance `EHOSTUNREACH` of a ROUTER with
/// [`set_router_mandatory`](Socket::set_router_mandatory) or `EFSM` of a REQ, is returned through
/// [`rejected`](Bridge::rejected), and the bridge continues. That channel is not bounded: a program that may cause
/// rejections drains it.
///
/// # One-way socket types
/// PUSH and PUB do not receive: the receiver is disconnected from the start. PULL and SUB do not send: a send returns the
/// value in its error.
///
/// # Stopping
/// [`stop`](Bridge::stop) sends all accepted messages and returns the socket. Dropping the bridge sends what the socket
/// takes without blocking, discards the rest and closes the socket; its [linger](Socket::linger) applies. Both wait for
/// the thread. If the socket holds the last handle of the context, the drop terminates the context, which waits as
/// [`Context`](crate::Context) describes.
///
/// On the bridge's own thread, where a logger and the owners of bytes may run, neither waits: the thread sends what is to
/// be sent and closes the socket. [`Stopped::error`] is `EDEADLK` then.
///
/// When the context ends, the thread closes the socket at once, sends fail, and the receiver is disconnected after the
/// messages that had been received.
///
/// ```
/// use zmq4::bridge::{Bridge, Capacity};
/// use zmq4::{Context, Flags};
/// let context = Context::new()?;
/// let (ours, peer) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
/// ours.bind("inproc://bridged")?;
/// peer.connect("inproc://bridged")?;
///
/// let (bridge, outbound, inbound) = Bridge::start(ours, Capacity::default())?;
/// let thread = std::thread::spawn(move || outbound.send(["Hello", "World"].into_iter().collect()));
/// assert_eq!(peer.recv_message(Flags::NONE)?, ["Hello", "World"]);
/// peer.send("Welcome", Flags::NONE)?;
/// assert_eq!(inbound.recv().unwrap(), ["Welcome"]);
///
/// thread.join().unwrap().unwrap();
/// let stopped = bridge.stop();
/// assert!(stopped.unsent.is_empty());
/// let ours = stopped.socket.unwrap();
/// # drop(ours);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "chan")]
#[must_use = "a bridge that is dropped stops"]
pub struct Bridge {
    rejected: Receiver<Rejected>,
    service: Service<Command, Stopped>,
    /// Whether a stop was sent; dropping the bridge must not replace its deadline.
    stopping: bool,
}

/// How many messages each channel of a [`Bridge`] holds; 1000 by default, like a socket's high-water marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// From the socket to the program.
    pub inbound: usize,
    /// From the program to the socket.
    pub outbound: usize,
}

impl Default for Capacity {
    fn default() -> Capacity {
        Capacity {
            inbound: 1000,
            outbound: 1000,
        }
    }
}

/// A bridge, its outbound channel and its inbound channel.
type Ends = (Bridge, Sender<Multipart>, Receiver<Multipart>);

impl Bridge {
    /// Moves the socket to a dedicated thread, `zmq4-bridge`, and returns the outbound and the inbound channel.
    ///
    /// Options, endpoints and subscriptions are set before, or after [`stop`](Bridge::stop).
    ///
    /// # Errors
    /// The error holds the socket. `EINVAL` for a capacity of 0 or over 16777216; `ENOMEM` if there is no memory for the
    /// channels; `EMFILE` if the process has too few descriptors left: it takes four, and some more on systems other than
    /// Linux; `EAGAIN` if the system has no thread left; `EINTR` for a socket that was made in the parent process.
    pub fn start(socket: Socket, capacity: Capacity) -> Result<Ends, StartError> {
        if socket.raw().is_forked() {
            let error = failed(Errno::EINTR).because("the socket was made in the parent process");
            return Err(StartError::new(error, socket));
        }
        let channels = Commands::new(Call::Bridge)
            .and_then(|commands| Ok((Channels::new(socket.socket_type(), capacity, &commands)?, commands)));
        let (channels, commands) = match channels {
            Ok(channels) => channels,
            Err(error) => return Err(StartError::new(error, socket)),
        };
        let Channels {
            worker,
            outbound,
            inbound,
            rejected,
        } = channels;
        let input = (worker, socket);
        let run = |commands, (worker, socket): (Worker, _)| worker.run(&commands, socket);
        match Service::start(Call::Bridge, "bridge", commands, input, run) {
            Ok(service) => {
                let bridge = Bridge {
                    rejected,
                    service,
                    stopping: false,
                };
                Ok((bridge, outbound, inbound))
            }
            Err((error, (_, socket))) => Err(StartError::new(error, socket)),
        }
    }

    /// The messages that the socket rejected, each with its error, in order; a poller can wait for it.
    ///
    /// It is disconnected when the bridge has stopped.
    ///
    /// ```
    /// use zmq4::bridge::{Bridge, Capacity};
    /// let router = zmq4::Socket::new(zmq4::ROUTER)?;
    /// router.set_router_mandatory(true)?;
    /// let (bridge, outbound, _inbound) = Bridge::start(router, Capacity::default())?;
    /// outbound.send(["unknown", "Hello"].into_iter().collect()).unwrap();
    /// let rejected = bridge.rejected().recv().unwrap();
    /// assert_eq!(rejected.message, ["unknown", "Hello"]);
    /// assert_eq!(rejected.error, zmq4::EHOSTUNREACH);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn rejected(&self) -> &Receiver<Rejected> {
        &self.rejected
    }

    /// Whether the thread serves the socket: until the bridge is stopped, the context ends or the socket fails.
    pub fn is_running(&self) -> bool {
        self.service.is_running()
    }

    /// Accepts no more messages, sends all accepted ones, and returns the socket.
    ///
    /// It waits until the socket has taken the last message, indefinitely if there is no peer. A send that waits for
    /// capacity counts as accepted. Meanwhile messages are received as far as the inbound channel has capacity. The
    /// receiver is disconnected after them.
    ///
    /// ```
    /// use zmq4::bridge::{Bridge, Capacity};
    /// use zmq4::{Context, Flags};
    /// let context = Context::new()?;
    /// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
    /// pull.bind("inproc://stopping")?;
    /// push.connect("inproc://stopping")?;
    /// let (bridge, outbound, _) = Bridge::start(push, Capacity::default())?;
    /// for number in 0..100 {
    ///     outbound.send([number.to_string()].into_iter().collect()).unwrap();
    /// }
    /// let push = bridge.stop().socket.unwrap();
    /// push.send("direct", Flags::NONE)?;
    /// assert!(outbound.send(Default::default()).is_err());
    /// for number in 0..100 {
    ///     assert_eq!(pull.recv(Flags::NONE)?, *number.to_string());
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn stop(mut self) -> Stopped {
        self.end(None)
    }

    /// Like [`stop`](Bridge::stop), but for at most `timeout`: messages that the socket has not taken by then are in
    /// [`Stopped::unsent`], in order.
    ///
    /// With [`Duration::ZERO`] it sends what the socket takes without blocking. A timeout beyond the range of
    /// [`Instant`] is indefinite.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::bridge::{Bridge, Capacity};
    /// let push = zmq4::Socket::new(zmq4::PUSH)?;
    /// let (bridge, outbound, _) = Bridge::start(push, Capacity::default())?;
    /// outbound.send(["Hello"].into_iter().collect()).unwrap();
    /// let stopped = bridge.stop_within(Duration::from_millis(10));
    /// assert_eq!(stopped.unsent[0], ["Hello"]);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn stop_within(mut self, timeout: Duration) -> Stopped {
        self.end(Instant::now().checked_add(timeout))
    }

    fn end(&mut self, deadline: Option<Instant>) -> Stopped {
        if std::mem::replace(&mut self.stopping, true) {
            return Stopped::default();
        }
        self.service.send(Command::Stop { deadline });
        match self.service.join() {
            Ok(stopped) => {
                let mut stopped = stopped.unwrap_or_default();
                stopped.rejected = self.rejected.try_iter().collect();
                stopped
            }
            // On the bridge's own thread, which closes the socket at its end; and in a forked child.
            Err(error) => Stopped {
                error: Some(error),
                ..Stopped::default()
            },
        }
    }
}

/// Sends what the socket takes without blocking, and closes it.
impl Drop for Bridge {
    fn drop(&mut self) {
        drop(self.end(Some(Instant::now())));
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge")
            .field("is_running", &self.is_running())
            .finish_non_exhaustive()
    }
}

const SEND_ONLY: [SocketType; 2] = [SocketType::PUSH, SocketType::PUB];
const RECEIVE_ONLY: [SocketType; 2] = [SocketType::PULL, SocketType::SUB];

/// The channels of a new bridge, and what its thread has of them.
struct Channels {
    worker: Worker,
    outbound: Sender<Multipart>,
    inbound: Receiver<Multipart>,
    rejected: Receiver<Rejected>,
}

impl Channels {
    fn new(ty: SocketType, capacity: Capacity, commands: &Commands<Command>) -> Result<Channels> {
        let shared = || Shared::new().map_err(|errno| Error::refused(Call::Bridge, Refusal::of_system(errno)));
        let (outbound, to_send) = bounded_with(capacity.outbound, shared()?.closable())?;
        let inbound_shared = shared()?.with_space_signal(Arc::clone(commands.waker()));
        let (received, inbound) = bounded_with(capacity.inbound, inbound_shared)?;
        let (reject, rejected) = channel()?;
        let worker = Worker {
            outbound: (!RECEIVE_ONLY.contains(&ty)).then_some(to_send),
            inbound: (!SEND_ONLY.contains(&ty)).then_some(received),
            rejected: reject,
        };
        Ok(Channels {
            worker,
            outbound,
            inbound,
            rejected,
        })
    }
}

fn failed(errno: Errno) -> Error {
    Error::new(Call::Bridge, errno)
}
