//! Why a send or a receive failed, where more is known than the error number says.

use std::borrow::Cow;
use std::ffi::c_int;

use super::Socket;
use crate::error::{Call, Error};
use crate::ffi::errno::Errno;
use crate::ffi::socket::Direction;
use crate::flags::Flags;
use crate::message::Message;
use crate::socket_type::SocketType;

/// A routing id has at most this many bytes.
const MAX_ROUTING_ID: usize = 255;

/// How much of a routing id is shown.
const SHOWN: usize = 64;

/// The first frame of a message that was not sent, and what names the peer that it was for.
#[derive(Clone, Copy)]
pub(crate) struct Unsent<'m> {
    /// A ROUTER and a STREAM read the routing id here.
    first: &'m [u8],
    /// The one of a SERVER and a PEER, 0 for none.
    routing_id: u32,
}

impl<'m> From<&'m [u8]> for Unsent<'m> {
    fn from(first: &'m [u8]) -> Unsent<'m> {
        Unsent { first, routing_id: 0 }
    }
}

impl<'m> From<&'m Message> for Unsent<'m> {
    fn from(first: &'m Message) -> Unsent<'m> {
        #[cfg(feature = "draft")]
        let routing_id = first.routing_id().unwrap_or_default();
        #[cfg(not(feature = "draft"))]
        let routing_id = 0;
        Unsent { first, routing_id }
    }
}

impl Unsent<'_> {
    /// The error of a send, with the reason if there is more to say.
    #[cold]
    #[inline(never)]
    pub(crate) fn explain(self, ty: SocketType, error: Error) -> Error {
        if error.errno() != Errno::EHOSTUNREACH {
            return explain(Direction::Send, ty, error);
        }
        match ty {
            SocketType::ROUTER | SocketType::STREAM => error.because(no_such_peer(self.first)),
            SocketType::SERVER | SocketType::PEER => error.because(no_numbered_peer(self.routing_id)),
            _ => error,
        }
    }
}

impl Socket {
    /// The error of a send of `unsent`, if that is known.
    #[cold]
    #[inline(never)]
    pub(super) fn send_failed(&self, errno: Errno, flags: Flags, unsent: Option<Unsent<'_>>) -> Error {
        let error = Error::new(Call::Send, errno);
        let ty = self.socket_type();
        match (errno, unsent) {
            (Errno::EAGAIN, _) => self.timed_out(Direction::Send, flags, error),
            (Errno::EINVAL, _) if flags.contains(Flags::SNDMORE) && ty.raw() > SocketType::STREAM.raw() => {
                error.because(format!("a message of a {ty:?} socket has one frame"))
            }
            (_, Some(unsent)) => unsent.explain(ty, error),
            (_, None) => explain(Direction::Send, ty, error),
        }
    }

    /// The error of a receive.
    #[cold]
    #[inline(never)]
    pub(crate) fn recv_failed(&self, errno: Errno, flags: Flags) -> Error {
        let error = Error::new(Call::Recv, errno);
        match errno {
            Errno::EAGAIN => self.timed_out(Direction::Recv, flags, error),
            Errno::EPROTO => error.because(
                "a multipart message arrived, and ZMQ_CONFLATE keeps only one frame of it; close this socket and open another",
            ),
            _ => explain(Direction::Recv, self.socket_type(), error),
        }
    }

    /// A call that does not wait gets no details: it fails often, and must not allocate.
    fn timed_out(&self, direction: Direction, flags: Flags, error: Error) -> Error {
        let timeout = self.timeout(direction).get();
        if timeout <= 0 || flags.contains(Flags::DONTWAIT) {
            return error;
        }
        timed_out(direction, timeout, error)
    }
}

/// Adds the timeout, in milliseconds, that a call has waited for.
pub(crate) fn timed_out(direction: Direction, timeout: c_int, error: Error) -> Error {
    let (option, what) = match direction {
        Direction::Send => ("ZMQ_SNDTIMEO", "the message could not be queued"),
        Direction::Recv => ("ZMQ_RCVTIMEO", "no message arrived"),
    };
    error
        .about_option(option)
        .because(format!("{what} within {timeout} ms"))
}

