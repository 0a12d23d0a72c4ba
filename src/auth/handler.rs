//! [`Auth`]: the thread that answers libzmq's questions about peers.

use std::fmt;
use std::ops::Deref;
use std::thread;
use std::time::{Duration, Instant};

use super::journal;
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

/// Where libzmq asks.
const ENDPOINT: &str = "inproc://zeromq.zap.01";

/// How long to try for that name, which libzmq frees a moment after its socket was closed.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a handler that is being stopped goes on with what was asked before.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Decides for a context which peers are let in: a thread that answers libzmq's questions (ZAP, RFC 27) by [`Policies`].
///
/// It reads as its policies: `auth.allow(...)`, `auth.plain_add(...)`. One context has one of these at most, and a
/// process as many as it has contexts. It must be there before the servers of its context bind. It is asked about the
/// peers of a socket that has the role of a [`Server`](super::Server), with NULL only where that has a domain.
///
/// # When it ends
/// Dropping it ends the thread, and waits for that: for what is being answered, closures included. The policies stay, if
/// there is another handle. Connections that were let in stay too.
///
/// **Without it** libzmq goes on as if nobody had asked: NULL and CURVE clients are all let in, whatever their key, and
/// PLAIN clients are not. So keep it as long as its servers, and close those first; or have them
/// [enforced](super::Server::enforced), and they let nobody in then.
///
/// A context that is [shut down](Context::shutdown) ends the thread as well, so [`Context::term`] does not wait for it. The
/// thread has a socket of the context, and with that a handle of it: as long as the `Auth` is there the context is.
///
/// # Threads
/// It may be used from any thread, and dropped on any, also by a closure that it runs.
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
#[must_use = "dropping it ends it, and then libzmq lets in whom nobody asks about"]
pub struct Auth {
    policies: Policies,
    service: Service<Command, ()>,
}

/// What the thread can be told.
enum Command {
    Stop,
}

impl Auth {
    /// Starts one with policies of its own, none at first: NULL is let in, and nothing else.
    ///
    /// Where servers are bound already, make the policies first, and use [`with`](Auth::with).
    ///
    /// # Errors
    /// `EADDRINUSE` where the context has one already, or a socket that is bound to `inproc://zeromq.zap.01`; `EINVAL` if a
    /// [server](crate::auth::Server) of the context connects, and connects again by itself; `EMFILE`
    /// and `ETERM` as [`Context::socket`]; `EAGAIN` where the system gives no thread.
    #[doc(alias = "AuthStart")]
    pub fn start(context: &Context) -> Result<Auth> {
        Auth::with(context, &Policies::new())
    }

    /// Starts one with these policies, which others may have as well.
    ///
    /// # Errors
    /// As [`start`](Auth::start).
    pub fn with(context: &Context, policies: &Policies) -> Result<Auth> {
        let commands = Commands::new(Call::Auth)?;
        let socket = context.socket(ROUTER)?;
        socket.set_linger(Some(Duration::ZERO))?;
        bind(&socket)?;
        journal::event(policies.is_verbose(), "Starting");
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

    /// Whether it still answers: `false` soon after its context was shut down, and at once when it is terminated.
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

/// Binds the name, again while libzmq has not yet freed it.
fn bind(socket: &Socket) -> Result<()> {
    let end = Instant::now() + PATIENCE;
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

/// What the thread has beside its socket.
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
        journal::event(self.policies.is_verbose(), why);
    }

    /// Answers until it is told to end; an error is that of a context that has ended.
    fn serve(&self, socket: &Socket) -> Result<()> {
        let mut poller = Poller::new();
        poller.add(socket, POLLIN)?;
        poller.add_fd(&**self.commands.waker(), POLLIN)?;
        while self.commands.next().is_none() {
            if !self.next(socket)? {
                survive(poller.poll(None).map(drop))?;
            }
        }
        // The name is free when this returns; closing the socket would free it some time later.
        survive(socket.unbind(ENDPOINT))?;
        // Peers that were asked about before would wait until their handshake times out.
        let end = Instant::now() + LAST_WORDS;
        while self.next(socket)? && Instant::now() < end {}
        Ok(())
    }

    /// Answers one request, if there is one.
    fn next(&self, socket: &Socket) -> Result<bool> {
        let mut request = match socket.recv_message(DONTWAIT) {
            Ok(request) => request,
            Err(error) => return survive(Err(error)).map(|()| false),
        };
        let peer = request.pop_front().unwrap_or_default();
        // RFC 27 has the peers be REQ sockets, whose envelope ends in an empty frame; others cannot be answered.
        if request.pop_front().is_some_and(|delimiter| delimiter.is_empty()) {
            let answer = self.policies.answer(&request);
            // Before the memory is another's: a password may be in it.
            request.iter_mut().for_each(|frame| frame.0.wipe());
            survive(send(socket, peer, answer))?;
        }
        Ok(true)
    }
}

fn send(socket: &Socket, peer: Message, answer: Multipart) -> Result<()> {
    socket.send_message_dontwait((peer, Message::new(), answer)).map(drop)
}

/// Goes on after every error but the end of the context: without an answer peers wait, without a handler they get in.
fn survive(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error == Errno::ETERM => Err(error),
        Err(error) if error.is_would_block() || error == Errno::EINTR => Ok(()),
        Err(error) => {
            journal::trouble(&error);
            thread::sleep(Duration::from_millis(1));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
