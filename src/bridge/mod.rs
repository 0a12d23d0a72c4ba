//! [`Bridge`]: a socket that other threads talk to through channels.

mod outcome;
mod worker;

use std::fmt;
use std::io;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::channel::link::Link;
use crate::channel::{Receiver, Sender, bounded_with, channel};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::fork::Origin;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::socket_type::SocketType;

pub use outcome::{Refused, StartError, Stopped};

use worker::{Control, Order, Worker};

/// A socket that a thread of its own owns, and that other threads send to and receive from through channels.
///
/// A [`Socket`] is for one thread. Behind a bridge it serves many: any number of [`Sender`]s put messages in, and the
/// [`Receiver`] takes messages out, each of them where it is needed, in a [`Poller`](crate::Poller) too.
///
/// # Back pressure
/// Both channels are bounded. When the socket cannot send, the outbound channel fills, and then its senders wait. When
/// the inbound channel is full, the socket is not read until a value is taken; then its high-water mark holds up the
/// peers. Beside the channels the bridge keeps one message, which waits to be sent. A PUB, and a ROUTER that is not
/// [mandatory](Socket::set_router_mandatory), drop what a peer has no room for, here as everywhere; a mandatory ROUTER waits
/// for the peer that is meant, and what is for others waits behind.
///
/// # What the socket refuses
/// A message that the socket does not take for another reason than that it would have to wait, `EHOSTUNREACH` of a ROUTER
/// with [`set_router_mandatory`](Socket::set_router_mandatory) or `EFSM` out of turn for instance, comes back through
/// [`refused`](Bridge::refused), and the bridge goes on. That channel has no limit: whoever may cause refusals takes them.
///
/// # Types that go one way
/// PUSH and PUB receive nothing: the receiver says at once that its senders are gone. PULL and SUB send nothing: the
/// senders give each value back.
///
/// # The end
/// [`stop`](Bridge::stop) sends all that was accepted and gives the socket back. Dropping the bridge hands the socket what
/// it takes without waiting, discards the rest and closes the socket; [linger](Socket::linger) then holds as always. Both
/// wait for the thread, which waits for nobody. If the last handle of the context is the socket's, the drop terminates
/// the context, and that waits as it does everywhere.
///
/// On the bridge's own thread, where a logger and the owners of bytes may run, neither waits: the thread sends what it is to send, and
/// closes the socket. [`Stopped::error`] is `EDEADLK` then.
///
/// When the context ends the thread closes the socket at once, the senders give values back, and the receiver ends after
/// what had come.
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
    refused: Receiver<Refused>,
    control: Arc<Control>,
    /// None once the bridge has stopped.
    thread: Option<JoinHandle<Stopped>>,
    origin: Origin,
}

/// How many messages each channel of a [`Bridge`] holds; 1000 by default, as the marks of a socket.
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

/// A bridge, where to put messages in, and where to take them out.
type Ends = (Bridge, Sender<Multipart>, Receiver<Multipart>);

impl Bridge {
    /// Moves the socket to a thread of its own, called `zmq4-bridge`, and gives the channels that lead to it.
    ///
    /// Options, endpoints and subscriptions are set before, or after [`stop`](Bridge::stop).
    ///
    /// # Errors
    /// The socket is in the error. `EINVAL` for a capacity of 0 or over 16777216; `ENOMEM` where there is no memory for
    /// the channels; `EMFILE` where the process has too few descriptors left: it takes four, and some more on systems
    /// other than Linux; `EAGAIN` where the system has no thread left; `EINTR` for a socket that was made in the parent
    /// process.
    pub fn start(socket: Socket, capacity: Capacity) -> Result<Ends, StartError> {
        if socket.raw().is_forked() {
            let error = refusal(Errno::EINTR).because("the socket was made in the parent process");
            return Err(StartError::new(error, socket));
        }
        let (worker, ends) = match Bridge::prepare(socket.socket_type(), capacity) {
            Ok(prepared) => prepared,
            Err(error) => return Err(StartError::new(error, socket)),
        };
        // Handed over once the thread is there, so that the socket is not lost where there is none.
        let (hand_over, given) = mpsc::channel::<(Worker, Socket)>();
        let thread = thread::Builder::new().name("zmq4-bridge".to_owned()).spawn(move || {
            let Ok((worker, socket)) = given.recv() else {
                return Stopped::default();
            };
            worker.run(socket)
        });
        let lost = |error, (_, socket)| Err(StartError::new(error, socket));
        let thread = match thread {
            Ok(thread) => thread,
            Err(error) => return lost(no_thread(&error), (worker, socket)),
        };
        if let Err(mpsc::SendError(returned)) = hand_over.send((worker, socket)) {
            return lost(refusal(Errno::EAGAIN), returned);
        }
        let (mut bridge, outbound, inbound) = ends;
        bridge.thread = Some(thread);
        Ok((bridge, outbound, inbound))
    }

