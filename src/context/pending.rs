//! [`PendingConnects`]: which sockets are connected to inproc names that are not bound yet.
//!
//! libzmq keeps such a connection until the name is bound, and the socket with it, closed or not. See [`Pending::departed`].

use std::collections::{HashMap, HashSet};
use std::ffi::c_int;
use std::time::Instant;

use crate::ffi::errno::Errno;
use crate::socket_type::SocketType;

/// By the name.
#[derive(Default)]
pub(super) struct PendingConnects(HashMap<String, Vec<Pending>>);

struct Pending {
    socket: usize,
    /// Whether the peer sends its routing id when the name is bound. libzmq aborts if that cannot be written: if the socket
    /// has disconnected, or the peer rejects the connection.
    routes: bool,
    /// Whether the socket has one peer only. It ends this connection by itself if it gets another one.
    pairs: bool,
    /// Set when the socket has disconnected or closed.
    departed: Option<Departure>,
}

#[derive(Clone, Copy)]
struct Departure {
    closed: bool,
    until: Until,
}

/// How long libzmq keeps a connection, for what was sent through it, after its socket has departed: the socket's linger.
#[derive(Clone, Copy)]
pub(super) enum Until {
    Bound,
    Due(Instant),
}

impl Until {
    pub(super) fn is_due(self, now: Instant) -> bool {
        matches!(self, Until::Due(at) if at <= now)
    }
}

/// Whether libzmq gives a socket of this type the routing id of each peer.
pub(super) fn routes(ty: SocketType) -> bool {
    [SocketType::ROUTER, SocketType::REP].contains(&ty)
}

/// Whether a socket of this type has one peer, and rejects others.
pub(super) fn refuses_peers(ty: SocketType) -> bool {
    const CHANNEL: c_int = 20;
    ty == SocketType::PAIR || ty.raw() == CHANNEL
}

/// Whether a pending connection of this type may hold sent messages. The other types receive only, or send only to peers
/// that they know.
pub(super) fn may_have_sent(ty: SocketType) -> bool {
    use SocketType as Ty;
    const NEVER: [Ty; 6] = [Ty::PULL, Ty::SUB, Ty::PUB, Ty::XPUB, Ty::ROUTER, Ty::REP];
    !NEVER.contains(&ty)
}

/// Ends the far end of pending connections that `disconnect` has just ended, in this thread.
///
/// The far end belongs to the socket until the name is bound, and its end is a command to the socket, which the next call
/// processes. Otherwise another thread would, the reaper or the owner of the socket, and use the far end while the thread that binds the
/// name takes it over: libzmq aborts then, or writes to freed memory.
pub(super) fn finish_disconnect(disconnect: impl Fn() -> Result<(), Errno>) {
    // There is nothing left to disconnect: it processes commands, and fails.
    let _ = disconnect();
}

impl Pending {
    fn is_open(&self) -> bool {
        !self.departed.is_some_and(|departed| departed.closed)
    }
}

impl PendingConnects {
    pub(super) fn connected(&mut self, socket: usize, ty: SocketType, name: &str) {
        let pending = Pending {
            socket,
            routes: routes(ty),
            pairs: refuses_peers(ty),
            departed: None,
        };
        self.0.entry(name.to_owned()).or_default().push(pending);
    }

