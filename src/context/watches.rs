//! [`Watches`]: which sockets of a context are monitored, under which inproc name, and by whom.
//!
//! libzmq sends events from its I/O threads, and waits for the reader to take them: without one, nothing of a context
//! moves any more (libzmq issues 2829 and 3575). So a monitor is stopped before its reader goes. If the monitored socket
//! goes first, libzmq stops the monitor when it is done with the socket, after the last events; until then the reader
//! stays: see `Closing`.

use std::collections::{HashMap, HashSet, VecDeque};

use super::kept::Closing;
use super::reading::Parting;
use crate::ffi::monitor::Registration;
use crate::ffi::socket::RawSocket;

/// How many names of monitors that have ended are remembered: libzmq closes their sockets one after the other, and soon.
const NAMES: usize = 256;

#[derive(Default)]
pub(crate) struct Watches {
    /// By the monitored socket.
    live: HashMap<usize, Watch>,
    /// By the reader.
    closing: HashMap<usize, Closing>,
    /// What a socket that has connected over inproc may read.
    reads: HashMap<usize, Reads>,
    /// Sockets that have connected to a name of `left`: their peer may be the one that is going.
    misled: HashMap<usize, HashSet<String>>,
    /// Names of monitors that have ended, the latest last: libzmq may not have closed its socket yet.
    left: VecDeque<String>,
}

struct Watch {
    name: String,
    registration: Registration,
    /// Who was the first to connect to the name: a PAIR has one peer, and turns others away.
    reader: Option<Reader>,
    /// Whether it is being stopped: the name is free in a moment.
    ends: bool,
}

#[derive(Clone, Copy)]
struct Reader {
    socket: usize,
    /// Whether it is a PAIR, with room for all events: it can be kept, unread, when it is closed.
    keeps: bool,
}

/// From where a socket can receive events.
pub(crate) enum Reads {
    /// A PAIR, from the peer that it connected to first: it turns all others away, and such a peer never gets another one.
    ///
    /// Whether its high-water mark was 0 then. If the peer was there already, it does not matter.
    First(String, bool),
    Any,
}

impl Watch {
    /// Whether who connects to the name becomes a peer of the monitor.
    fn takes(&self, name: &str) -> bool {
        self.name == name && !self.ends
    }
}

impl Watches {
    /// How many sockets libzmq has of its own for monitors, and those that are kept closed. Of a monitor whose socket is
    /// being closed it is not known when they go.
    pub(super) fn places(&self) -> usize {
        self.live.len() + 2 * self.kept()
    }

    fn kept(&self) -> usize {
        self.closing.values().filter(|closing| closing.is_kept()).count()
    }

    pub(super) fn has_kept(&self) -> bool {
        self.kept() > 0
    }

    /// Records a monitor, in place of the one that it replaces.
    pub(super) fn add(&mut self, socket: usize, name: &str, registration: Registration, reader: Option<usize>) {
        self.gone(name);
        let watch = Watch {
            name: name.to_owned(),
            registration,
            reader: reader.map(|socket| Reader {
                socket,
                keeps: matches!(self.reads.get(&socket), Some(Reads::First(_, true))),
            }),
            ends: false,
        };
        if let Some(replaced) = self.live.insert(socket, watch) {
            self.leaves(&replaced.name);
        }
    }

    fn remove(&mut self, socket: usize) -> Option<String> {
        let name = self.live.remove(&socket).map(|watch| watch.name);
        name.inspect(|name| self.leaves(name))
    }

    /// As [`remove`](Watches::remove), unless another monitor has replaced this one.
    pub(super) fn remove_this(&mut self, socket: usize, registration: &Registration) {
        let is_this = |watch: &Watch| watch.registration.is(registration);
        if self.live.get(&socket).is_some_and(is_this) {
            self.remove(socket);
        }
    }

    pub(super) fn closed(&mut self, socket: usize) {
        self.remove(socket);
        self.reads.remove(&socket);
        self.misled.remove(&socket);
    }

    pub(super) fn lent(&mut self, socket: usize) {
        self.closed(socket);
        self.read_out(socket);
    }

