//! [`ClientKey`]: an entry of a list of CURVE keys.

use std::convert::Infallible;

use crate::curve::CurvePublicKey;
use crate::error::Error;

/// Every domain, every key and every principal.
pub(super) const ANY: &str = "*";

/// Lets every CURVE client in, whatever its key: an entry for [`Policies::curve_add`](super::Policies::curve_add).
///
/// The connection is encrypted all the same, and the client has authenticated the server.
pub const CURVE_ALLOW_ANY: &str = ANY;

/// One entry of a list of CURVE keys: a client's public key, or any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientKey {
    /// The client with this public key.
    Key(CurvePublicKey),
    /// Every client.
    Any,
}

impl From<CurvePublicKey> for ClientKey {
    fn from(key: CurvePublicKey) -> ClientKey {
        ClientKey::Key(key)
    }
}

impl From<&CurvePublicKey> for ClientKey {
    fn from(key: &CurvePublicKey) -> ClientKey {
        ClientKey::Key(*key)
    }
}

impl From<[u8; 32]> for ClientKey {
    fn from(key: [u8; 32]) -> ClientKey {
        ClientKey::Key(key.into())
    }
}

/// A public key as 40 characters of Z85, or [`CURVE_ALLOW_ANY`].
impl TryFrom<&str> for ClientKey {
    type Error = Error;

    fn try_from(text: &str) -> Result<ClientKey, Error> {
        if text == CURVE_ALLOW_ANY {
            return Ok(ClientKey::Any);
        }
        text.parse().map(ClientKey::Key)
    }
}

/// Like from `&str`.
impl TryFrom<&String> for ClientKey {
    type Error = Error;

    fn try_from(text: &String) -> Result<ClientKey, Error> {
        text.as_str().try_into()
    }
}

/// Like from `&str`.
impl TryFrom<String> for ClientKey {
    type Error = Error;

    fn try_from(text: String) -> Result<ClientKey, Error> {
        text.as_str().try_into()
    }
}

/// The error of a conversion into [`ClientKey`] that cannot fail.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Error {
        match never {}
    }
}