/// Adds which peer of a ROUTER is not there.
#[cfg(feature = "draft")]
pub(super) fn explain_peer(routing_id: &[u8], error: Error) -> Error {
    match (error.errno(), routing_id.len()) {
        (Errno::EHOSTUNREACH, 0) => error.because("the routing id is empty"),
        (Errno::EHOSTUNREACH, _) => error.because(no_such_peer(routing_id)),
        _ => error,
    }
}

/// Adds what the type of the socket says about an error.
pub(crate) fn explain(direction: Direction, ty: SocketType, error: Error) -> Error {
    match reason(direction, ty, error.errno()) {
        Some(reason) => error.because(reason),
        None => error,
    }
}

fn reason(direction: Direction, ty: SocketType, errno: Errno) -> Option<Cow<'static, str>> {
    use Direction::{Recv, Send};
    let reason = match (errno, direction, ty) {
        (Errno::ENOTSUP, Send, _) => return Some(format!("a {ty:?} socket cannot send").into()),
        (Errno::ENOTSUP, Recv, _) => return Some(format!("a {ty:?} socket cannot receive").into()),
        (Errno::EFSM, Send, SocketType::REQ) => "a REQ receives the reply before it sends the next request",
        (Errno::EFSM, Recv, SocketType::REQ) => "a REQ sends a request before it receives the reply",
        (Errno::EFSM, Send, SocketType::REP) => "a REP receives a request before it sends the reply",
        (Errno::EFSM, Recv, SocketType::REP) => "a REP sends the reply before it receives the next request",
        _ => return None,
    };
    Some(reason.into())
}

/// Why a message has no peer that it could be sent to.
fn no_such_peer(routing_id: &[u8]) -> String {
    match routing_id.len() {
        0 => "the first frame is the routing id of the peer, and this one is empty".to_owned(),
        len @ 1..=SHOWN => no_peer_has(routing_id, len),
        len @ ..=MAX_ROUTING_ID => no_peer_has(&routing_id[..SHOWN], len),
        len => format!("the first frame is the routing id of the peer, and this one has {len} bytes"),
    }
}

fn no_numbered_peer(routing_id: u32) -> Cow<'static, str> {
    match routing_id {
        0 => "the message has no routing id: `Message::set_routing_id` names the peer that it is for".into(),
        id => format!("no peer has the routing id {id}").into(),
    }
}

fn no_peer_has(shown: &[u8], len: usize) -> String {
    let rest = if shown.len() < len { "..." } else { "" };
    format!("no peer has the routing id \"{}\"{rest}", shown.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_id_is_shown_as_far_as_it_is_one() {
        for (id, expected) in [
            (&b""[..], "this one is empty"),
            (b"shop", "no peer has the routing id \"shop\""),
            (b"\0\x80A", "no peer has the routing id \"\\x00\\x80A\""),
            (&[b'x'; 64], "x\""),
            (&[b'x'; 255], "x\"..."),
            (&[b'x'; 256], "this one has 256 bytes"),
        ] {
            let text = no_such_peer(id);
            assert!(text.ends_with(expected), "{text}");
            assert!(text.len() < 128, "{text}");
        }
    }

    #[test]
    fn missing_peer_is_named_as_its_type_names_it() {
        let unsent = Unsent {
            first: b"shop",
            routing_id: 7,
        };
        for (ty, errno, reason) in [
            (
                SocketType::ROUTER,
                Errno::EHOSTUNREACH,
                Some("no peer has the routing id \"shop\""),
            ),
            (
                SocketType::SERVER,
                Errno::EHOSTUNREACH,
                Some("no peer has the routing id 7"),
            ),
            (
                SocketType::PEER,
                Errno::EHOSTUNREACH,
                Some("no peer has the routing id 7"),
            ),
            (SocketType::DEALER, Errno::EHOSTUNREACH, None),
            (SocketType::SERVER, Errno::ENOTSUP, Some("a SERVER socket cannot send")),
            (SocketType::SERVER, Errno::ETERM, None),
        ] {
            let error = unsent.explain(ty, Error::new(Call::Send, errno));
            assert_eq!((error.errno(), error.reason()), (errno, reason), "{ty:?}");
        }
    }
}