    /// Whether the events of some socket go to this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.live.values().any(|watch| watch.takes(name))
    }

    /// Records that the monitor is about to be stopped: who connects to its name from now on may find libzmq's socket that is
    /// going, or none. The name, if nobody reads it.
    pub(super) fn ends(&mut self, socket: usize, registration: &Registration) -> Option<String> {
        let watch = self
            .live
            .get_mut(&socket)
            .filter(|watch| watch.registration.is(registration))?;
        let (begins, is_unread, name) = (!watch.ends, watch.reader.is_none(), watch.name.clone());
        watch.ends = true;
        if begins {
            self.leaves(&name);
        }
        is_unread.then_some(name)
    }

    /// The monitor could not be stopped.
    pub(super) fn goes_on(&mut self, socket: usize, registration: &Registration) {
        let watch = self.live.get_mut(&socket);
        if let Some(watch) = watch.filter(|watch| watch.registration.is(registration)) {
            watch.ends = false;
        }
    }

    /// Records what a socket that is about to connect to the name may read: nothing new, if it is a PAIR that has connected
    /// before, and nothing through this name, if that was the first.
    pub(super) fn will_read(&mut self, socket: usize, name: &str, reads: Option<Reads>) {
        match reads {
            Some(reads) => {
                self.reads.insert(socket, reads);
            }
            None if self.may_read(socket, name) => {
                self.reads.remove(&socket);
            }
            None => {}
        }
    }

    /// Whether a socket that waits for the name will be able to read a monitor's events.
    pub(super) fn may_read(&self, socket: usize, name: &str) -> bool {
        if self.misled.get(&socket).is_some_and(|names| names.contains(name)) {
            return false;
        }
        match self.reads.get(&socket) {
            Some(Reads::First(first, _)) => first == name,
            Some(Reads::Any) => true,
            None => false,
        }
    }

    pub(super) fn connected(&mut self, socket: usize, name: &str) {
        let reader = Reader {
            socket,
            keeps: matches!(self.reads.get(&socket), Some(Reads::First(..))),
        };
        if let Some(watch) = self.live.values_mut().find(|watch| watch.takes(name)) {
            watch.reader.get_or_insert(reader);
        } else if self.is_leaving(name) {
            self.misled.entry(socket).or_default().insert(name.to_owned());
        }
    }

    /// What `reader` reads, of one name or all.
    pub(super) fn read_by(&self, reader: usize, name: Option<&str>) -> Vec<Parting> {
        let reads = |watch: &Watch| watch.reader.is_some_and(|own| own.socket == reader);
        self.live
            .iter()
            .filter(|(_, watch)| reads(watch) && name.is_none_or(|name| watch.name == name))
            .map(|(&socket, watch)| Parting::new(socket, &watch.registration))
            .collect()
    }

    pub(super) fn own(&self, socket: usize) -> Option<Parting> {
        let watch = self.live.get(&socket)?;
        Some(Parting::new(socket, &watch.registration))
    }

    /// Leaves the monitor of a socket that is about to be closed to libzmq, if the reader can be kept, and says whether it did.
    pub(super) fn closes(&mut self, socket: usize) -> bool {
        let watch = self.live.get(&socket).filter(|watch| !watch.ends);
        let Some(reader) = watch.and_then(|watch| watch.reader).filter(|reader| reader.keeps) else {
            return false;
        };
        if let Some(name) = self.remove(socket) {
            self.closing.insert(reader.socket, Closing::new(name));
        }
        true
    }

    /// Whether a monitor that the socket reads has last events to send.
    pub(super) fn reads_on(&self, reader: usize, name: Option<&str>) -> bool {
        let closing = self.closing.get(&reader);
        closing.is_some_and(|closing| name.is_none_or(|name| closing.name() == name))
    }

    /// The monitor that it read has ended.
    pub(super) fn read_out(&mut self, reader: usize) {
        self.closing.remove(&reader);
    }

    /// Keeps a closed reader until its monitor has ended; gives it back if there is none.
    pub(super) fn keep(&mut self, reader: usize, raw: RawSocket) -> Option<RawSocket> {
        match self.closing.get_mut(&reader) {
            Some(closing) => closing.keep(raw),
            None => Some(raw),
        }
    }

    /// Closes the kept readers of monitors that have ended. Sockets must not lose the name that they wait for.
    pub(super) fn release(&mut self, is_awaited: impl Fn(&str) -> bool) {
        self.closing.retain(|_, closing| !closing.is_over(&is_awaited));
    }

    pub(super) fn let_go(&mut self) {
        self.closing.clear();
    }

    fn leaves(&mut self, name: &str) {
        if self.left.len() == NAMES {
            self.left.pop_front();
        }
        self.left.push_back(name.to_owned());
    }

    /// Whether libzmq may still have a socket of its own under this name, though no monitor is there.
    pub(super) fn is_leaving(&self, name: &str) -> bool {
        self.left.iter().any(|left| left == name) || self.closing.values().any(|closing| closing.name() == name)
    }

    /// libzmq has no socket of its own under this name any more: somebody else could bind it.
    pub(super) fn gone(&mut self, name: &str) {
        self.left.retain(|left| left != name);
        self.closing.retain(|_, closing| closing.name() != name);
    }
}