    fn prepare(ty: SocketType, capacity: Capacity) -> Result<(Worker, Ends)> {
        let link = || Link::new().map_err(|errno| Error::new(Call::Bridge, errno));
        let control = Arc::new(Control::new().map_err(|errno| Error::new(Call::Bridge, errno))?);
        let (outbound, to_send) = bounded_with(capacity.outbound, link()?.closable())?;
        let with_room = link()?.with_room(Arc::clone(control.bell()));
        let (received, inbound) = bounded_with(capacity.inbound, with_room)?;
        let (refuse, refused) = channel()?;
        let worker = Worker {
            outbound: (!RECEIVE_ONLY.contains(&ty)).then_some(to_send),
            inbound: (!SEND_ONLY.contains(&ty)).then_some(received),
            refused: refuse,
            control: Arc::clone(&control),
        };
        let bridge = Bridge {
            refused,
            control,
            thread: None,
            origin: Origin::here(),
        };
        Ok((worker, (bridge, outbound, inbound)))
    }

    /// The messages that the socket did not take, each with its error, in order; a poller can wait on it.
    ///
    /// It ends when the bridge has stopped.
    ///
    /// ```
    /// use zmq4::bridge::{Bridge, Capacity};
    /// let router = zmq4::Socket::new(zmq4::ROUTER)?;
    /// router.set_router_mandatory(true)?;
    /// let (bridge, outbound, _inbound) = Bridge::start(router, Capacity::default())?;
    /// outbound.send(["nobody", "Hello"].into_iter().collect()).unwrap();
    /// let refused = bridge.refused().recv().unwrap();
    /// assert_eq!(refused.message, ["nobody", "Hello"]);
    /// assert_eq!(refused.error, zmq4::EHOSTUNREACH);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn refused(&self) -> &Receiver<Refused> {
        &self.refused
    }

    /// Whether the thread serves the socket. It does until it is told to stop, the context ends or the socket fails.
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Accepts nothing more, sends all that was accepted, and gives the socket back.
    ///
    /// It waits until the socket has taken the last message, for ever where there is no peer. A sender that waits for room
    /// has been accepted. Messages go on being received meanwhile, as far as there is room. What was received stays in
    /// the receiver, which ends after it.
    ///
    /// ```
    /// use zmq4::bridge::{Bridge, Capacity};
    /// use zmq4::{Context, Flags};
    /// let context = Context::new()?;
    /// let (push, pull) = (context.socket(zmq4::PUSH)?, context.socket(zmq4::PULL)?);
    /// pull.bind("inproc://last words")?;
    /// push.connect("inproc://last words")?;
    /// let (bridge, outbound, _) = Bridge::start(push, Capacity::default())?;
    /// for number in 0..100 {
    ///     outbound.send([number.to_string()].into_iter().collect()).unwrap();
    /// }
    /// let push = bridge.stop().socket.unwrap();
    /// push.send("by hand", Flags::NONE)?;
    /// assert!(outbound.send(Default::default()).is_err());
    /// for number in 0..100 {
    ///     assert_eq!(pull.recv(Flags::NONE)?, *number.to_string());
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn stop(mut self) -> Stopped {
        self.end(None)
    }

    /// As [`stop`](Bridge::stop), and tries no longer than the time-out: what the socket has not taken by then is in
    /// [`Stopped::unsent`], in order.
    ///
    /// With [`Duration::ZERO`] the socket gets what it takes without waiting. A time-out that is too long for the clock is
    /// for ever.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::bridge::{Bridge, Capacity};
    /// let lonely = zmq4::Socket::new(zmq4::PUSH)?;
    /// let (bridge, outbound, _) = Bridge::start(lonely, Capacity::default())?;
    /// outbound.send(["Hello"].into_iter().collect()).unwrap();
    /// let stopped = bridge.stop_within(Duration::from_millis(10));
    /// assert_eq!(stopped.unsent[0], ["Hello"]);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn stop_within(mut self, timeout: Duration) -> Stopped {
        self.end(Instant::now().checked_add(timeout))
    }

    fn end(&mut self, deadline: Option<Instant>) -> Stopped {
        let Some(thread) = self.thread.take() else {
            return Stopped::default();
        };
        if self.origin.is_elsewhere() {
            // A forked child has no such thread, and would wait for it for ever.
            let error = refusal(Errno::EINTR).because("the bridge belongs to the parent process");
            return Stopped {
                error: Some(error),
                ..Stopped::default()
            };
        }
        self.control.order(Order::Stop { deadline });
        if thread.thread().id() == thread::current().id() {
            // Its last act is to close the socket.
            let error = refusal(Errno::EDEADLK).because("this is the thread of the bridge");
            return Stopped {
                error: Some(error),
                ..Stopped::default()
            };
        }
        let mut stopped = thread.join().unwrap_or_else(|_| Stopped {
            error: Some(refusal(Errno::EFAULT).because("its thread panicked")),
            ..Stopped::default()
        });
        stopped.refused = self.refused.try_iter().collect();
        stopped
    }
}

/// Hands the socket what it takes without waiting, and closes it.
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

fn refusal(errno: Errno) -> Error {
    Error::new(Call::Bridge, errno)
}

fn no_thread(error: &io::Error) -> Error {
    let errno = error.raw_os_error().map_or(Errno::EAGAIN, Errno::new);
    refusal(errno).because("the system has no thread left")
}
