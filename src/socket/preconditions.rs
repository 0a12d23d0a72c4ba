//! [`Preconditions`]: what bind and connect check, so that no combination of options makes libzmq abort.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ffi::c_int;

use zmq_sys as sys;

use super::Socket;
use super::attached::Attached;
use super::ids::Ids;
use super::modes::can_conflate;
use crate::endpoint::{AttachMode, Endpoint, Transport};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;
use crate::version::repaired;

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, a DRAFT option that works in stable builds too.
pub(crate) const ZAP_ENFORCE_DOMAIN: std::ffi::c_int = 93;

/// Why a server may not reconnect in a context with a handler: see `context/servers.rs`.
const CONNECTING_SERVER: &str = "a server of the handshake that reconnects would accept the next peer with the authentication of the previous one: \
    bind it, set ZMQ_RECONNECT_IVL to -1 first, or use a context without an authentication handler";

/// State that libzmq does not report and that decides whether a call is safe.
pub(crate) struct Preconditions {
    pub(crate) ids: Ids,
    pub(super) attached: Attached,
    /// Whether the queues of a REQ's peers are lost when the peers disconnect.
    loses_peers: Cell<bool>,
    /// The number of subscriptions of a SUB, as far as is known.
    subscriptions: Cell<usize>,
    /// The options that are set and send a message to new peers.
    greetings: RefCell<HashSet<c_int>>,
    /// The listener for the next bind, which owns it.
    #[cfg(unix)]
    listener: RefCell<Option<std::os::fd::OwnedFd>>,
}

impl Preconditions {
    /// `held`: the socket is closed when this is dropped.
    pub(super) fn new(held: bool) -> Preconditions {
        Preconditions {
            ids: Ids::default(),
            attached: Attached::new(held),
            loses_peers: Cell::new(false),
            subscriptions: Cell::new(0),
            greetings: RefCell::default(),
            #[cfg(unix)]
            listener: RefCell::default(),
        }
    }

    pub(super) fn may_lose_peers(&self) -> bool {
        self.loses_peers.get()
    }

    pub(crate) fn subscriptions(&self) -> usize {
        self.subscriptions.get()
    }

    pub(crate) fn set_subscriptions(&self, count: usize) {
        self.subscriptions.set(count);
    }

    /// Records whether an option that sends a message to new peers is set.
    pub(crate) fn greet(&self, option: c_int, is_set: bool) {
        const HELLO_MSG: c_int = 110;
        if option == sys::ZMQ_XPUB_WELCOME_MSG || option == HELLO_MSG {
            let mut greetings = self.greetings.borrow_mut();
            let _ = if is_set {
                greetings.insert(option)
            } else {
                greetings.remove(&option)
            };
        }
    }

    /// Whether new peers are sent a message.
    pub(crate) fn greets(&self) -> bool {
        !self.greetings.borrow().is_empty()
    }

    #[cfg(unix)]
    pub(crate) fn hold(&self, listener: Option<std::os::fd::OwnedFd>) {
        *self.listener.borrow_mut() = listener;
    }
}

impl Socket {
    /// Rejects an endpoint if the options would make libzmq abort.
    pub(super) fn check_options(&self, endpoint: &Endpoint<'_>, mode: AttachMode) -> Result<(), Refusal> {
        let is_set = |option| self.raw().get_int(option).is_ok_and(|value| value > 0);
        if is_set(sys::ZMQ_PLAIN_SERVER) && is_set(ZAP_ENFORCE_DOMAIN) && !self.has_domain() {
            let reason = "ZMQ_PLAIN_SERVER 1 and ZMQ_ZAP_ENFORCE_DOMAIN 1 need a ZMQ_ZAP_DOMAIN of 1 to 255 bytes";
            return Err(Refusal::invalid(reason));
        }
        // libzmq does not read the address if it is given a listener.
        let read = mode == AttachMode::Connect || !self.has_own_listener();
        if read && endpoint.has_ipv6() && self.raw().get_int(sys::ZMQ_IPV6) == Ok(0) {
            let reason = "an IPv6 address needs ZMQ_IPV6 1, which set_ipv6(true) sets";
            return Err(Refusal::invalid(reason));
        }
        if endpoint.transport.is_websocket() && self.raw().get_int(sys::ZMQ_MECHANISM) == Ok(sys::ZMQ_GSSAPI) {
            // The first connection would abort.
            let reason = "ws and wss do not support ZMQ_MECHANISM GSSAPI; use CURVE or tcp";
            return Err(Refusal::invalid(reason));
        }
        self.check_rate(endpoint.transport)?;
        #[cfg(unix)]
        if mode == AttachMode::Bind {
            self.check_listener(endpoint.transport)?;
        }
        #[cfg(not(unix))]
        let _ = mode;
        Ok(())
    }