    /// The name has been bound, by any socket.
    pub(super) fn bound(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Whether libzmq keeps connections to the name.
    pub(super) fn is_awaited(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The socket has disconnected from the name.
    pub(super) fn disconnected(&mut self, socket: usize, name: &str, until: Until) {
        for pending in self.0.get_mut(name).into_iter().flatten() {
            if pending.socket == socket && pending.departed.is_none() {
                pending.departed = Some(Departure { closed: false, until });
            }
        }
    }

    pub(super) fn closed(&mut self, socket: usize, until: Until) {
        for pending in self.0.values_mut().flatten().filter(|pending| pending.socket == socket) {
            pending.departed = Some(Departure { closed: true, until });
        }
    }

    pub(super) fn has(&self, socket: usize, name: &str) -> bool {
        self.of(name)
            .any(|pending| pending.socket == socket && pending.departed.is_none())
    }

    /// Whether another socket is connected to the name, and would lose its connection if the name was bound for a moment.
    pub(super) fn others(&self, socket: usize, name: &str) -> bool {
        self.of(name)
            .any(|pending| pending.socket != socket && pending.departed.is_none())
    }

    /// The first socket that is connected to the name, which a PAIR takes for its peer.
    pub(super) fn first(&self, name: &str) -> Option<usize> {
        self.of(name)
            .find(|pending| pending.departed.is_none())
            .map(|pending| pending.socket)
    }

    /// Whether a connected socket would get the routing id of the socket that binds.
    pub(super) fn routes(&self, name: &str) -> bool {
        self.of(name).any(|pending| pending.routes && pending.is_open())
    }

    /// Whether a socket was connected to the name and has departed. libzmq does not notice: a PAIR takes that one for its
    /// peer, and rejects the next.
    pub(super) fn has_departed(&self, name: &str) -> bool {
        self.of(name).any(|pending| pending.departed.is_some())
    }

    /// Whether a message for new peers may reach a peer that has departed.
    pub(super) fn may_have_departed(&self, name: &str) -> bool {
        self.of(name).any(|pending| pending.pairs || pending.departed.is_some())
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Pending> {
        self.0.get(name).into_iter().flatten()
    }

    /// The number of closed sockets that libzmq keeps.
    pub(super) fn closing_readers(&self) -> usize {
        let closed = self.0.values().flatten().filter(|pending| !pending.is_open());
        closed.map(|pending| pending.socket).collect::<HashSet<_>>().len()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Whether this socket has a pending connection.
    pub(super) fn any_of(&self, socket: usize) -> bool {
        self.0.values().flatten().any(|pending| pending.socket == socket)
    }

    /// The names to which this socket has pending connections.
    pub(super) fn names_of(&self, socket: usize) -> Vec<String> {
        let awaits = |pending: &Vec<Pending>| pending.iter().any(|pending| pending.socket == socket);
        let own = self.0.iter().filter(|(_, pending)| awaits(pending));
        own.map(|(name, _)| name.clone()).collect()
    }

    /// The names to which no socket is connected any more, and whose sent messages need not be kept. A `socket` that is
    /// about to leave counts as departed, with `until`.
    pub(super) fn due(&self, leaving: Option<(usize, Until)>, now: Instant) -> Vec<String> {
        let until = |pending: &Pending| match leaving {
            Some((socket, until)) if pending.socket == socket => Some(until),
            _ => pending.departed.map(|departed| departed.until),
        };
        let is_due = |pending: &Vec<Pending>| {
            pending
                .iter()
                .all(|pending| until(pending).is_some_and(|until| until.is_due(now)))
        };
        let due = self.0.iter().filter(|(_, pending)| is_due(pending));
        due.map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn name_is_due_with_its_last_connection() {
        let (mut pending, now) = (PendingConnects::default(), Instant::now());
        pending.connected(1, SocketType::REQ, "name");
        pending.connected(2, SocketType::REQ, "name");
        pending.closed(1, Until::Due(now));
        assert_eq!((pending.closing_readers(), pending.due(None, now).len()), (1, 0));
        assert!(pending.others(1, "name") && !pending.others(2, "name"));
        assert_eq!(pending.due(Some((2, Until::Due(now))), now), ["name"]);
        pending.disconnected(2, "name", Until::Due(now + Duration::from_secs(1)));
        assert!(pending.due(None, now).is_empty());
        assert_eq!(pending.due(None, now + Duration::from_secs(1)), ["name"]);
        pending.closed(2, Until::Bound);
        assert_eq!(pending.closing_readers(), 2);
        assert!(pending.due(None, now + Duration::from_secs(9)).is_empty());
    }

    #[test]
    fn disconnected_socket_is_not_pending_but_routes() {
        let (mut pending, now) = (PendingConnects::default(), Instant::now());
        pending.connected(1, SocketType::ROUTER, "name");
        pending.connected(1, SocketType::ROUTER, "name");
        assert!(pending.has(1, "name") && pending.routes("name") && !pending.has_departed("name"));
        assert_eq!(pending.first("name"), Some(1));
        pending.disconnected(1, "name", Until::Due(now));
        assert!(!pending.has(1, "name") && pending.has_departed("name") && pending.first("name").is_none());
        assert!(pending.routes("name"), "it is still open");
        pending.closed(1, Until::Due(now));
        assert!(!pending.routes("name"));
        pending.bound("name");
        assert!(!pending.any_of(1) && pending.names().is_empty());
    }
}
