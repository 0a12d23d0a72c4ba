//! [`Worker`]: the thread that owns the socket of a bridge.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::outcome::{Rejected, Stopped};
use crate::channel::{Receiver, Sender, TryRecvError};
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::{Flags, State};
use crate::multipart::Multipart;
use crate::poll::{ItemId, Poller};
use crate::service::Commands;
use crate::socket::Socket;

/// How many messages are sent, or received, before the other direction has its turn.
const BATCH: usize = 64;

/// How long to wait before the next attempt on a socket that reports POLLOUT and fails with `EAGAIN`. It doubles.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// The commands of the thread.
pub(super) enum Command {
    /// Send what was accepted, indefinitely or until the deadline, and end.
    Stop { deadline: Option<Instant> },
}

/// What the thread has beside the socket and the commands. An end is missing if the socket's type does not go that way.
pub(super) struct Worker {
    pub(super) outbound: Option<Receiver<Multipart>>,
    /// The waker of the commands also stands for free capacity in this channel.
    pub(super) inbound: Option<Sender<Multipart>>,
    pub(super) rejected: Sender<Rejected>,
}

/// How far sending has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Everything is sent, and nothing more will come.
    Ended,
    /// Everything is sent.
    Idle,
    /// A message waits until the socket can send.
    Blocked,
    /// There may be more to send.
    Busy,
}

/// The items that the worker polls.
struct WorkerPoller<'s> {
    poller: Poller<'s>,
    socket: ItemId,
    outbound: Option<ItemId>,
}

impl<'s> WorkerPoller<'s> {
    fn new(worker: &Worker, commands: &Commands<Command>, socket: &'s Socket) -> Result<WorkerPoller<'s>> {
        let mut poller = Poller::new();
        let id = poller.add(socket, State::empty())?;
        poller.add_fd(Arc::clone(commands.waker()), State::POLLIN)?;
        let outbound = match &worker.outbound {
            Some(outbound) => Some(poller.add_fd(Arc::clone(outbound.waker()), State::POLLIN)?),
            None => None,
        };
        Ok(WorkerPoller {
            poller,
            socket: id,
            outbound,
        })
    }

    /// Waits until the socket is ready for `events`, there is a command, or, if `more` is wanted, something to send.
    /// Returns what the socket is ready for.
    fn wait(&mut self, events: State, more: bool, timeout: Option<Duration>) -> Result<State> {
        self.poller.update(self.socket, events)?;
        if let Some(outbound) = self.outbound {
            let events = if more { State::POLLIN } else { State::empty() };
            self.poller.update(outbound, events)?;
        }
        let socket = self.socket;
        match self.poller.poll(timeout) {
            Ok(ready) => {
                let socket = ready.iter().find(|item| item.id() == socket);
                Ok(socket.map_or(State::empty(), |item| item.events()))
            }
            Err(error) if error == Errno::EINTR => Ok(State::empty()),
            Err(error) => Err(error),
        }
    }
}

impl Worker {
    pub(super) fn run(self, commands: &Commands<Command>, socket: Socket) -> Stopped {
        let mut pending = None;
        let error = self.serve(commands, &socket, &mut pending).err();
        // A context that has ended waits for its sockets.
        let socket = (error.as_ref().is_none_or(|error| *error != Errno::ETERM)).then_some(socket);
        let mut unsent: Vec<Multipart> = pending.into_iter().collect();
        if let Some(outbound) = &self.outbound {
            outbound.close();
            take_rest(outbound, &mut unsent);
        }
        Stopped {
            socket,
            unsent,
            rejected: Vec::new(),
            error,
        }
    }

