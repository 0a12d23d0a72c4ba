//! [`Monitors`]: which sockets of a context are monitored, under which inproc name, and by which reader.
//!
//! libzmq sends events from its I/O threads, and waits for the reader to take them: without one, nothing of a context
//! moves any more (libzmq issues 2829 and 3575). So a monitor is stopped before its reader is closed. If the monitored
//! socket is closed first, libzmq stops the monitor when it frees the socket, after the last events; until then the reader
//! stays open: see `Closing`.

use std::collections::{HashMap, HashSet, VecDeque};

use super::closing::Closing;
use crate::ffi::monitor::Registration;
use crate::ffi::socket::RawSocket;

/// How many names of stopped monitors are remembered. libzmq closes their sockets in order, and soon.
const NAMES: usize = 256;

#[derive(Default)]
pub(crate) struct Monitors {
    /// By the monitored socket.
    live: HashMap<usize, MonitorEntry>,
    /// By the reader.
    closing: HashMap<usize, Closing>,
    /// What a socket that has connected over inproc can read.
    sources: HashMap<usize, EventSource>,
    /// Sockets that have connected to a name of `disconnecting`: their peer may be the socket that libzmq is closing.
    misdirected: HashMap<usize, HashSet<String>>,
    /// Names of stopped monitors, the latest last: libzmq may not have closed its socket yet.
    disconnecting: VecDeque<String>,
}

struct MonitorEntry {
    name: String,
    registration: Registration,
    /// The first socket that connected to the name: a PAIR has one peer, and rejects others.
    reader: Option<Reader>,
    /// Whether it is being stopped: the name is about to be free.
    stopping: bool,
}

#[derive(Clone, Copy)]
struct Reader {
    socket: usize,
    /// Whether it is a PAIR without a high-water mark: it can stay open, unread, after the program has closed it.
    can_be_zombie: bool,
}

/// Where a socket can receive events from.
pub(crate) enum EventSource {
    /// For a PAIR, the peer that it connected to first: it rejects all others, and such a peer never gets another one.
    ///
    /// Whether its high-water mark was 0 then; of no importance if the peer was bound already.
    FirstPeer(String, bool),
    Any,
}

/// A monitor to stop, once the registry is unlocked.
pub(super) struct StopRequest {
    pub(super) socket: usize,
    pub(super) registration: Registration,
}

impl StopRequest {
    fn new(socket: usize, registration: &Registration) -> StopRequest {
        StopRequest {
            socket,
            registration: registration.clone(),
        }
    }
}

impl MonitorEntry {
    /// Whether a socket that connects to the name becomes the peer of the monitor.
    fn accepts(&self, name: &str) -> bool {
        self.name == name && !self.stopping
    }
}

impl Monitors {
    /// The slots of libzmq's internal sockets for monitors and of zombie readers. When those of a monitor whose socket is being
    /// closed become free is not known.
    pub(super) fn slots(&self) -> usize {
        self.live.len() + 2 * self.closing_readers()
    }

    fn closing_readers(&self) -> usize {
        self.closing.values().filter(|closing| closing.is_zombie()).count()
    }

    pub(super) fn has_zombies(&self) -> bool {
        self.closing_readers() > 0
    }

    /// Records a monitor, in place of the one that it replaces.
    pub(super) fn add(&mut self, socket: usize, name: &str, registration: Registration, reader: Option<usize>) {
        self.name_freed(name);
        let entry = MonitorEntry {
            name: name.to_owned(),
            registration,
            reader: reader.map(|socket| Reader {
                socket,
                can_be_zombie: matches!(self.sources.get(&socket), Some(EventSource::FirstPeer(_, true))),
            }),
            stopping: false,
        };
        if let Some(replaced) = self.live.insert(socket, entry) {
            self.add_disconnecting(&replaced.name);
        }
    }

    fn remove(&mut self, socket: usize) -> Option<String> {
        let name = self.live.remove(&socket).map(|entry| entry.name);
        name.inspect(|name| self.add_disconnecting(name))
    }

    /// Like [`remove`](Monitors::remove), unless another monitor has replaced this one.
    pub(super) fn remove_this(&mut self, socket: usize, registration: &Registration) {
        let is_this = |entry: &MonitorEntry| entry.registration.is(registration);
        if self.live.get(&socket).is_some_and(is_this) {
            self.remove(socket);
        }
    }

    pub(super) fn closed(&mut self, socket: usize) {
        self.remove(socket);
        self.sources.remove(&socket);
        self.misdirected.remove(&socket);
    }

    pub(super) fn released(&mut self, socket: usize) {
        self.closed(socket);
        self.last_events_read(socket);
    }

