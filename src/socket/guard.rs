//! [`Guard`]: what a socket must remember of its options so that no combination makes libzmq abort.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ffi::c_int;

use zmq_sys as sys;

use super::{Socket, SocketType};
use crate::endpoint::Role;
use crate::errno::Errno;

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, a DRAFT option that works in stable builds too.
pub(crate) const ZAP_ENFORCE_DOMAIN: std::ffi::c_int = 93;

/// Why a server does not connect again. libzmq keeps the pipe to the handler from one connection to the next: an answer that
/// comes when its peer is gone is taken for that about the next peer, who gets in with it, or libzmq aborts.
const CONNECTING_SERVER: &str = "a server of the handshake that connects, and does so again, would take the authentication of one peer \
    for that of the next: bind it, or set ZMQ_RECONNECT_IVL to -1 first";

/// See the file.
#[derive(Default)]
pub(crate) struct Guard {
    ids: RefCell<Ids>,
    /// Which of the messages for new peers are set, by the option's number.
    greetings: RefCell<HashSet<c_int>>,
    /// Whether the socket has been bound or connected, ever.
    attached: Cell<bool>,
    /// A descriptor that the next bind uses; until then it is ours to close.
    #[cfg(unix)]
    listener: RefCell<Option<std::os::fd::OwnedFd>>,
}

#[derive(Default)]
struct Ids {
    /// Given to peers, ever: libzmq aborts where two have the same.
    given: HashSet<Vec<u8>>,
    /// For the next connection.
    next: Option<Vec<u8>>,
}

impl Guard {
    pub(crate) fn may_assign(&self, id: &[u8]) -> bool {
        let ids = self.ids.borrow();
        ids.next.as_deref() == Some(id) || !ids.given.contains(id)
    }

    /// Takes note of the routing id that the next peer gets.
    pub(crate) fn assign(&self, id: &[u8]) {
        let mut ids = self.ids.borrow_mut();
        ids.given.insert(id.to_vec());
        if let Some(replaced) = ids.next.replace(id.to_vec()).filter(|replaced| replaced != id) {
            ids.given.remove(&replaced);
        }
    }

    /// Records what an option was set to that may be a message for new peers.
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

    /// Records that the socket is bound or connected.
    pub(super) fn attached(&self) {
        self.attached.set(true);
    }

    pub(super) fn has_attached(&self) -> bool {
        self.attached.get()
    }

    /// Whether new peers get a message.
    pub(crate) fn greets(&self) -> bool {
        !self.greetings.borrow().is_empty()
    }

    /// Takes note that a connection has begun, which uses the id up.
    pub(crate) fn connected(&self) {
        self.ids.borrow_mut().next = None;
    }

    #[cfg(unix)]
    pub(crate) fn hold(&self, listener: Option<std::os::fd::OwnedFd>) {
        *self.listener.borrow_mut() = listener;
    }
}

impl Socket {
    /// Refuses to bind or connect where the options would make libzmq abort.
    pub(super) fn check_options(&self, endpoint: &str, role: Role) -> Result<(), (Errno, String)> {
        let is_set = |option| self.raw().get_int(option).is_ok_and(|value| value > 0);
        if is_set(sys::ZMQ_PLAIN_SERVER) && is_set(ZAP_ENFORCE_DOMAIN) && !self.has_domain() {
            let reason = "ZMQ_PLAIN_SERVER 1 and ZMQ_ZAP_ENFORCE_DOMAIN 1 need a ZMQ_ZAP_DOMAIN of 1 to 255 bytes";
            return Err((Errno::EINVAL, reason.to_owned()));
        }
        if role == Role::Connect && !endpoint.starts_with("inproc:") && self.asks() && self.reconnects() {
            return Err((Errno::EINVAL, CONNECTING_SERVER.to_owned()));
        }
        self.check_rate(endpoint)?;
        #[cfg(unix)]
        if role == Role::Bind {
            self.check_listener(endpoint)?;
        }
        #[cfg(not(unix))]
        let _ = role;
        Ok(())
    }

