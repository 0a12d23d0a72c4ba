//! [`Auth`]: the ZAP handler of a context, on a dedicated thread.

use std::fmt;
use std::ops::Deref;
use std::thread;
use std::time::{Duration, Instant};

use super::log;
use super::policies::Policies;
use crate::context::Context;
use crate::error::{Call, Result};
use crate::ffi::errno::Errno;
use crate::flags::{DONTWAIT, POLLIN};
use crate::message::Message;
use crate::multipart::Multipart;
use crate::poll::Poller;
use crate::service::{Commands, Service};
use crate::socket::Socket;
use crate::socket_type::ROUTER;

/// Where libzmq sends its requests.
const ENDPOINT: &str = "inproc://zeromq.zap.01";

/// How long to retry the bind, because libzmq frees the name a moment after its socket was closed.
const BIND_TIMEOUT: Duration = Duration::from_millis(500);

/// How long a handler that is being stopped replies to requests that came before.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

/// The authentication handler of a context: a thread that replies to libzmq's requests about peers (ZAP, [RFC 27](https://rfc.zeromq.org/spec/27/)) by its
/// [`Policies`].
///
/// It dereferences to its policies: `auth.allow(...)`, `auth.plain_add(...)`. A context has at most one handler. Start it
/// before the servers of its context bind. It decides about the peers of sockets with the role of a
/// [`Server`](super::Server), with NULL only if that has a domain.
///
/// # When it ends
/// Dropping it ends the thread, and waits for it: for the current request, closures included. The policies stay, if there
/// is another handle. Connections that were let in stay too.
///
/// **Without a handler** libzmq lets all NULL and CURVE clients in, whatever their key, and no PLAIN clients. So keep it as
/// long as its servers, and close those first; or make them [enforced](super::Server::enforced), and then they let no peer in.
///
/// A context that is [shut down](Context::shutdown) ends the thread as well, so [`Context::term`] does not wait for it. The
/// thread has a socket of the context, and with that a handle of it: as long as the `Auth` is there the context is.
///
/// # Threads
/// It may be used and dropped on any thread, also by a closure that it calls.
///
/// # Fork
/// A forked child does not have the thread, and dropping it there does nothing.
///
/// ```
/// use zmq4::Context;
/// use zmq4::auth::{Auth, Server};
///
/// let context = Context::new()?;
/// let auth = Auth::start(&context)?;
/// auth.allow("*", ["127.0.0.1"])?;
/// let server = context.socket(zmq4::PULL)?;
/// server.secure(&Server::null().domain("shop"))?;
/// server.bind("tcp://127.0.0.1:*")?;
/// # Ok::<(), zmq4::Error>(())
/// ```
#[must_use = "dropping it ends it, and then libzmq lets NULL and CURVE clients in"]
pub struct Auth {
    policies: Policies,
    service: Service<Command, ()>,
}

/// The commands of the thread.
enum Command {
    Stop,
}

impl Auth {
    /// Starts a handler with new, empty policies: NULL clients are let in, and no others.
    ///
    /// If servers are bound already, make the policies first, and use [`with`](Auth::with).
    ///
    /// # Errors
    /// `EADDRINUSE` if the context has one already, or a socket that is bound to `inproc://zeromq.zap.01`; `EINVAL`, unless
    /// libzmq is [repaired](crate::has), if a [server](crate::auth::Server) of the context connects and reconnects by itself;
    /// `EMFILE` and `ETERM` like [`Context::socket`]; `EAGAIN` if the system cannot start a thread.
    #[doc(alias = "AuthStart")]
    pub fn start(context: &Context) -> Result<Auth> {
        Auth::with(context, &Policies::new())
    }

    /// Starts a handler with these policies, which other handlers may share.
    ///
    /// # Errors
    /// Those of [`start`](Auth::start).
    pub fn with(context: &Context, policies: &Policies) -> Result<Auth> {
        let commands = Commands::new(Call::Auth)?;
        let socket = context.socket(ROUTER)?;
        socket.set_linger(Some(Duration::ZERO))?;
        bind(&socket)?;
        log::event(policies.is_verbose(), "Starting");
        let handed_over = (policies.clone(), socket);
        let service = Service::start(
            Call::Auth,
            "auth",
            commands,
            handed_over,
            |commands, (policies, socket)| {
                Handler { policies, commands }.run(&socket);
            },
        );
        Ok(Auth {
            policies: policies.clone(),
            service: service.map_err(|(error, _)| error)?,
        })
    }

