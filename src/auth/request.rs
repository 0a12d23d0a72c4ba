//! [`Request`]: libzmq's request about a peer (RFC 27).

use std::fmt;
use std::net::IpAddr;
use std::str;

use super::address;
use super::reply::{Status, VERSION};
use crate::curve::CurvePublicKey;
use crate::message::Message;
use crate::multipart::Multipart;

/// No field of a request is longer: libzmq's own limits are lower, or the same.
const LONGEST: usize = 255;

/// Frames of a request before the credentials.
const HEAD: usize = 6;

/// The most credentials that a mechanism has, with room for those of later ones.
const MOST: usize = 8;

/// A ZAP request (RFC 27): libzmq asks whether a peer may connect.
///
/// [`Debug`](fmt::Debug) leaves the password out.
pub struct Request<'r> {
    id: &'r [u8],
    domain: &'r str,
    address: &'r str,
    identity: &'r [u8],
    mechanism: &'r str,
    credentials: Credentials<'r>,
}

/// The credentials of a peer.
///
/// [`Debug`](fmt::Debug) leaves the password out.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Credentials<'r> {
    /// Nothing: the mechanism NULL.
    Null,
    /// A name and a password: the mechanism PLAIN.
    Plain {
        /// The name.
        username: &'r str,
        /// The password, in clear.
        password: &'r str,
    },
    /// The peer's public key; the peer has proved that it has the secret one: the mechanism CURVE.
    Curve(CurvePublicKey),
    /// The principal that Kerberos vouches for: the mechanism GSSAPI.
    Gssapi(&'r str),
    /// Those of an unknown mechanism.
    Other,
}

/// A malformed request, and the status of the reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) status: Status,
    pub(super) reason: &'static str,
}

impl<'r> Request<'r> {
    /// Parses the frames. An error of the sender is an internal error, 500; an error of the peer is no access, 400.
    pub(super) fn parse(frames: &'r Multipart) -> Result<Request<'r>, Malformed> {
        let version = field(frames, 0, "the version is missing")?;
        if version != VERSION.as_bytes() {
            return Err(internal("the version is not 1.0"));
        }
        let id = field(frames, 1, "the request id is missing")?;
        let domain = text(field(frames, 2, "the domain is missing")?)?;
        let address = text(field(frames, 3, "the address is missing")?)?;
        let identity = field(frames, 4, "the identity is missing")?;
        let mechanism = text(field(frames, 5, "the mechanism is missing")?)?;
        if frames.len() > HEAD + MOST {
            return Err(internal("there are too many frames"));
        }
        if frames.iter().any(|frame| frame.len() > LONGEST) {
            return Err(internal("a frame is too long"));
        }
        let credentials = Credentials::parse(mechanism, frames)?;
        Ok(Request {
            id,
            domain,
            address,
            identity,
            mechanism,
            credentials,
        })
    }

    /// The id of a request, which the reply repeats; also of one that is malformed otherwise.
    pub(super) fn id_of(frames: &Multipart) -> &[u8] {
        frames.get(1).map_or(&[], Message::as_bytes)
    }

    /// The request id. libzmq's is always `1`.
    pub fn id(&self) -> &'r [u8] {
        self.id
    }

    /// The server's [`zap_domain`](crate::Socket::zap_domain), empty if it has none.
    pub fn domain(&self) -> &'r str {
        self.domain
    }

    /// The peer's address, as libzmq writes it: an IP address, or over ipc something else or nothing.
    pub fn address(&self) -> &'r str {
        self.address
    }

    /// The peer's IP address; `None` if it has none. IPv4 mapped into IPv6 is returned as IPv4.
    pub fn ip(&self) -> Option<IpAddr> {
        address::of_peer(self.address)
    }

    /// The *server's* routing id, empty if it has none.
    pub fn identity(&self) -> &'r [u8] {
        self.identity
    }

    /// The mechanism's name: `NULL`, `PLAIN`, `CURVE`, `GSSAPI`.
    pub fn mechanism(&self) -> &'r str {
        self.mechanism
    }

    /// The peer's credentials.
    pub fn credentials(&self) -> Credentials<'r> {
        self.credentials
    }

    /// The user id, unless a closure gives another one.
    pub(super) fn user_id(&self) -> Vec<u8> {
        match self.credentials {
            Credentials::Plain { username, .. } => username.into(),
            Credentials::Curve(key) => key.to_z85().into(),
            Credentials::Gssapi(principal) => principal.into(),
            Credentials::Null | Credentials::Other => Vec::new(),
        }
    }
}

impl<'r> Credentials<'r> {
    fn parse(mechanism: &str, frames: &'r Multipart) -> Result<Credentials<'r>, Malformed> {
        let shown = |index: usize| frames.get(HEAD + index).map_or(&[][..], Message::as_bytes);
        let number = match mechanism {
            "NULL" => 0,
            "PLAIN" => 2,
            "CURVE" | "GSSAPI" => 1,
            _ => return Ok(Credentials::Other),
        };
        if frames.len() - HEAD != number {
            return Err(no_access("the mechanism has another number of credentials"));
        }
        match mechanism {
            "PLAIN" => Ok(Credentials::Plain {
                username: credential(shown(0))?,
                password: credential(shown(1))?,
            }),
            "CURVE" => <[u8; 32]>::try_from(shown(0))
                .map(|key| Credentials::Curve(key.into()))
                .map_err(|_| no_access("the key does not have 32 bytes")),
            "GSSAPI" => credential(shown(0)).map(Credentials::Gssapi),
            _ => Ok(Credentials::Null),
        }
    }
}

fn internal(reason: &'static str) -> Malformed {
    Malformed {
        status: Status::InternalError,
        reason,
    }
}

fn no_access(reason: &'static str) -> Malformed {
    Malformed {
        status: Status::NoAccess,
        reason,
    }
}

fn field<'r>(frames: &'r Multipart, index: usize, missing: &'static str) -> Result<&'r [u8], Malformed> {
    frames
        .get(index)
        .map(Message::as_bytes)
        .ok_or_else(|| internal(missing))
}

fn text(field: &[u8]) -> Result<&str, Malformed> {
    str::from_utf8(field).map_err(|_| internal("a field is not UTF-8"))
}

fn credential(shown: &[u8]) -> Result<&str, Malformed> {
    str::from_utf8(shown).map_err(|_| no_access("the credentials are not UTF-8"))
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("domain", &self.domain)
            .field("address", &self.address)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Credentials::Null => f.write_str("Null"),
            Credentials::Plain { username, .. } => f
                .debug_struct("Plain")
                .field("username", username)
                .finish_non_exhaustive(),
            Credentials::Curve(key) => f.debug_tuple("Curve").field(key).finish(),
            Credentials::Gssapi(principal) => f.debug_tuple("Gssapi").field(principal).finish(),
            Credentials::Other => f.write_str("Other"),
        }
    }
}
