//! [`Ids`]: the routing ids that a program assigns to peers, each to one peer at a time: libzmq aborts if two have the
//! same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Socket;
use crate::context::Context;
use crate::endpoint::{AttachMode, Endpoint};
use crate::socket_type::SocketType;
use crate::version::repaired;

pub(super) type Id = Vec<u8>;

/// How long to wait for libzmq's threads to end a connection. That usually takes microseconds.
const REUSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Bits of `ZMQ_AFFINITY`.
const THREADS_WITH_AFFINITY: u32 = 64;

/// The ids that are in use.
#[derive(Default)]
pub(crate) struct Ids(RefCell<Known>);

#[derive(Default)]
struct Known {
    given: HashMap<Id, Given>,
    /// For the next connection.
    next: Option<Id>,
    /// Whether the socket was ever bound or connected over inproc: then other threads send it commands, too.
    inproc: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// To the next connection, or to an existing one.
    Held,
    /// Its endpoint was disconnected, and libzmq's threads end the connection next.
    Ends,
    /// Its endpoint was disconnected, and libzmq keeps the connection until sent messages are delivered, or longer.
    Lingers,
}

/// Why an id cannot be assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Held,
    Lingers,
    /// It may be free later.
    Ends,
}

impl Ids {
    fn taken(&self, id: &[u8]) -> Option<Taken> {
        let known = self.0.borrow();
        match known.given.get(id)? {
            Given::Held if known.next.as_deref() == Some(id) => None,
            Given::Held => Some(Taken::Held),
            // It may be the next all the same: a repaired libzmq has refused the connection for which it was set.
            Given::Ends => Some(Taken::Ends),
            Given::Lingers => Some(Taken::Lingers),
        }
    }

    /// Records the routing id of the next peer.
    pub(crate) fn assign(&self, id: &[u8]) {
        let mut known = self.0.borrow_mut();
        known.given.insert(id.to_vec(), Given::Held);
        if let Some(replaced) = known.next.replace(id.to_vec()).filter(|replaced| replaced != id) {
            known.given.remove(&replaced);
        }
    }

    /// The socket is bound or connected over inproc.
    pub(super) fn meet_inproc(&self) {
        self.0.borrow_mut().inproc = true;
    }

    /// Records a new connection, and returns the id that it uses.
    pub(super) fn connected(&self) -> Option<Id> {
        self.0.borrow_mut().next.take()
    }

    /// The connection with this id was disconnected.
    pub(super) fn disconnected(&self, id: Id, lingers: bool) {
        let given = if lingers { Given::Lingers } else { Given::Ends };
        self.0.borrow_mut().given.insert(id, given);
    }
}

impl Socket {
    /// Whether the peer of the next connection may get this id: none that is there may have it.
    ///
    /// The `zmq_connect` of a repaired libzmq says so itself. It is spared to say so of a connection that is ending.
    pub(crate) fn id_is_free(&self, id: &[u8]) -> Result<(), Taken> {
        let Some(taken) = self.preconditions().ids.taken(id) else {
            return Ok(());
        };
        let has_ended = taken == Taken::Ends && io_threads_caught_up(self.context());
        if has_ended || repaired() { Ok(()) } else { Err(taken) }
    }

    /// Whether the socket is known to have processed all that libzmq has sent to it, so that a disconnect ends the
    /// connection.
    ///
    /// A thread of libzmq's that sends a command to a socket may be preempted before it signals the mailbox. Until then
    /// the socket processes no commands, not even its own one that gives it ownership of a new connection. A disconnect
    /// then forgets the endpoint, but leaves the connection, which the socket does not own. A repaired libzmq signals before
    /// it unlocks the mailbox.
    pub(super) fn is_caught_up(&self) -> bool {
        let inproc = self.preconditions().ids.0.borrow().inproc;
        !inproc && io_threads_caught_up(self.context()) && self.raw().get_int(sys::ZMQ_EVENTS).is_ok()
    }

    /// Whether connecting uses the id up: with `ZMQ_IMMEDIATE` the peer comes later, and gets none.
    pub(super) fn takes_id(&self, mode: AttachMode) -> bool {
        mode == AttachMode::Connect && self.raw().get_int(sys::ZMQ_IMMEDIATE) == Ok(0)
    }

    /// Whether libzmq keeps what was sent to a peer when it is disconnected.
    pub(super) fn lingers(&self) -> bool {
        self.raw().get_int(sys::ZMQ_LINGER) != Ok(0)
    }
}

/// Waits until each I/O thread has processed its earlier commands.
///
/// libzmq ends a connection by commands to an I/O thread and back, and does not report when it is done. But a thread
/// processes its commands in order: once it has closed a listener that was unbound later, it has ended the connection,
/// and the socket processes that before it connects.
fn io_threads_caught_up(context: &Context) -> bool {
    let threads = context.io_threads().unwrap_or(0);
    // C code may have changed the number that is reported.
    if context.is_foreign() || threads > THREADS_WITH_AFFINITY {
        return false;
    }
    let deadline = Instant::now() + REUSE_TIMEOUT;
    (0..threads).all(|thread| thread_caught_up(context, thread, deadline) == Some(true))
}

fn thread_caught_up(context: &Context, thread: u32, deadline: Instant) -> Option<bool> {
    let socket = context.socket(SocketType::PAIR).ok()?;
    socket.set_affinity(1 << thread).ok()?;
    socket.bind("tcp://127.0.0.1:*").ok()?;
    let endpoint = socket.last_endpoint().ok()?;
    let address: SocketAddr = Endpoint::split(&endpoint).ok()?.address.parse().ok()?;
    socket.unbind(&endpoint).ok()?;
    while TcpListener::bind(address).is_err() {
        if Instant::now() > deadline {
            return Some(false);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_assigned_to_one_peer_at_a_time() {
        let ids = Ids::default();
        ids.assign(b"a");
        assert_eq!(ids.taken(b"a"), None, "not used yet");
        ids.assign(b"b");
        ids.assign(b"a");
        let used = ids.connected().unwrap();
        assert_eq!(ids.taken(b"a"), Some(Taken::Held));
        assert_eq!(ids.taken(b"b"), None, "replaced before it was used");
        ids.disconnected(used.clone(), true);
        assert_eq!(ids.taken(b"a"), Some(Taken::Lingers));
        ids.disconnected(used, false);
        assert_eq!(ids.taken(b"a"), Some(Taken::Ends));
    }
}