    /// Registers the connection with the context if the socket is a server that reconnects by itself. Returns whether
    /// it did.
    ///
    /// A repaired libzmq authenticates each connection separately.
    pub(super) fn admit_server(&self, endpoint: &Endpoint<'_>, mode: AttachMode) -> Result<bool, Refusal> {
        if repaired()
            || mode == AttachMode::Bind
            || endpoint.transport == Transport::Inproc
            || !self.requires_zap()
            || !self.reconnects()
        {
            return Ok(false);
        }
        if self.context().admit_server(self.id()) {
            return Ok(true);
        }
        Err(Refusal::invalid(CONNECTING_SERVER))
    }

    /// Whether peers are authenticated by the ZAP handler: the socket is the server of the handshake.
    fn requires_zap(&self) -> bool {
        let is = |option, value| self.raw().get_int(option) == Ok(value);
        [sys::ZMQ_PLAIN_SERVER, sys::ZMQ_CURVE_SERVER, sys::ZMQ_GSSAPI_SERVER]
            .into_iter()
            .any(|server| is(server, 1))
            || is(sys::ZMQ_MECHANISM, sys::ZMQ_NULL) && self.has_domain()
    }

    /// Before libzmq 4.3.5, 0 reconnects as well.
    fn reconnects(&self) -> bool {
        self.raw().get_int(sys::ZMQ_RECONNECT_IVL) != Ok(-1)
    }

    /// OpenPGM aborts if the rate does not allow one packet per second.
    fn check_rate(&self, transport: Transport) -> Result<(), Refusal> {
        let sends = [SocketType::PUB, SocketType::XPUB].contains(&self.socket_type());
        if !sends || !transport.is_pgm() {
            return Ok(());
        }
        let number = |option| self.raw().get_int(option).map(|value| u64::from(value.unsigned_abs()));
        let (Ok(rate), Ok(packet)) = (number(sys::ZMQ_RATE), number(sys::ZMQ_MULTICAST_MAXTPDU)) else {
            return Ok(());
        };
        let least = (packet * 8).div_ceil(1000);
        if rate >= least {
            return Ok(());
        }
        let reason = format!("ZMQ_RATE {rate} is less than {least}, the minimum for ZMQ_MULTICAST_MAXTPDU {packet}");
        Err(Refusal::invalid(reason))
    }

    fn has_domain(&self) -> bool {
        let mut domain = [0; 256];
        // An empty value has its NUL.
        self.raw()
            .get(sys::ZMQ_ZAP_DOMAIN, &mut domain)
            .is_ok_and(|len| len > 1)
    }

    /// Records whether queues of the endpoint's peers are lost when they disconnect. A connection that reconnects keeps
    /// its queue.
    pub(super) fn note_peers(&self, endpoint: &Endpoint<'_>, mode: AttachMode) {
        let keeps = mode == AttachMode::Connect
            && endpoint.transport != Transport::Inproc
            && self.raw().get_int(sys::ZMQ_IMMEDIATE) == Ok(0);
        if !keeps {
            self.may_lose_peers();
        }
    }

    /// Records that queues may be lost when peers disconnect.
    pub(super) fn may_lose_peers(&self) {
        self.preconditions.loses_peers.set(true);
        self.update_fast_paths();
    }

    /// Whether the socket was ever bound or connected.
    pub(crate) fn is_attached(&self) -> Result<bool, Errno> {
        // Room for the NUL of an empty value.
        match self.raw().get(sys::ZMQ_LAST_ENDPOINT, &mut [0; 1]) {
            Ok(len) => Ok(len > 1),
            Err(Errno::EINVAL) => Ok(true),
            Err(errno) => Err(errno),
        }
    }

    /// Whether `ZMQ_CONFLATE` acts on this socket.
    pub(crate) fn conflates(&self) -> bool {
        can_conflate(self.socket_type()) && self.raw().get_int(sys::ZMQ_CONFLATE).is_ok_and(|value| value > 0)
    }

    /// Rejects a listener of another address family: libzmq would abort at the first connection.
    #[cfg(unix)]
    fn check_listener(&self, transport: Transport) -> Result<(), Refusal> {
        use std::os::fd::AsRawFd;
        let listener = self.preconditions.listener.borrow();
        let Some(listener) = listener.as_ref().filter(|_| transport.takes_listener()) else {
            return Ok(());
        };
        if crate::ffi::system::is_local(listener) == Some(transport == Transport::Ipc) {
            return Ok(());
        }
        let reason = format!(
            "the descriptor {} of ZMQ_USE_FD has not the address family of this transport",
            listener.as_raw_fd()
        );
        Err(Refusal::invalid(reason))
    }

    /// Hands the listening descriptor to libzmq and clears `ZMQ_USE_FD`.
    #[cfg(unix)]
    pub(super) fn hand_over_listener(&self, transport: Transport) {
        use std::os::fd::IntoRawFd;
        if !transport.takes_listener() {
            return;
        }
        if let Some(listener) = self.preconditions.listener.borrow_mut().take() {
            let _ = listener.into_raw_fd();
            let _ = self.raw().set_int(sys::ZMQ_USE_FD, -1);
        }
    }
}
