//! [`Attached`]: the endpoints that a socket has bound and connected, and what is undone with each of them.

#[cfg(unix)]
use std::cell::Cell;
use std::cell::RefCell;

use super::Socket;
use super::ids::Id;
#[cfg(unix)]
use crate::endpoint::SocketFile;
use crate::endpoint::{AttachMode, Endpoint, Transport};
#[cfg(unix)]
use crate::ffi::fork::ProcessId;

/// Endpoints of all transports but inproc, whose names the context keeps.
pub(crate) struct Attached {
    endpoints: RefCell<Vec<Attachment>>,
    /// A text that libzmq may report as the last endpoint, and the one that stands for it.
    hidden: RefCell<Option<(String, String)>>,
    /// Whether the socket, and its listeners with it, is closed before this is dropped.
    #[cfg(unix)]
    held: Cell<bool>,
    #[cfg(unix)]
    process: ProcessId,
}

pub(super) struct Attachment {
    transport: Transport,
    /// The text by which libzmq knows it.
    text: String,
    bound: bool,
    /// The routing id that was assigned to the peer.
    id: Option<Id>,
    /// Whether it is registered as a connecting server.
    server: bool,
    /// The socket file, and whether libzmq chose its path.
    #[cfg(unix)]
    file: Option<(SocketFile, bool)>,
}

impl Attachment {
    /// Whether nothing has to be undone with it.
    fn is_plain(&self) -> bool {
        #[cfg(unix)]
        if self.file.is_some() {
            return false;
        }
        self.id.is_none() && !self.server
    }
}

impl Attached {
    pub(super) fn new(held: bool) -> Attached {
        #[cfg(not(unix))]
        let _ = held;
        Attached {
            endpoints: RefCell::default(),
            hidden: RefCell::default(),
            #[cfg(unix)]
            held: Cell::new(held),
            #[cfg(unix)]
            process: ProcessId::current(),
        }
    }

    /// Another owner closes the socket.
    pub(super) fn release(&self) {
        #[cfg(unix)]
        self.held.set(false);
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.endpoints.borrow().iter().any(|endpoint| endpoint.text == text)
    }

    /// Whether the socket is bound to this endpoint.
    pub(super) fn has_bound(&self, text: &str) -> bool {
        let endpoints = self.endpoints.borrow();
        endpoints.iter().any(|endpoint| endpoint.text == text && endpoint.bound)
    }

    /// If libzmq reports `mark` as the last endpoint, that is to be `last`.
    pub(super) fn hide(&self, mark: String, last: String) {
        *self.hidden.borrow_mut() = Some((mark, last));
    }

    /// The last endpoint, if libzmq reports the one that is hidden.
    fn behind(&self, reported: &str) -> Option<String> {
        let hidden = self.hidden.borrow();
        let (mark, last) = hidden.as_ref()?;
        (mark == reported).then(|| last.clone())
    }

    fn add(&self, known: Attachment) {
        let mut endpoints = self.endpoints.borrow_mut();
        // libzmq forgets endpoints by itself if it does not reconnect, so plain ones are recorded once.
        let same = |endpoint: &Attachment| endpoint.text == known.text && endpoint.is_plain();
        if !(known.is_plain() && endpoints.iter().any(same)) {
            endpoints.push(known);
        }
    }

    /// Whether a routing id was assigned to a peer of this endpoint.
    pub(super) fn has_id(&self, text: &str) -> bool {
        let endpoints = self.endpoints.borrow();
        endpoints
            .iter()
            .any(|endpoint| endpoint.text == text && endpoint.id.is_some())
    }

    /// Removes all endpoints with this text: libzmq disconnects them together.
    fn take(&self, text: &str) -> Vec<Attachment> {
        let mut endpoints = self.endpoints.borrow_mut();
        let all = std::mem::take(&mut *endpoints);
        let (gone, left) = all.into_iter().partition(|endpoint| endpoint.text == text);
        *endpoints = left;
        gone
    }

    /// Forgets all endpoints of this transport: libzmq has removed one that it found by its resolved address.
    fn forget(&self, transport: Transport) {
        self.endpoints
            .borrow_mut()
            .retain(|endpoint| endpoint.transport != transport);
    }
}

impl Socket {
    /// The last endpoint that the program knows, where libzmq reports one of this crate's own.
    pub(crate) fn endpoint_behind(&self, reported: &str) -> Option<String> {
        self.preconditions().attached.behind(reported)
    }

    pub(super) fn remember(&self, mode: AttachMode, endpoint: &Endpoint<'_>, server: bool, own_listener: bool) {
        let text = match mode {
            AttachMode::Bind => self.last_endpoint().unwrap_or_else(|_| endpoint.text.to_owned()),
            AttachMode::Connect => endpoint.text.to_owned(),
        };
        #[cfg(not(unix))]
        let _ = own_listener;
        let known = Attachment {
            transport: endpoint.transport,
            id: self
                .takes_id(mode)
                .then(|| self.preconditions().ids.connected())
                .flatten(),
            server,
            bound: mode == AttachMode::Bind,
            #[cfg(unix)]
            file: (mode == AttachMode::Bind && endpoint.transport == Transport::Ipc && !own_listener)
                .then(|| Endpoint::split(&text).ok())
                .flatten()
                .and_then(|bound| SocketFile::created(bound.address))
                .map(|file| (file, endpoint.is_ipc_wildcard())),
            text,
        };
        self.preconditions().attached.add(known);
    }

    /// Undoes what belongs to an endpoint. `found`: libzmq had the endpoint. `ends`: libzmq is known to end the
    /// connection.
    pub(super) fn detached(&self, endpoint: &Endpoint<'_>, found: bool, ends: bool) {
        let attached = &self.preconditions().attached;
        let gone = attached.take(endpoint.text);
        if gone.is_empty() && found && endpoint.is_looked_up() {
            attached.forget(endpoint.transport);
        }
        for endpoint in gone {
            if endpoint.server {
                self.context().server_left(self.id());
            }
            if let Some(id) = endpoint.id {
                // If libzmq ended it by itself, the linger of that time is unknown.
                self.preconditions()
                    .ids
                    .disconnected(id, !found || !ends || self.lingers());
            }
            #[cfg(unix)]
            if let Some((file, wildcard)) = endpoint.file {
                file.release(wildcard);
            }
        }
    }
}

#[cfg(unix)]
impl Drop for Attached {
    fn drop(&mut self) {
        if self.held.get() && !self.process.is_stale() {
            let files = self.endpoints.get_mut().iter().filter_map(|endpoint| endpoint.file);
            files.for_each(|(file, wildcard)| file.release(wildcard));
        }
    }
}