    /// Whether the events of some socket go to this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.live.values().any(|entry| entry.accepts(name))
    }

    /// The name of the monitor, if no socket reads it.
    pub(super) fn unread(&self, socket: usize, registration: &Registration) -> Option<String> {
        let entry = self.live.get(&socket)?;
        (entry.registration.is(registration) && entry.reader.is_none()).then(|| entry.name.clone())
    }

    /// Records that the monitor is about to be stopped: a socket that connects to its name from now on may find the socket
    /// that libzmq is closing, or none. So a monitor has its reader before that.
    pub(super) fn begin_stop(&mut self, socket: usize, registration: &Registration) {
        let entry = self.live.get_mut(&socket);
        if let Some(entry) = entry.filter(|entry| entry.registration.is(registration) && !entry.stopping) {
            entry.stopping = true;
            let name = entry.name.clone();
            self.add_disconnecting(&name);
        }
    }

    /// Records what a socket that is about to connect to the name can read: `None` for a PAIR that has connected before,
    /// which reads nothing new, and nothing through this name if that was the first.
    pub(super) fn set_event_source(&mut self, socket: usize, name: &str, reads: Option<EventSource>) {
        match reads {
            Some(reads) => {
                self.sources.insert(socket, reads);
            }
            None if self.can_read(socket, name) => {
                self.sources.remove(&socket);
            }
            None => {}
        }
    }

    /// Whether a socket with a pending connection to the name will be able to read a monitor's events.
    pub(super) fn can_read(&self, socket: usize, name: &str) -> bool {
        if self.misdirected.get(&socket).is_some_and(|names| names.contains(name)) {
            return false;
        }
        match self.sources.get(&socket) {
            Some(EventSource::FirstPeer(first, _)) => first == name,
            Some(EventSource::Any) => true,
            None => false,
        }
    }

    pub(super) fn connected(&mut self, socket: usize, name: &str) {
        let reader = Reader {
            socket,
            can_be_zombie: matches!(self.sources.get(&socket), Some(EventSource::FirstPeer(..))),
        };
        if let Some(entry) = self.live.values_mut().find(|entry| entry.accepts(name)) {
            entry.reader.get_or_insert(reader);
        } else if self.is_disconnecting(name) {
            self.misdirected.entry(socket).or_default().insert(name.to_owned());
        }
    }

    /// The monitors that `reader` reads, of one name or all.
    pub(super) fn read_by(&self, reader: usize, name: Option<&str>) -> Vec<StopRequest> {
        let reads = |entry: &MonitorEntry| entry.reader.is_some_and(|own| own.socket == reader);
        self.live
            .iter()
            .filter(|(_, entry)| reads(entry) && name.is_none_or(|name| entry.name == name))
            .map(|(&socket, entry)| StopRequest::new(socket, &entry.registration))
            .collect()
    }

    pub(super) fn of_socket(&self, socket: usize) -> Option<StopRequest> {
        let entry = self.live.get(&socket)?;
        Some(StopRequest::new(socket, &entry.registration))
    }

    /// Leaves it to libzmq to stop the monitor of a socket that is about to be closed, if the reader can stay open. Returns
    /// whether that is so.
    pub(super) fn begin_close(&mut self, socket: usize) -> bool {
        let entry = self.live.get(&socket).filter(|entry| !entry.stopping);
        let Some(reader) = entry
            .and_then(|entry| entry.reader)
            .filter(|reader| reader.can_be_zombie)
        else {
            return false;
        };
        if let Some(name) = self.remove(socket) {
            self.closing.insert(reader.socket, Closing::new(name));
        }
        true
    }

    /// Whether a monitor that the socket reads has last events to send.
    pub(super) fn awaits_last_events(&self, reader: usize, name: Option<&str>) -> bool {
        let closing = self.closing.get(&reader);
        closing.is_some_and(|closing| name.is_none_or(|name| closing.name() == name))
    }

    /// The monitor that it read has ended.
    pub(super) fn last_events_read(&mut self, reader: usize) {
        self.closing.remove(&reader);
    }

    /// Keeps a closed reader until its monitor has stopped; returns it if there is none.
    pub(super) fn add_zombie(&mut self, reader: usize, raw: RawSocket) -> Option<RawSocket> {
        match self.closing.get_mut(&reader) {
            Some(closing) => closing.add_zombie(raw),
            None => Some(raw),
        }
    }

    /// Closes the zombie readers of monitors that have stopped, but takes no name that a socket is connected to.
    pub(super) fn close_ended_zombies(&mut self, is_awaited: impl Fn(&str) -> bool) {
        self.closing.retain(|_, closing| !closing.is_over(&is_awaited));
    }

    pub(super) fn close_zombies(&mut self) {
        self.closing.clear();
    }

    fn add_disconnecting(&mut self, name: &str) {
        if self.disconnecting.len() == NAMES {
            self.disconnecting.pop_front();
        }
        self.disconnecting.push_back(name.to_owned());
    }

    /// Whether an internal socket of libzmq may still have this name, though there is no monitor.
    pub(super) fn is_disconnecting(&self, name: &str) -> bool {
        self.disconnecting.iter().any(|own| own == name) || self.closing.values().any(|closing| closing.name() == name)
    }

    /// No internal socket of libzmq has this name any more: another socket could bind it.
    pub(super) fn name_freed(&mut self, name: &str) {
        self.disconnecting.retain(|own| own != name);
        self.closing.retain(|_, closing| closing.name() != name);
    }
}
