//! [`Unfinished`]: the sockets that a termination may wait for, for the log.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::Ending;
use super::pending::Until;
use crate::ffi::errno::Errno;
use crate::socket_type::SocketType;
use crate::unwind;

const TARGET: &str = "zmq4::context";

/// A termination that takes longer is logged.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many closed sockets are remembered, the last ones.
const REMEMBERED: usize = 8;

/// The sockets of a context that have bound or connected.
#[derive(Default)]
pub(super) struct Unfinished {
    /// By the number of the socket.
    open: HashMap<usize, Named>,
    /// Closed, and what they sent may not be delivered yet.
    lingering: VecDeque<(Named, Until)>,
}

/// A socket as the log names it.
struct Named {
    ty: SocketType,
    /// What it bound or connected last.
    endpoint: String,
}

impl Unfinished {
    pub(super) fn attached(&mut self, socket: usize, ty: SocketType, endpoint: &str) {
        let endpoint = endpoint.to_owned();
        self.open.insert(socket, Named { ty, endpoint });
    }

    /// Whether the socket has bound or connected.
    pub(super) fn is_attached(&self, socket: usize) -> bool {
        self.open.contains_key(&socket)
    }

    pub(super) fn forget(&mut self, socket: usize) {
        self.open.remove(&socket);
    }

    /// The socket is about to be closed, and libzmq delivers what it sent until then.
    pub(super) fn lingers(&mut self, socket: usize, until: Until) {
        let Some(named) = self.open.remove(&socket) else { return };
        if until.is_due(Instant::now()) {
            return;
        }
        if self.lingering.len() == REMEMBERED {
            self.lingering.pop_front();
        }
        self.lingering.push_back((named, until));
    }

    /// The closed sockets whose linger has not ended.
    fn lingering(&self) -> Vec<&Named> {
        let now = Instant::now();
        let lingering = self.lingering.iter().filter(|(_, until)| !until.is_due(now));
        lingering.map(|(named, _)| named).collect()
    }

    /// What a context with this many open sockets waits for; nothing if it has none to wait for.
    pub(super) fn describe(&self, open: u32) -> Option<String> {
        let lingering = self.lingering();
        let mut parts = Vec::new();
        if open > 0 {
            let named: Vec<&Named> = self.open.values().collect();
            parts.push(format!("open sockets: {open}{}", List(&named)));
        }
        if !lingering.is_empty() {
            parts.push(format!(
                "closed sockets that may have unsent messages{}",
                List(&lingering)
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

struct List<'n>(&'n [&'n Named]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, named) in self.0.iter().take(REMEMBERED).enumerate() {
            let separator = if index == 0 { ": " } else { ", " };
            write!(f, "{separator}{:?} {:?}", named.ty, named.endpoint)?;
        }
        Ok(())
    }
}

impl Ending {
    /// Runs a termination, and logs what it waits for if it takes long. libzmq does not say, so a thread looks at the clock; there is
    /// none if nothing is logged, or there is nothing to wait for.
    pub(super) fn watched(&self, terminate: impl FnOnce() -> Result<(), Errno>) -> Result<(), Errno> {
        // The logger is the program's code, and may panic.
        let is_logged = unwind::caught(|| log::log_enabled!(target: TARGET, log::Level::Warn)).unwrap_or(false);
        if !is_logged || self.registry().unfinished().is_none() {
            return terminate();
        }
        thread::scope(|scope| {
            let (done, ended) = mpsc::channel::<()>();
            let watch = move || {
                if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    let what = self.registry().unfinished();
                    write(what.unwrap_or_else(|| "sockets that are closed".to_owned()));
                }
            };
            // Without a thread nothing is logged.
            let _watcher = named().spawn_scoped(scope, watch);
            let ended = terminate();
            drop(done);
            ended
        })
    }
}

/// Logs on another thread: the logger may need a lock that the thread has which waits for the end.
fn write(what: String) {
    let (written, logger) = mpsc::channel::<()>();
    let write = move || {
        unwind::caught(|| log::warn!(target: TARGET, "a context has waited 1 s for its end: {what}"));
        drop(written);
    };
    if named().spawn(write).is_ok() {
        let _ = logger.recv_timeout(PATIENCE);
    }
}

fn named() -> thread::Builder {
    thread::Builder::new().name("zmq4-term".to_owned())
}
