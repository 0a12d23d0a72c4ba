//! [`ProxyEnds`]: the sockets of a proxy, and which types can be combined.

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket_type::SocketType;

/// Which types go together, in either order. What either side receives the other can send, and makes sense there.
const PAIRS: [(SocketType, SocketType); 16] = [
    (SocketType::ROUTER, SocketType::DEALER),
    (SocketType::DEALER, SocketType::DEALER),
    (SocketType::XSUB, SocketType::XPUB),
    (SocketType::PAIR, SocketType::PAIR),
    (SocketType::PAIR, SocketType::DEALER),
    (SocketType::PAIR, SocketType::ROUTER),
    (SocketType::PAIR, SocketType::XPUB),
    (SocketType::PAIR, SocketType::XSUB),
    (SocketType::PULL, SocketType::PUSH),
    (SocketType::PULL, SocketType::PUB),
    (SocketType::SUB, SocketType::PUB),
    (SocketType::SUB, SocketType::PUSH),
    (SocketType::XSUB, SocketType::PUB),
    (SocketType::XSUB, SocketType::PUSH),
    (SocketType::PAIR, SocketType::PUSH),
    (SocketType::PAIR, SocketType::PUB),
];

/// What can be both ends at once: what they receive they can send, to the peer that sent it, or to the next one.
const LOOPS: [SocketType; 4] = [
    SocketType::REP,
    SocketType::ROUTER,
    SocketType::DEALER,
    SocketType::PAIR,
];

/// Types of a capture socket: nothing has to be read from them.
const CAPTURES: [SocketType; 4] = [SocketType::PUB, SocketType::PUSH, SocketType::PAIR, SocketType::DEALER];

/// Types of a control socket.
const CONTROLS: [SocketType; 6] = [
    SocketType::PAIR,
    SocketType::PULL,
    SocketType::SUB,
    SocketType::REP,
    SocketType::DEALER,
    SocketType::ROUTER,
];

/// The sockets of a proxy.
#[derive(Clone, Copy)]
pub(super) struct ProxyEnds<'s> {
    pub(super) front: &'s Socket,
    pub(super) back: &'s Socket,
    pub(super) capture: Option<&'s Socket>,
}

impl<'s> ProxyEnds<'s> {
    /// Rejects combinations that libzmq accepts and that would never relay a message.
    pub(super) fn check(
        call: Call,
        front: &'s Socket,
        back: &'s Socket,
        capture: Option<&'s Socket>,
    ) -> Result<ProxyEnds<'s>> {
        let refused = |ty| Error::new(call, Errno::EINVAL).about_type(ty);
        if same(front, back) {
            if !LOOPS.contains(&front.socket_type()) {
                let reason = "one socket that is both ends is a REP, ROUTER, DEALER or PAIR";
                return Err(refused(front.socket_type()).because(reason));
            }
        } else {
            fits(front.socket_type(), back.socket_type())
                .map_err(|reason| refused(back.socket_type()).because(reason))?;
        }
        if let Some(capture) = capture {
            let refused = refused(capture.socket_type());
            if same(capture, front) || same(capture, back) {
                return Err(refused.because("the capture socket is the front or the back socket"));
            }
            if !CAPTURES.contains(&capture.socket_type()) {
                return Err(refused.because("a capture socket is a PUB, PUSH, PAIR or DEALER"));
            }
        }
        Ok(ProxyEnds { front, back, capture })
    }

    /// Whether one socket is both ends: then there is one direction.
    pub(super) fn is_loop(&self) -> bool {
        same(self.front, self.back)
    }

    pub(super) fn check_control(&self, call: Call, control: &Socket) -> Result<()> {
        let refused = || Error::new(call, Errno::EINVAL).about_type(control.socket_type());
        let mut others = [Some(self.front), Some(self.back), self.capture].into_iter().flatten();
        if others.any(|other| same(other, control)) {
            return Err(refused().because("the control socket is the front, back or capture socket already"));
        }
        if !CONTROLS.contains(&control.socket_type()) {
            return Err(refused().because("a control socket is a PAIR, PULL, SUB, REP, DEALER or ROUTER"));
        }
        Ok(())
    }
}

fn same(a: &Socket, b: &Socket) -> bool {
    a.raw().as_ptr() == b.raw().as_ptr()
}

fn fits(front: SocketType, back: SocketType) -> Result<(), String> {
    if PAIRS.contains(&(front, back)) || PAIRS.contains(&(back, front)) {
        return Ok(());
    }
    let partners: Vec<String> = PAIRS
        .iter()
        .filter_map(|&(a, b)| match front {
            ty if ty == a => Some(b.to_string()),
            ty if ty == b => Some(a.to_string()),
            _ => None,
        })
        .collect();
    if partners.is_empty() {
        return Err(format!("a proxy does not support a {front:?}"));
    }
    let why = match (front, back) {
        (SocketType::SUB | SocketType::PULL, SocketType::XPUB)
        | (SocketType::XPUB, SocketType::SUB | SocketType::PULL) => {
            ", because the subscriptions would have nowhere to go"
        }
        _ => "",
    };
    Err(format!(
        "a {front:?} goes with {}, and not with a {back:?}{why}",
        partners.join(", ")
    ))
}

/// Whether a socket of this type receives messages.
pub(super) fn receives(ty: SocketType) -> bool {
    ty != SocketType::PUB && ty != SocketType::PUSH
}

/// Whether a socket of this type sends messages.
pub(super) fn sends(ty: SocketType) -> bool {
    ty != SocketType::SUB && ty != SocketType::PULL
}
