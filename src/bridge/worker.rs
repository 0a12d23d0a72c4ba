//! [`Worker`]: the thread that owns the socket of a bridge.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::outcome::{Refused, Stopped};
use crate::channel::{Receiver, Sender, TryRecvError};
use crate::error::Result;
use crate::ffi::bell::Bell;
use crate::ffi::errno::Errno;
use crate::flags::{Flags, State};
use crate::multipart::Multipart;
use crate::poll::{ItemId, Poller};
use crate::socket::Socket;
use crate::sync::lock;

/// How many messages go one way before the other has its turn.
const BATCH: usize = 64;

/// For how long a socket is left alone that says it can send, and then cannot. It grows while that goes on.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// How a bridge tells its thread what to do.
#[derive(Debug)]
pub(super) struct Control {
    /// Rings for an order, and for room in the inbound channel.
    bell: Arc<Bell>,
    order: Mutex<Order>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Run,
    /// Send what was accepted, for ever or until the deadline, and end.
    Stop {
        deadline: Option<Instant>,
    },
}

impl Control {
    pub(super) fn new() -> Result<Control, Errno> {
        Ok(Control {
            bell: Arc::new(Bell::new()?),
            order: Mutex::new(Order::Run),
        })
    }

    pub(super) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    pub(super) fn order(&self, order: Order) {
        *lock(&self.order) = order;
        self.bell.ring();
    }

    /// The order of now; the bell rings for what comes later.
    fn current(&self) -> Order {
        self.bell.silence();
        *lock(&self.order)
    }
}

/// What the thread has beside the socket. An end is missing where the socket's type does not go that way.
pub(super) struct Worker {
    pub(super) outbound: Option<Receiver<Multipart>>,
    pub(super) inbound: Option<Sender<Multipart>>,
    pub(super) refused: Sender<Refused>,
    pub(super) control: Arc<Control>,
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

/// What the worker waits for.
struct Waiting<'s> {
    poller: Poller<'s>,
    socket: ItemId,
    outbound: Option<ItemId>,
}

impl<'s> Waiting<'s> {
    fn new(worker: &Worker, socket: &'s Socket) -> Result<Waiting<'s>> {
        let mut poller = Poller::new();
        let id = poller.add(socket, State::empty())?;
        poller.add_kept(Arc::clone(worker.control.bell()) as _, State::POLLIN)?;
        let outbound = match &worker.outbound {
            Some(outbound) => Some(poller.add_kept(Arc::clone(outbound.bell()) as _, State::POLLIN)?),
            None => None,
        };
        Ok(Waiting {
            poller,
            socket: id,
            outbound,
        })
    }

    /// Waits until the socket is ready for `events`, there is an order, or, if `more` is wanted, something to send; says
    /// what the socket is ready for.
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
    pub(super) fn run(self, socket: Socket) -> Stopped {
        let mut pending = None;
        let served = self.serve(&socket, &mut pending);
        let error = served.err();
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
            refused: Vec::new(),
            error,
        }
    }

    /// Until there is an order to stop and it is done, or an error that ends it all. What is on its way to the socket is
    /// `pending`.
    fn serve(&self, socket: &Socket, pending: &mut Option<Multipart>) -> Result<()> {
        let mut waiting = Waiting::new(self, socket)?;
        let mut ready = State::empty();
        let mut pause = None;
        loop {
            let order = self.control.current();
            if let (Order::Stop { .. }, Some(outbound)) = (order, &self.outbound) {
                outbound.close();
            }
            let sent = self.send(socket, pending)?;
            let mut timeout = None;
            if let Order::Stop { deadline } = order {
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
            if self.inbound.as_ref().is_some_and(Sender::has_room) {
                events |= State::POLLIN;
            }
            if sent != Progress::Blocked {
                pause = None;
            } else if ready.contains(State::POLLOUT) {
                // A ROUTER that must tell can send to some of its peers, and not to the one that is meant.
                let longer = pause.map_or(SHORTEST_PAUSE, |pause: Duration| (2 * pause).min(LONGEST_PAUSE));
                pause = Some(longer);
                timeout = Some(timeout.map_or(longer, |timeout| timeout.min(longer)));
            } else {
                events |= State::POLLOUT;
            }
            let more = matches!(sent, Progress::Idle | Progress::Busy);
            ready = waiting.wait(events, more, timeout)?;
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
                // Where nobody wants to know, it is discarded.
                _ => drop(self.refused.send(Refused::new(message, error))),
            }
        }
        Ok(Progress::Busy)
    }

    fn receive(&self, socket: &Socket) -> Result<()> {
        let Some(inbound) = &self.inbound else { return Ok(()) };
        for _ in 0..BATCH {
            if !inbound.has_room() {
                break;
            }
            match socket.recv_message(Flags::DONTWAIT) {
                // It fails where the receiver has just gone, with all that it had.
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

/// Takes what was accepted by a channel that is closed, and waits for the senders that are just putting something in.
fn take_rest(outbound: &Receiver<Multipart>, rest: &mut Vec<Multipart>) {
    let mut poller = Poller::new();
    loop {
        match outbound.try_recv() {
            Ok(message) => rest.push(message),
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                if poller.is_empty() {
                    let _ = poller.add_kept(Arc::clone(outbound.bell()) as _, State::POLLIN);
                }
                // They do not wait for anything, so this is short; the bell rings for the last of them.
                let _ = poller.poll(Some(LONGEST_PAUSE));
            }
        }
    }
}