    /// Whether the authentication handler is asked about peers: the socket is the server of the handshake.
    fn asks(&self) -> bool {
        let is = |option, value| self.raw().get_int(option) == Ok(value);
        [sys::ZMQ_PLAIN_SERVER, sys::ZMQ_CURVE_SERVER, sys::ZMQ_GSSAPI_SERVER]
            .into_iter()
            .any(|server| is(server, 1))
            || is(sys::ZMQ_MECHANISM, sys::ZMQ_NULL) && self.has_domain()
    }

    /// Zero tries again as well, before libzmq 4.3.5.
    fn reconnects(&self) -> bool {
        self.raw().get_int(sys::ZMQ_RECONNECT_IVL) != Ok(-1)
    }

    /// OpenPGM aborts where a sender may not send one packet a second.
    fn check_rate(&self, endpoint: &str) -> Result<(), (Errno, String)> {
        let sends = [SocketType::PUB, SocketType::XPUB].contains(&self.socket_type());
        if !sends || !(endpoint.starts_with("pgm:") || endpoint.starts_with("epgm:")) {
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
        let reason =
            format!("ZMQ_RATE {rate} is not within {least} to 2147483, which ZMQ_MULTICAST_MAXTPDU {packet} asks for");
        Err((Errno::EINVAL, reason))
    }

    fn has_domain(&self) -> bool {
        let mut domain = [0; 256];
        // An empty one has its NUL.
        self.raw()
            .get(sys::ZMQ_ZAP_DOMAIN, &mut domain)
            .is_ok_and(|len| len > 1)
    }

    /// Whether `ZMQ_CONFLATE` acts on this socket.
    pub(super) fn conflates(&self) -> bool {
        use SocketType as Ty;
        [Ty::PULL, Ty::PUSH, Ty::SUB, Ty::PUB, Ty::DEALER].contains(&self.socket_type())
            && self.raw().get_int(sys::ZMQ_CONFLATE).is_ok_and(|value| value > 0)
    }

    /// What libzmq does to a connection aborts where the descriptor is of another family.
    #[cfg(unix)]
    fn check_listener(&self, endpoint: &str) -> Result<(), (Errno, String)> {
        use std::os::fd::AsRawFd;
        let listener = self.guard.listener.borrow();
        let Some(listener) = listener.as_ref().filter(|_| uses_listener(endpoint)) else {
            return Ok(());
        };
        let local = endpoint.starts_with("ipc:");
        if crate::ffi::system::is_local(listener) == Some(local) {
            return Ok(());
        }
        let reason = format!("ZMQ_USE_FD {} is not of this transport's family", listener.as_raw_fd());
        Err((Errno::EINVAL, reason))
    }

    /// Leaves a descriptor that was bound to libzmq, and has the next bind make one.
    #[cfg(unix)]
    pub(super) fn used_listener(&self, endpoint: &str) {
        use std::os::fd::IntoRawFd;
        if !uses_listener(endpoint) {
            return;
        }
        if let Some(listener) = self.guard.listener.borrow_mut().take() {
            let _ = listener.into_raw_fd();
            let _ = self.raw().set_int(sys::ZMQ_USE_FD, -1);
        }
    }
}

#[cfg(unix)]
fn uses_listener(endpoint: &str) -> bool {
    ["tcp:", "ipc:", "ws:", "wss:"]
        .iter()
        .any(|transport| endpoint.starts_with(transport))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_given_once() {
        let guard = Guard::default();
        guard.assign(b"a");
        assert!(guard.may_assign(b"a"), "not used yet");
        guard.assign(b"b");
        guard.assign(b"a");
        guard.connected();
        assert!(!guard.may_assign(b"a"));
        assert!(guard.may_assign(b"b"), "replaced before it was used");
    }
}