    /// Serves the socket until a stop is carried out, or an error ends it. The message that the socket did not take yet
    /// is `pending`.
    fn serve(&self, commands: &Commands<Command>, socket: &Socket, pending: &mut Option<Multipart>) -> Result<()> {
        let mut poller = WorkerPoller::new(self, commands, socket)?;
        let mut ready = State::empty();
        let mut pause = None;
        let mut stop = None;
        loop {
            // The waker is reset before the channels are looked at: it stands for capacity too.
            while let Some(Command::Stop { deadline }) = commands.next() {
                stop = Some(deadline);
                if let Some(outbound) = &self.outbound {
                    outbound.close();
                }
            }
            let sent = self.send(socket, pending)?;
            let mut timeout = None;
            if let Some(deadline) = stop {
                let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
                if sent == Progress::Ended || sent == Progress::Blocked && left == Some(Duration::ZERO) {
                    return Ok(());
                }
                timeout = left;
            }
            if ready.contains(State::POLLIN) {
                self.receive(socket)?;
            }
            if sent == Progress::Busy {
                timeout = Some(Duration::ZERO);
            }
            let mut events = State::empty();
            if self.inbound.as_ref().is_some_and(Sender::has_capacity) {
                events |= State::POLLIN;
            }
            if sent != Progress::Blocked {
                pause = None;
            } else if ready.contains(State::POLLOUT) {
                // A mandatory ROUTER can send to some of its peers, and not to the addressed one.
                let longer = pause.map_or(SHORTEST_PAUSE, |pause: Duration| (2 * pause).min(LONGEST_PAUSE));
                pause = Some(longer);
                timeout = Some(timeout.map_or(longer, |timeout| timeout.min(longer)));
            } else {
                events |= State::POLLOUT;
            }
            let more = matches!(sent, Progress::Idle | Progress::Busy);
            ready = poller.wait(events, more, timeout)?;
        }
    }

    fn send(&self, socket: &Socket, pending: &mut Option<Multipart>) -> Result<Progress> {
        let Some(outbound) = &self.outbound else {
            return Ok(Progress::Ended);
        };
        for _ in 0..BATCH {
            let mut message = match pending.take().map_or_else(|| outbound.try_recv(), Ok) {
                Ok(message) => message,
                Err(TryRecvError::Empty) => return Ok(Progress::Idle),
                Err(TryRecvError::Disconnected) => return Ok(Progress::Ended),
            };
            let Err(error) = socket.send_message_dontwait(&mut message) else {
                continue;
            };
            match error.errno() {
                Errno::EAGAIN => {
                    *pending = Some(message);
                    return Ok(Progress::Blocked);
                }
                Errno::EINTR => *pending = Some(message),
                Errno::ETERM => {
                    *pending = Some(message);
                    return Err(error);
                }
                // Discarded if the handle is gone.
                _ => drop(self.rejected.send(Rejected::new(message, error))),
            }
        }
        Ok(Progress::Busy)
    }

    fn receive(&self, socket: &Socket) -> Result<()> {
        let Some(inbound) = &self.inbound else { return Ok(()) };
        for _ in 0..BATCH {
            if !inbound.has_capacity() {
                break;
            }
            match socket.recv_message(Flags::DONTWAIT) {
                // It fails if the receiver has just been dropped, with all that it had.
                Ok(message) => drop(inbound.try_send(message)),
                Err(error) => match error.errno() {
                    Errno::EINTR => {}
                    // Out of turn: a REQ has received its reply, a REP its request.
                    Errno::EAGAIN | Errno::EFSM => break,
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }
}

/// Takes what a closed channel had accepted, and waits for the senders that are inside a send.
fn take_rest(outbound: &Receiver<Multipart>, rest: &mut Vec<Multipart>) {
    let mut poller = Poller::new();
    loop {
        match outbound.try_recv() {
            Ok(message) => rest.push(message),
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                if poller.is_empty() {
                    let _ = poller.add_fd(Arc::clone(outbound.waker()), State::POLLIN);
                }
                // They do not wait for anything, so this is short; the last of them wakes the receiver.
                let _ = poller.poll(Some(LONGEST_PAUSE));
            }
        }
    }
}