    /// The policies, of which `clone` gives another handle.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Whether it still replies: `false` soon after its context was shut down, and at once when that is terminated.
    pub fn is_running(&self) -> bool {
        self.service.is_running()
    }

    /// Ends it, as dropping it does. Another one may be started at once.
    #[doc(alias = "AuthStop")]
    pub fn stop(self) {
        drop(self);
    }
}

impl Deref for Auth {
    type Target = Policies;

    fn deref(&self) -> &Policies {
        &self.policies
    }
}

/// The service waits for the thread.
impl Drop for Auth {
    fn drop(&mut self) {
        self.service.send(Command::Stop);
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("running", &self.is_running())
            .field("policies", &self.policies)
            .finish()
    }
}

/// Binds the name, and retries while libzmq has not freed it yet.
fn bind(socket: &Socket) -> Result<()> {
    let end = Instant::now() + BIND_TIMEOUT;
    loop {
        match socket.bind(ENDPOINT) {
            Err(error) if error == Errno::EADDRINUSE && Instant::now() < end => thread::sleep(Duration::from_millis(1)),
            Err(error) if error == Errno::EADDRINUSE => {
                return Err(error.because("the context has an authentication handler already"));
            }
            bound => return bound,
        }
    }
}

/// The thread.
struct Handler {
    policies: Policies,
    commands: Commands<Command>,
}

impl Handler {
    /// The queue of commands is closed before the socket is, for which whoever terminates the context waits.
    fn run(self, socket: &Socket) {
        let why = match self.serve(socket) {
            Ok(()) => "Stopped",
            Err(_) => "Quitting: the context has ended",
        };
        log::event(self.policies.is_verbose(), why);
    }

    /// Replies to requests until it is stopped; the error is that of a context that has ended.
    fn serve(&self, socket: &Socket) -> Result<()> {
        let mut poller = Poller::new();
        poller.add(socket, POLLIN)?;
        poller.add_fd(&**self.commands.waker(), POLLIN)?;
        while self.commands.next().is_none() {
            if !self.next(socket)? {
                continue_unless_terminated(poller.poll(None).map(drop))?;
            }
        }
        // The name is free when this returns; closing the socket would free it some time later.
        continue_unless_terminated(socket.unbind(ENDPOINT))?;
        // Peers whose requests are pending would wait until their handshake times out.
        let end = Instant::now() + DRAIN_TIMEOUT;
        while self.next(socket)? && Instant::now() < end {}
        Ok(())
    }

    /// Replies to one request, if there is one.
    fn next(&self, socket: &Socket) -> Result<bool> {
        let mut request = match socket.recv_message(DONTWAIT) {
            Ok(request) => request,
            Err(error) => return continue_unless_terminated(Err(error)).map(|()| false),
        };
        let peer = request.pop_front().unwrap_or_default();
        // In RFC 27 the peers are REQ sockets, whose envelope ends in an empty frame; there is no reply to others.
        if request.pop_front().is_some_and(|delimiter| delimiter.is_empty()) {
            let answer = self.policies.answer(&request);
            // Before the memory is freed: it may contain a password.
            request.iter_mut().for_each(|frame| frame.0.wipe());
            continue_unless_terminated(send(socket, peer, answer))?;
        }
        Ok(true)
    }
}

fn send(socket: &Socket, peer: Message, answer: Multipart) -> Result<()> {
    socket.send_message_dontwait((peer, Message::new(), answer)).map(drop)
}

/// Continues after every error but the end of the context: without a reply peers wait, without a handler they are let in.
fn continue_unless_terminated(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error == Errno::ETERM => Err(error),
        Err(error) if error.is_would_block() || error == Errno::EINTR => Ok(()),
        Err(error) => {
            log::handler_error(&error);
            thread::sleep(Duration::from_millis(1));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
